"""What each layer does at the recorded steps: outputs, gradients and weights as histograms, dead units; and what the network
says elsewhere: on a grid over two-dimensional data, or along a line.
"""

from __future__ import annotations

import functools
from typing import Any, NamedTuple

import jax.numpy as jnp
import numpy as np
from jax import lax

from activations import ACTIVATIONS
from core.types import Array, namespace
from engines.activation import curve
from engines.training import data as datas
from engines.training import measure, network, results
from engines.training.engine import SNAPSHOTS, Compiled
from engines.training.experiment import Training
from engines.training.network import Form, Numbers
from engines.training.results import Trained
from norms import NORMS

BINS, PROBED = 24, 128  # of a histogram; training samples whose outputs are counted
FEW = 32  # of them where a convolution has as many outputs as places
GRID, LINE = 40, 120  # points along each side of a grid, and along a line
KINDS = ("output", "gradient", "weight")
MARGIN = 0.25  # of the range of the data, shown around it


class Layers(NamedTuple):
    """Per recorded step and layer; the output of the last layer is the scores.

    Attributes:
      counts: f32[K + 1, 3, layers, BINS], of KINDS: outputs h of PROBED training samples, dL/dW, W.
      low, high: f32[K + 1, 3, layers], where the first bin begins and the last one ends.
      dead: f32[K + 1, layers], share of units (channels of a convolution) whose slope is 0 for every probed sample, at every
        place; 0 for the last layer.
    """

    counts: Any
    low: Any
    high: Any
    dead: Any


def _look(form: Form, weights: Array, x: Array, y: Array, train: Array, numbers: Numbers) -> Layers:
    chosen = jnp.arange(FEW if form.picture else PROBED) % train
    x, y = x[chosen], y[chosen]
    rule = ACTIVATIONS[form.activation]
    knobs = namespace(rule.params, numbers.activation)

    def one(flat: Array) -> Layers:
        parts = network.named(form, flat)
        steps = network.forward(form, parts, x, numbers)
        slopes = network.named(form, network.slope(form, flat, x, y, numbers)[1])
        names = [f"W{i}" for i in range(1, len(form.shapes) + 1)]
        counted = [
            [_histogram(step.h) for step in steps],
            [_histogram(slopes[name]) for name in names],
            [_histogram(parts[name]) for name in names],
        ]
        still = [curve.slope(rule, step.z, knobs) == 0 for step in steps[:-1]]
        dead = [jnp.mean(jnp.all(zero, axis=tuple(range(zero.ndim - 1))), dtype=flat.dtype) for zero in still]
        low, high, counts = (jnp.stack([jnp.stack([layer[i] for layer in kind]) for kind in counted]) for i in range(3))
        return Layers(counts, low, high, jnp.stack([*dead, jnp.zeros((), flat.dtype)]))

    return lax.map(one, weights)


def _histogram(values: Array) -> tuple[Array, Array, Array]:
    """Lowest and highest value, and counts [BINS] between them."""
    low, high = jnp.min(values), jnp.max(values)
    place = jnp.clip((values - low) * (BINS / jnp.maximum(high - low, 1e-30)), 0, BINS - 1).astype(jnp.int32)
    return low, high, jnp.zeros(BINS, values.dtype).at[place.ravel()].add(1)


@functools.lru_cache(maxsize=64)
def _compiled_look(form: Form) -> Compiled:
    return Compiled(functools.partial(_look, form))


def layers(t: Training, run: Trained) -> Layers:
    """What the layers of a run do at its recorded steps."""
    seen = datas.data(t)
    rows = _all_rows(run)
    parts = _compiled_look(run.form)(rows, seen.x, seen.y, np.int32(t.train), results.numbers(run.run))
    return Layers(*(np.asarray(part)[: len(run.steps)] for part in parts))


def _all_rows(run: Trained) -> np.ndarray:
    """The weights in as many rows as the compiled code has."""
    rows = np.zeros((SNAPSHOTS + 1, run.weights.shape[1]), np.float32)
    rows[: len(run.weights)] = run.weights
    return rows


# Elsewhere ------------------------------------------------------------------------------------------------------------


def _said(form: Form, weights: Array, x: Array, points: Array, train: Array, numbers: Numbers) -> Array:
    """Scores f32[k, points, outputs]; batch norm keeps the statistics of the training part."""
    if "N" not in NORMS[form.norm].axes:
        return lax.map(lambda flat: network.forward(form, network.named(form, flat), points, numbers)[-1].h, weights)
    x, _, kept, _ = measure.parts(form, x, jnp.zeros(len(x)), train)
    kept = jnp.concatenate([kept, jnp.zeros(len(points), x.dtype)])[:, None]
    everywhere = jnp.concatenate([x, points])
    return lax.map(
        lambda flat: network.forward(form, network.named(form, flat), everywhere, numbers, kept)[-1].h[len(x) :], weights
    )


@functools.lru_cache(maxsize=64)
def _compiled_said(form: Form) -> Compiled:
    return Compiled(functools.partial(_said, form))


def said(t: Training, run: Trained, points: np.ndarray) -> np.ndarray:
    """Scores f32[K + 1, n, outputs] at points f32[n, features] given in the units of the raw data."""
    seen = datas.data(t)
    moved = ((points - seen.mean) / seen.std).astype(np.float32)
    answers = _compiled_said(run.form)(_all_rows(run), seen.x, moved, np.int32(t.train), results.numbers(run.run))
    return np.asarray(answers)[: len(run.steps)]


def domain(t: Training) -> list[tuple[float, float]]:
    """(low, high) of each feature of the raw data, with a margin."""
    raw = datas.data(t).raw
    low, high = raw.min(0), raw.max(0)
    margin = MARGIN * np.maximum(high - low, 1e-6)
    return [(float(a), float(b)) for a, b in zip(low - margin, high + margin, strict=True)]


def regions(t: Training, run: Trained) -> np.ndarray | None:
    """What the network says over the whole domain at each recorded step; None where the data have more than two features.

    Two features: f32[K + 1, GRID, GRID], rows from low y to high, class + share, where share in [0, 1) is how far the
    probability of that class (softmax of the scores) is above chance. One feature: f32[K + 1, LINE], the number itself.
    """
    sides = domain(t)
    if len(sides) == 1:
        return said(t, run, np.linspace(*sides[0], LINE, dtype=np.float32)[:, None])[:, :, 0]
    if len(sides) != 2:
        return None
    x, y = np.meshgrid(np.linspace(*sides[0], GRID), np.linspace(*sides[1], GRID))
    scores = said(t, run, np.stack([x.ravel(), y.ravel()], 1).astype(np.float32)).astype(float)
    with np.errstate(all="ignore"):
        shares = np.exp(scores - scores.max(2, keepdims=True))
        sure = 1 / np.maximum(shares.sum(2), 1)
    chance = 1 / scores.shape[2]
    above = np.nan_to_num(np.clip((sure - chance) / (1 - chance), 0, 0.999))
    return (scores.argmax(2) + above).reshape(len(run.steps), GRID, GRID).astype(np.float32)


def mistakes(t: Training, run: Trained, most: int) -> np.ndarray:
    """The first `most` validation samples that are wrong at each recorded step: int[K + 1, most, 2], their number and the
    class they are taken for; −1 where there are no more among those that are judged.
    """
    seen = datas.data(t)
    wrongest = np.full((len(run.steps), most, 2), -1)
    if not t.dataset.classes or t.train == len(seen.x):
        return wrongest
    some = slice(t.train, t.train + measure.judged(run.form))
    taken = said(t, run, seen.raw[some]).argmax(2)
    for k, classes in enumerate(taken):
        wrong = np.flatnonzero(classes != seen.truth[some])[:most]
        wrongest[k, : len(wrong), 0], wrongest[k, : len(wrong), 1] = wrong, classes[wrong]
    return wrongest
