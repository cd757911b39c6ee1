"""The loss over a plane through the weights, with the runs on it.

Two planes. "pca": the two principal directions of the recorded weights of all runs that are drawn. "random": Gaussian ones
in which the weights that lead to a unit are as long as its own, biases and normalizations left alone (filter normalization: Li,
Xu, Taylor, Studer and Goldstein, Visualizing the loss landscape of neural nets, 2018, section 4; our weights are [fan_in,
fan_out], so a unit is a column). Both go through the last weights of the first run. A random walk of many dimensions also has
most of its variance in two directions, (6/π²)/k² in the k-th (Antognini and Sohl-Dickstein, PCA of high dimensional random
walks with comparison to neural network training, 2018): so the shares of such a walk stand beside those of the runs.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import Any, NamedTuple

import jax.numpy as jnp
import numpy as np
from jax import lax

from core.types import Array
from engines.training import data as datas
from engines.training import network, results
from engines.training.dropout import DROPOUTS
from engines.training.engine import Compiled
from engines.training.experiment import SIZE, Run, Training
from engines.training.network import LOSSES, Form, Numbers
from engines.training.results import Trained

AT_ONCE = 256  # points that the compiled code takes: those of a coarse picture
BUDGET = 4 * 10**9  # multiply-adds of a picture of the usual size; what is beyond takes fewer samples
LEAST = 32  # samples, whatever they cost
SHARES = 6  # principal directions whose shares are told
MARGIN = 0.3  # of what the paths take, around them


class Path(NamedTuple):
    """One run on the plane: its number; at its recorded steps where it is, f64[K + 1, 2], and how far off, f64[K + 1]."""

    run: int
    at: np.ndarray
    off: np.ndarray


class Plane(NamedTuple):
    """The loss over a plane, weights = origin + x · directions[0] + y · directions[1].

    Attributes:
      x, y: f64[size]. loss: f32[size, size], rows from low y to high; the penalty included. samples: the loss is over the
        first so many training samples. origin f32[n], directions f32[2, n]. paths: of the runs that have this loss.
      shares: f64[…], of the variance of the recorded weights in their principal directions, the largest first.
      explained: share of that variance within the plane. walk: shares of random walks recorded at the same steps.
    """

    x: np.ndarray
    y: np.ndarray
    loss: np.ndarray
    samples: int
    origin: np.ndarray
    directions: np.ndarray
    paths: tuple[Path, ...]
    shares: np.ndarray
    explained: float
    walk: np.ndarray


@functools.lru_cache(maxsize=16)
def plane(t: Training) -> Plane | None:
    """Of an experiment and its runs; None where it asks for none."""
    if t.plane.key == "none":
        return None
    runs = {i: results.trained(t.alone(i)) for i in drawn(t)}
    first = runs[0]
    led = [run for run in runs.values() if run.diverged_at is None] or [first]  # the others are beyond all measure
    points = np.concatenate([run.weights.astype(float) for run in led])
    values, vectors = _principal(points)
    origin = first.weights[-1].astype(float)
    if t.plane.key == "random":
        directions = filter_normalised(first.form, first.weights[-1], int(t.plane.values["seed"]))
    else:
        directions = _turned(_plane_of(vectors), first.weights)
    paths = tuple(Path(i, *_projected(run.weights, origin, directions)) for i, run in runs.items())
    shown = [path.at for path in paths if runs[path.run] in led]
    x, y = (np.array([-1.0, 1.0]),) * 2 if t.plane.key == "random" else _box(np.concatenate(shown))
    size = int(t.plane.values["size"])
    x, y = (np.linspace(side[0], side[1], size) for side in (x, y))
    where = np.stack(np.meshgrid(x, y), -1).reshape(-1, 2)
    origin, directions = origin.astype(np.float32), directions.astype(np.float32)
    loss = losses(t, first, origin, directions, where).reshape(size, size)
    return Plane(
        x, y, loss, samples(t), origin, directions, paths,
        shares=_shares(values),
        explained=_within(points, directions.astype(float)),
        walk=_shares(walk([run.steps for run in led])),
    )  # fmt: skip


def drawn(t: Training) -> list[int]:
    """The runs whose loss is the same function of the weights as that of the first."""
    return [i for i, run in enumerate(t.runs) if _parts(run) == _parts(t.runs[0])]


def _parts(run: Run) -> tuple[Any, ...]:
    judged = DROPOUTS[run.dropout.key].judged(run.dropout.values.get("keep"))
    return run.activation, run.norm, run.penalty, judged


# Directions -----------------------------------------------------------------------------------------------------------


def _principal(points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Variances of f64[m, n] along their principal directions, the largest first, and these, f64[m, n], unit vectors or 0."""
    centred = points - points.mean(0)
    values, small = np.linalg.eigh(centred @ centred.T)  # as many as there are points, and not as there are weights
    values, small = np.maximum(values[::-1], 0), small[:, ::-1]
    lengths = np.sqrt(values)
    known = lengths > 1e-7 * lengths[0]  # what is below is rounding
    return values, np.divide(small.T @ centred, lengths[:, None], where=known[:, None], out=np.zeros_like(centred))


def _plane_of(vectors: np.ndarray) -> np.ndarray:
    """The first two of these as an orthonormal pair; drawn at random where there are not two."""
    spare = np.random.Generator(np.random.SFC64(2)).standard_normal((2, vectors.shape[1]))
    pair = [row if row.any() else other for row, other in zip(vectors[:2], spare, strict=True)]
    return np.linalg.qr(np.stack(pair, 1))[0].T


def _turned(pair: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """With signs such that a run ends on the right of where it began, and goes farther up than down."""
    along = (weights.astype(float) - weights[-1]) @ pair.T
    right = along[0, 0] <= 0
    up = along[np.abs(along[:, 1]).argmax(), 1] >= 0
    return pair * np.array([[1.0 if right else -1.0], [1.0 if up else -1.0]])


def filter_normalised(form: Form, flat: np.ndarray, seed: int) -> np.ndarray:
    """Two random directions f64[2, n]; in each the weights to a unit are as long as they are in `flat`."""
    rng = np.random.Generator(np.random.SFC64([seed, 3]))
    directions = np.zeros((2, len(flat)))
    own = network.named(form, flat.astype(float))
    for direction in directions:
        parts = network.named(form, direction)  # views
        for name, part in parts.items():
            if name[0] == "W":
                random = rng.standard_normal(part.shape)
                axes = tuple(range(part.ndim - 1))
                lengths = [np.sqrt((each**2).sum(axes, keepdims=True)) for each in (own[name], random)]
                part[:] = random * (lengths[0] / lengths[1])
    return directions


def _projected(weights: np.ndarray, origin: np.ndarray, directions: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Where weights f32[k, n] are on the plane, f64[k, 2], and how far off it, f64[k]."""
    away = weights.astype(float) - origin
    at = np.linalg.lstsq(directions.T, away.T, rcond=None)[0].T
    return at, np.linalg.norm(away - at @ directions, axis=1)


def _within(points: np.ndarray, directions: np.ndarray) -> float:
    centred = points - points.mean(0)
    basis = np.linalg.qr(directions.T)[0]
    whole = float((centred**2).sum())
    return float(((centred @ basis) ** 2).sum()) / whole if whole else 0.0


def _box(points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """A square around points [k, 2] with a margin: (low, high) of each axis."""
    low, high = points.min(0), points.max(0)
    half = max(float((high - low).max()) * (1 + MARGIN) / 2, 1e-6)
    middle = (low + high) / 2
    return np.array([middle[0] - half, middle[0] + half]), np.array([middle[1] - half, middle[1] + half])


# A random walk --------------------------------------------------------------------------------------------------------


def walk(steps: Sequence[np.ndarray]) -> np.ndarray:
    """Variances along the principal directions of independent random walks from one start, recorded at these steps of each.

    In many dimensions the product of two places of a walk is the number of steps they share, and 0 for two walks; so these
    are the eigenvalues of a small matrix, and no walk is drawn. Evenly recorded, one walk tends to (6/π²)/k².
    """
    count = sum(len(each) for each in steps)
    shared, at = np.zeros((count, count)), 0
    for each in steps:
        shared[at : at + len(each), at : at + len(each)] = np.minimum.outer(each, each)
        at += len(each)
    centre = np.eye(count) - 1 / count
    return np.maximum(np.linalg.eigvalsh(centre @ shared @ centre)[::-1], 0)


def _shares(values: np.ndarray) -> np.ndarray:
    whole = values.sum()
    return (values / whole if whole else values)[:SHARES]


# The loss -------------------------------------------------------------------------------------------------------------


def samples(t: Training) -> int:
    """Over how many of the training samples the loss is taken."""
    return min(t.train, _most(t))


def _most(t: Training) -> int:
    return int(max(LEAST, BUDGET // (SIZE.default**2 * t.passes)))


def losses(t: Training, run: Trained, origin: np.ndarray, directions: np.ndarray, where: np.ndarray) -> np.ndarray:
    """The objective f32[k] at places [k, 2] of a plane, over the first `samples(t)` of the training samples."""
    seen, most = datas.data(t), _most(t)
    fn, numbers = _compiled(run.form), results.numbers(run.run)
    x, y, train = seen.x[:most], seen.y[:most], np.int32(t.train)
    rows = np.zeros((-(-len(where) // AT_ONCE) * AT_ONCE, 2), np.float32)
    rows[: len(where)] = where
    parts = [
        np.asarray(fn(origin, directions, rows[k : k + AT_ONCE], x, y, train, numbers)) for k in range(0, len(rows), AT_ONCE)
    ]
    return np.concatenate(parts)[: len(where)]


def _losses(
    form: Form, origin: Array, directions: Array, where: Array, x: Array, y: Array, train: Array, numbers: Numbers
) -> Array:
    kept = (jnp.arange(len(x)) < train).astype(x.dtype)

    def one(at: Array) -> Array:
        parts = network.named(form, origin + at[0] * directions[0] + at[1] * directions[1])
        out = network.forward(form, parts, x, numbers, kept[:, None])[-1].h
        loss = jnp.where(kept > 0, LOSSES[form.loss](out, y), 0)
        return jnp.sum(loss) / jnp.sum(kept) + network.penalty(form, parts, numbers)

    return lax.map(one, where)


@functools.lru_cache(maxsize=64)
def _compiled(form: Form) -> Compiled:
    return Compiled(functools.partial(_losses, form))
