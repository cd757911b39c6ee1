"""From a training experiment to numbers: every run step by step, and its loss and accuracy at the recorded steps."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from activations import ACTIVATIONS
from core.shelf import Shelf
from core.types import Param, namespace
from engines.descent import schedule
from engines.training import data as datas
from engines.training import engine, measure, models, network
from engines.training.dropout import DROPOUTS
from engines.training.engine import SNAPSHOTS, Course, Place
from engines.training.experiment import Run, Training, bare
from engines.training.measure import Scores
from engines.training.network import Form, Numbers
from initializers import INITIALIZERS
from norms import NORMS

SPACING = 1.5  # recorded steps are denser at the beginning, where the loss falls: step k of K is at (k/K)^1.5 of the run
MAX_KEPT = 400_000_000  # bytes of finished runs in memory


@dataclass(frozen=True, eq=False)
class Trained:
    """One run of T updates, recorded at K + 1 steps; numbers that are not known are NaN.

    Attributes:
      loss, gradient_norm: f32[T], of the batch of update k = 1…T at k − 1, the penalty included. learning_rate: f64[T].
      steps: int[K + 1], the recorded steps, 0, 1 and T among them. weights: f32[K + 1, n], flat. scores: f32[K + 1] each.
      ratio: f32[K + 1, layers], ‖ΔW‖/‖W‖ of the update that led to each recorded step; at step 0 of the first.
      diverged_at: the first update whose loss, gradient or result is not finite, or None. From there on everything repeats.
    """

    run: Run
    form: Form
    loss: np.ndarray
    gradient_norm: np.ndarray
    learning_rate: np.ndarray
    steps: np.ndarray
    weights: np.ndarray
    ratio: np.ndarray
    scores: Scores
    diverged_at: int | None


class Begun(NamedTuple):
    """What a run is made of before its first update."""

    form: Form
    course: Course
    rates: np.ndarray
    flat: np.ndarray


def recorded(steps: int) -> np.ndarray:
    """The steps at which weights are kept, from 0 to the last, int[…]; all of them in a short run."""
    if steps <= SNAPSHOTS:
        return np.arange(steps + 1)
    share = np.linspace(0, 1, SNAPSHOTS + 1) ** SPACING
    share[1] = 0  # step 1: what the first update does
    spread = np.maximum(np.rint(share * steps).astype(int), np.arange(SNAPSHOTS + 1))
    return np.minimum(spread, steps)


def form(t: Training, run: Run) -> Form:
    shapes = tuple(t.shapes)
    picture = models.picture(t.dataset.shape) if len(shapes[0]) == 4 else None
    return Form(shapes, run.activation.key, run.norm.key, t.loss, picture, run.dropout.key)


def numbers(run: Run) -> Numbers:
    """The values of a run's parts, as the compiled code takes them."""
    strength = run.penalty.values["strength"]
    squares = run.penalty.key == "l2"
    return Numbers(
        _vector(ACTIVATIONS[run.activation.key].params, run.activation.values),
        _vector(NORMS[run.norm.key].params, run.norm.values),
        np.array([strength * squares, strength * (not squares)], np.float32),
        _vector(DROPOUTS[run.dropout.key].params, run.dropout.values),
    )


def _vector(params: tuple[Param, ...], values: Mapping[str, float]) -> np.ndarray:
    return np.array([values[p.key] for p in params], np.float32)


def initial(t: Training, run: Run) -> np.ndarray:
    """Weights before training, f32[n]."""
    rule, seen = INITIALIZERS[run.init.key], datas.data(t)
    values = namespace(rule.params, [run.init.values[p.key] for p in rule.params])
    first = seen.x[datas.batches(t)[0]]
    return network.initial(form(t, run), run.init.key, values, t.seed, first, numbers(run))


def begun(t: Training, run: Run) -> Begun:
    """Everything that is needed to run it."""
    seen = datas.data(t)
    rates = schedule.rates(run.schedule, run.optimizer.values["lr"], t.steps)
    size = engine.padded(t.steps)
    long = np.zeros(size, np.float32)
    with np.errstate(over="ignore"):
        long[: t.steps] = rates
    course = Course(seen.x, seen.y, _rows(t, size), long, _vector(run.rule.params, run.values), numbers(run), np.uint32(t.seed))
    return Begun(form(t, run), course, rates, initial(t, run))


def _rows(t: Training, size: int) -> np.ndarray:
    """Batches as the loop takes them: padded, or a single row where all samples are in every batch."""
    chosen = datas.batches(t)
    if t.batch == t.train and t.order == "shuffled":
        return chosen[:1]
    return np.concatenate([chosen, np.zeros((size - t.steps, t.batch), np.int32)])


# A whole run ----------------------------------------------------------------------------------------------------------


_SHELF: Shelf[Trained] = Shelf(MAX_KEPT, lambda run: run.weights.nbytes)


def recalled(alone: Training) -> Trained | None:
    """The only run of an experiment, if it has been computed."""
    return _SHELF.find(bare(alone))


def trained(alone: Training) -> Trained:
    """The only run of an experiment, computed or recalled."""
    run = recalled(alone)
    if run is None:
        *_, run = pieces(alone, SNAPSHOTS)
        keep(alone, run)
    return run


def keep(alone: Training, run: Trained) -> None:
    """Remember a run that was computed piece by piece."""
    _SHELF.put(bare(alone), run)


def pieces(alone: Training, at_once: int) -> Iterator[Trained]:
    """The run as far as it has come, before it and after every `at_once` stretches; a longer one has the shorter in it."""
    (run,) = alone.runs
    made, rule = begun(alone, run), run.rule
    loop, ends = engine.compiled(made.form, rule), recorded(alone.steps)[1:]
    place, weights = engine.begin(rule, made.flat), [made.flat[None]]
    rows, ratios = [np.zeros((0, 2), np.float32)], [np.zeros((0, len(made.form.shapes)), np.float32)]
    scored = [_scores(alone, made, made.flat[None])]
    yield _summed_up(alone, made, rows[0], weights[0], ratios[0], scored[0], place)
    for first in range(0, len(ends), at_once):
        some = ends[first : first + at_once]
        start = int(ends[first - 1]) if first else 0
        place, record = loop(place, made.course, _padded(some), np.int32(len(some)))
        rows.append(np.asarray(record.rows)[start : some[-1]])
        weights.append(np.asarray(record.weights)[: len(some)])
        ratios.append(np.asarray(record.ratios)[: len(some)])
        scored.append(_scores(alone, made, weights[-1]))
        scores = Scores(*map(np.concatenate, zip(*scored, strict=True)))
        yield _summed_up(alone, made, np.concatenate(rows), np.concatenate(weights), np.concatenate(ratios), scores, place)


def _padded(ends: np.ndarray) -> np.ndarray:
    return np.pad(ends.astype(np.int32), (0, SNAPSHOTS - len(ends)), mode="edge")


def _summed_up(
    t: Training, made: Begun, rows: np.ndarray, weights: np.ndarray, ratios: np.ndarray, scores: Scores, place: Place
) -> Trained:
    (run,) = t.runs
    diverged_at = None if place.fine else int(place.k)
    if diverged_at is not None:
        rows = _frozen(rows, diverged_at)
    return Trained(
        run=run,
        form=made.form,
        loss=rows[:, 0],
        gradient_norm=rows[:, 1],
        learning_rate=made.rates[: len(rows)],
        steps=recorded(t.steps)[: len(weights)],
        weights=weights,
        ratio=_repeated(np.concatenate([ratios[:1], ratios])),
        scores=scores,
        diverged_at=diverged_at,
    )


def _frozen(rows: np.ndarray, at: int) -> np.ndarray:
    """From update `at` on what is not finite, and all that follows, repeats the last finite number of its column."""
    rows = rows.copy()
    rows[at:] = np.nan
    last = rows[at - 1]
    before = rows[at - 2] if at > 1 else np.full_like(last, np.nan)
    rows[at - 1 :] = np.where(np.isfinite(last), last, before)
    return rows


def _repeated(ratios: np.ndarray) -> np.ndarray:
    """Where a run has come to its end before, the last row that is known."""
    known = np.flatnonzero(~np.isnan(ratios).all(1))
    return ratios[np.minimum(np.arange(len(ratios)), known[-1])] if known.size else ratios


def _scores(t: Training, made: Begun, weights: np.ndarray) -> Scores:
    """Of weights [k, n]; computed in a fixed number of rows, so that no other count compiles."""
    seen = datas.data(t)
    rows = np.zeros((SNAPSHOTS + 1, weights.shape[1]), np.float32)
    rows[: len(weights)] = weights
    count, train = np.int32(len(weights)), np.int32(t.train)
    scores = measure.compiled_scores(made.form)(rows, count, seen.x, seen.y, train, made.course.numbers)
    scores = Scores(*(np.asarray(part)[: len(weights)] for part in scores))
    if not t.dataset.classes:
        unknown = np.full(len(weights), np.nan, np.float32)
        return scores._replace(train_accuracy=unknown, validation_accuracy=unknown)
    return scores
