"""How sharp the loss is where a run stands: the largest eigenvalue of its Hessian, along the run, against the rule's limit.

Full-batch descent makes the loss sharper until the rule's own limit stops it, and stays there: the edge of stability (Cohen,
Kaur, Li, Kolter and Talwalkar, Gradient descent on neural networks typically occurs at the edge of stability, 2021). For rules
that divide entry by entry it is the curvature seen through that divisor (Cohen et al., Adaptive gradient methods at the edge of
stability, 2022). The run is done again by the loop of engine.py, which stops at POINTS places for a few Lanczos steps.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from core.types import Array, Optimizer, namespace
from engines.training import engine, network, results
from engines.training.engine import SNAPSHOTS, Compiled, Course, Place
from engines.training.experiment import POINTS, Run, Training, bare
from engines.training.network import Form
from optimizers import OPTIMIZERS

KRYLOV = 8  # Hessian-vector products in a round of Lanczos
ENOUGH = 1e-2  # ‖Hv − λv‖/λ at which no further round is done; the error of λ is of second order in it
FIRST, NEXT = 12, 3  # rounds at most: at the start of a run, and where the eigenvector of the point before is known
FRESH = 0.05  # of a random direction in each first vector, so that another eigenvector that has overtaken is found


class Sharpness(NamedTuple):
    """Along one run, at K places.

    Attributes:
      steps: int[K], from 0 to the last update. value: f64[K], largest eigenvalue of the Hessian of the objective over the
        training part (as rows and columns are divided, where `scaled`); NaN where it is not known.
      limit: f64[K], above which the next update makes the loss grow in that direction; None where the rule has none.
      scaled: the curvature is seen through what the rule divides by.
    """

    steps: np.ndarray
    value: np.ndarray
    limit: np.ndarray | None
    scaled: bool

    @property
    def share(self) -> np.ndarray:
        """Of the limit, f64[K]; NaN where none is known."""
        return self.value / (np.full(len(self.value), np.nan) if self.limit is None else self.limit)


def places(steps: int) -> np.ndarray:
    """After which updates it is measured, int[…]: POINTS + 1 places evenly spread, all of them in a short run."""
    return np.unique(np.rint(np.linspace(0, steps, POINTS + 1)).astype(np.int32))


def limits(run: Run, rates: np.ndarray, steps: np.ndarray) -> np.ndarray | None:
    """The largest curvature at which the update after each of `steps` is stable, rates f64[T]; None where no limit is known."""
    rule = OPTIMIZERS[run.optimizer.key]
    known = rule.scaling.stability if rule.scaling else rule.stability
    if known is None:
        return None
    constant = float(known(namespace(rule.params, [run.optimizer.values[p.key] for p in rule.params])))
    with np.errstate(divide="ignore"):
        return constant / rates[np.minimum(steps, len(rates) - 1)]


def sharpness(alone: Training) -> Sharpness:
    """Of the only run of an experiment in which every batch is the whole training part."""
    return _sharpness(bare(alone))


@functools.lru_cache(maxsize=256)
def _sharpness(alone: Training) -> Sharpness:
    (run,) = alone.runs
    rule, made, steps = OPTIMIZERS[run.optimizer.key], results.begun(alone, run), places(alone.steps)
    ends = np.pad(steps, (0, POINTS + 1 - len(steps)), mode="edge")
    measured = _compiled(made.form, run.optimizer.key)(
        engine.begin(rule, made.flat), made.course, ends, _direction(len(made.flat)), np.int32(len(steps))
    )
    values = np.asarray(measured)[: len(steps)].astype(float)
    return Sharpness(steps, values, limits(run, made.rates, steps), rule.scaling is not None)


def _direction(size: int) -> np.ndarray:
    drawn = np.random.Generator(np.random.SFC64(size)).standard_normal(size)
    return (drawn / np.linalg.norm(drawn)).astype(np.float32)


@functools.lru_cache(maxsize=64)
def _compiled(form: Form, optimizer: str) -> Compiled:
    return Compiled(functools.partial(follow, form, OPTIMIZERS[optimizer]))


def follow(form: Form, optimizer: Optimizer, place: Place, course: Course, ends: Array, drawn: Array, count: Array) -> Array:
    """The run again; f32[POINTS + 1], the sharpness after the first `count` of the updates ends int32[POINTS + 1].

    drawn f32[n] is a random unit vector.
    """
    rows = course.batches[0]  # all training samples
    x, y, knobs = course.x[rows], course.y[rows], namespace(optimizer.params, course.rule)

    def point(j: Array, so_far: tuple[Place, Array, Array]) -> tuple[Place, Array, Array]:
        place, vector, values = so_far
        place, _ = engine.stretches(form, optimizer, place, course, jnp.full(SNAPSHOTS, ends[j]), jnp.int32(1))
        _, times = jax.linearize(lambda flat: network.slope(form, flat, x, y, course.numbers)[1], place.flat)
        root = jnp.ones_like(vector)
        if optimizer.scaling:
            root = jnp.sqrt(optimizer.scaling.divisor(place.state, place.k.astype(vector.dtype), knobs)).astype(vector.dtype)
        rounds = jnp.where(j == 0, FIRST, NEXT)
        value, vector = largest(lambda v: times(v / root) / root, vector + FRESH * drawn, rounds)
        # Before the first update there is nothing that a rule divides by.
        known = place.fine & jnp.isfinite(value) & ((place.k > 0) | (optimizer.scaling is None))
        vector = jnp.where(known, vector, drawn)
        return place, vector, values.at[j].set(jnp.where(known, value, jnp.nan))

    return lax.fori_loop(0, count, point, (place, drawn, jnp.full(len(ends), jnp.nan, drawn.dtype)))[2]


def largest(times: Callable[[Array], Array], start: Array, rounds: Any) -> tuple[Array, Array]:
    """The largest eigenvalue and its unit vector of a symmetric matrix that is known by its products.

    Rounds of KRYLOV Lanczos steps, each from the vector that the last one found, until ‖Hv − λv‖ ≤ ENOUGH · λ.
    """

    def on(so_far: tuple[Array, Array, Array, Array]) -> Array:
        done, value, _, residual = so_far
        return (done < rounds) & ~(residual <= ENOUGH * jnp.abs(value)) & ~jnp.isnan(value)

    def again(so_far: tuple[Array, Array, Array, Array]) -> tuple[Array, Array, Array, Array]:
        return (so_far[0] + 1, *_lanczos(times, so_far[2]))

    zero = jnp.zeros((), start.dtype)
    _, value, vector, _ = lax.while_loop(on, again, (jnp.int32(0), zero, start, zero + jnp.inf))
    return value, vector


def _lanczos(times: Callable[[Array], Array], start: Array) -> tuple[Array, Array, Array]:
    """The largest Ritz value of the Krylov space of `start`, its vector, and the residual ‖Hv − λv‖."""

    def step(so_far: tuple[Array, Array], i: Array) -> tuple[tuple[Array, Array], tuple[Array, Array]]:
        basis, vector = so_far
        basis = basis.at[i].set(vector)
        image = times(vector)
        along = image @ vector
        for _ in range(2):  # once leaves what float32 rounds
            image = image - (basis @ image) @ basis
        length = jnp.linalg.norm(image)
        return (basis, jnp.where(length > 0, image / length, image)), (along, length)

    begun = (jnp.zeros((KRYLOV, len(start)), start.dtype), start / jnp.linalg.norm(start))
    (basis, _), (diagonal, beside) = lax.scan(step, begun, jnp.arange(KRYLOV))
    small = jnp.diag(diagonal) + jnp.diag(beside[:-1], 1) + jnp.diag(beside[:-1], -1)
    values, vectors = jnp.linalg.eigh(small)
    return values[-1], vectors[:, -1] @ basis, jnp.abs(beside[-1] * vectors[-1, -1])
