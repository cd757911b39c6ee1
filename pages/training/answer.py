"""A training as JSON, as a table, as a file to replay it with, and as a stream while it is being computed."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from core.page import Table, Translate, Wish
from core.threads import POOL, in_turn
from engines.training import data, described, layers, plane, replay, results, sharpness
from engines.training import experiment as te
from engines.training.experiment import Training
from engines.training.results import Trained
from pages.training.verdict import verdict

STRETCHES, PLACES = 2, 10  # of a run, and of its sharpness, between two lines of a stream
COLUMNS = ("run", "optimizer", "update", "learning_rate", "loss", "gradient_norm")


@dataclass(frozen=True, eq=False)
class Result:
    """An experiment and its runs, in order."""

    value: Training
    runs: tuple[Trained, ...]


def compute(t: Training) -> Result:
    alone = [t.alone(i) for i in range(len(t.runs))]
    short = te.seconds(alone[0]) <= SLOW  # a long one would keep the hands of others waiting there
    return Result(t, tuple((POOL.map if short and len(alone) > 1 else map)(results.trained, alone)))


def document(result: Result, _translate: Translate = str) -> dict[str, Any]:
    """The JSON answer of /api/training."""
    t, runs = result.value, result.runs
    courses = [{**described.run(run.run), **described.course(run), **_sharp(t, i)} for i, run in enumerate(runs)]
    shown = plane.plane(t)
    return {**head(t, runs[0]), "runs": courses, **({"plane": described.plane(t, shown)} if shown else {})}


def _sharp(t: Training, i: int) -> dict[str, Any]:
    """The sharpness along run i, where it is asked for."""
    return {"sharpness": described.sharp(sharpness.sharpness(t.alone(i)))} if t.sharpness else {}


def head(t: Training, first: Trained) -> dict[str, Any]:
    """What is known before training."""
    conditions = described.conditions(t)
    return {
        **conditions,
        "initial": described.initial(t, first),
        "names": conditions["classes"],
        "classes": len(conditions["classes"]),
        "parameters": first.weights.shape[1],
        "chance": chance(t),
    }


def table(result: Result) -> Table:
    """One row per run and update."""
    return Table(COLUMNS, _rows(result))


def _rows(result: Result) -> Iterator[tuple[Any, ...]]:
    for i, run in enumerate(result.runs):
        key = run.run.optimizer.key
        columns = (run.learning_rate.tolist(), described.numbers(run.loss), described.numbers(run.gradient_norm))
        yield from ((i, key, k, *row) for k, row in enumerate(zip(*columns, strict=True), 1))


def file(result: Result) -> bytes:
    """The npz file."""
    return replay.npz(result.value, result.runs)


SLOW = 0.3  # seconds: beyond them a player draws what there is so far


def slow(t: Training) -> bool:
    """Whether it takes long, and is not at hand."""
    return te.seconds(t) > SLOW and not all(_known(t.alone(i)) for i in range(len(t.runs)))


def _known(alone: Training) -> bool:
    return bool(results.recalled(alone)) and bool(not alone.sharpness or sharpness.recalled(alone))


def _judged(t: Training, run: Trained) -> dict[str, Any]:
    """What a finished run shows."""
    judged = verdict(t, run)
    return {"verdict": judged.key, "says": judged.numbers}


def stream(t: Training) -> Iterator[str]:
    """JSON lines: what is known before, then the runs as they are computed, piece by piece, and at the end {"done": true}.

    A piece has what is new in the entries of `runs` in the JSON answer, and says of which `run`; `share` is how much of the
    whole is done. As many runs come at a time as there are processors. The last piece of a run has its `verdict`; its
    `sharpness` follows, in pieces too.
    """
    shares: list[float] = []
    for sofar, piece in in_turn(_course(t, i) for i in range(len(t.runs))):
        if not shares:  # before the first update
            more = {"planned": [*map(described.run, t.runs)], "plane": described.part("plane", t.plane)}
            yield json.dumps({**head(t, sofar), **more}, allow_nan=False) + "\n"
            shares = [0.0] * len(t.runs)
        if piece is None:
            continue
        shares[piece["run"]] = piece["share"]
        yield json.dumps({**piece, "share": sum(shares) / len(shares)}, allow_nan=False) + "\n"
    yield json.dumps({"done": True}) + "\n"


def _course(t: Training, i: int) -> Iterator[tuple[Trained, dict[str, Any] | None]]:
    """Run i as far as it has come, and the piece that is new, if any; `share` is how much of this run is done."""
    alone, own = t.alone(i), te.trained_share(t)
    first, kept, sofar = 0, 0, None
    known = results.recalled(alone)
    for sofar in [known] if known else results.pieces(alone, STRETCHES):
        if not len(sofar.loss):
            yield sofar, None
            continue
        share = own * len(sofar.loss) / t.steps
        piece = {"run": i, "share": share, **described.run(sofar.run), **described.course(sofar, first, kept)}
        first, kept = len(sofar.loss), len(sofar.steps)
        if first == t.steps:
            results.keep(alone, sofar)
            piece |= _judged(t, sofar)
        yield sofar, piece
    if sofar and t.sharpness:
        for share, measured in _measured(alone):
            yield sofar, {"run": i, "share": own + (1 - own) * share, "sharpness": measured}


def _measured(alone: Training) -> Iterator[tuple[float, dict[str, Any]]]:
    """What is new in the sharpness along a run, piece by piece, and how much of it is done."""
    known, places = sharpness.recalled(alone), len(sharpness.places(alone.steps))
    first = 0
    for measured in [known] if known else sharpness.pieces(alone, PLACES):
        yield len(measured.steps) / places, described.sharp(measured, first)
        first = len(measured.steps)


# For the player -------------------------------------------------------------------------------------------------------

FIELDS = ("layers", "weights", "regions", "mistakes", "plane")
UNITS, MISTAKES = 16, 12  # units whose weights are drawn; wrong samples that are shown


def chance(t: Training) -> float:
    """Accuracy on the validation part of always saying the class that is most common in it."""
    seen = data.data(t)
    judged = seen.truth[t.train :] if t.train < len(seen.truth) else seen.truth
    return float(np.bincount(judged).max() / len(judged)) if t.dataset.classes else 0.0


def arrays(result: Result, wish: Wish) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    """The binary answer: numbers of every update and of the recorded steps; by wish what the layers do, for every run."""
    t = result.value
    header = {**head(t, result.runs[0]), "runs": []}
    named: dict[str, np.ndarray] = {}
    for i, run in enumerate(result.runs):
        more = {"diverged_at": run.diverged_at, "at": run.steps.tolist()}
        header["runs"].append({**described.run(run.run), **more, **_judged(t, run)})
        scores = run.scores._asdict()
        parts = {"loss": run.loss, "lr": run.learning_rate, "grad_norm": run.gradient_norm, "ratio": run.ratio, **scores}
        named |= {f"run{i}.{name}": part for name, part in parts.items()}
        if t.sharpness:
            named |= _edge(t, i)
        for field in wish.fields:
            named |= {f"run{i}.{name}": part for name, part in DETAILS[field](t, run).items()}
    header["plane"] = described.part("plane", t.plane)
    if "plane" in wish.fields and (shown := plane.plane(t)):
        header["plane"] = {**described.about(t, shown), "x": shown.x[[0, -1]].tolist(), "y": shown.y[[0, -1]].tolist()}
        named["plane"] = shown.loss
        for path in shown.paths:
            named |= {f"plane{path.run}.at": path.at, f"plane{path.run}.off": path.off}
    if wish.fields:
        header["sides"] = layers.domain(t) if t.dataset.width <= 2 else []
        header["picture"] = list(t.dataset.shape) if len(t.dataset.shape) > 1 else []
        header["filter"] = list(t.shapes[0][:-1]) if len(t.shapes[0]) == 4 else header["picture"]
        if t.dataset.width <= 2:
            seen = data.data(t)
            named |= {"points": seen.raw, "labels": seen.y.astype(float)}
    return header, named


def _edge(t: Training, i: int) -> dict[str, np.ndarray]:
    """Sharpness of run i: after which updates, its value, and the limit; no limit is NaN."""
    measured = sharpness.sharpness(t.alone(i))
    limit = np.full(len(measured.steps), np.nan) if measured.limit is None else measured.limit
    return {f"run{i}.sharp.step": measured.steps, f"run{i}.sharp.value": measured.value, f"run{i}.sharp.limit": limit}


def _layers(t: Training, run: Trained) -> dict[str, np.ndarray]:
    return {f"layers.{name}": part for name, part in layers.layers(t, run)._asdict().items()}


def _weights(t: Training, run: Trained) -> dict[str, np.ndarray]:
    """Weights of the first layer, [K + 1, units, inputs], where they are a picture."""
    if len(t.dataset.shape) < 2:
        return {}
    *filters, fan_out = t.shapes[0]  # of a dense layer, one filter as large as the picture
    fan_in = math.prod(filters)
    first = run.weights[:, : fan_in * fan_out].reshape(-1, fan_in, fan_out)
    return {"first": first[:, :, :UNITS].transpose(0, 2, 1)}


def _regions(t: Training, run: Trained) -> dict[str, np.ndarray]:
    regions = layers.regions(t, run)
    return {} if regions is None else {"regions": regions}


def _mistakes(t: Training, run: Trained) -> dict[str, np.ndarray]:
    """Of validated pictures only: for each recorded step the number of the picture, what it is taken for, and what it is."""
    if len(t.dataset.shape) < 2 or t.train == t.dataset.size:
        return {}
    seen, wrong = data.data(t), layers.mistakes(t, run, MISTAKES)
    shown = np.unique(wrong[..., 0][wrong[..., 0] >= 0])
    place = np.searchsorted(shown, wrong[..., 0])
    truth = seen.truth[t.train :][np.maximum(wrong[..., 0], 0)]
    rows = np.stack([np.where(wrong[..., 0] < 0, -1, place), wrong[..., 1], truth], 2)
    return {"wrong": rows.astype(float), "wrong_pictures": seen.raw[t.train :][shown].astype(np.float32)}


DETAILS = {"layers": _layers, "weights": _weights, "regions": _regions, "mistakes": _mistakes, "plane": lambda t, run: {}}
