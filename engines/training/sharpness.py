"""How sharp the loss is where a run stands: the largest eigenvalue of its Hessian, along the run, against the rule's limit.

Full-batch descent makes the loss sharper until the rule's own limit stops it, and stays there: the edge of stability (Cohen,
Kaur, Li, Kolter and Talwalkar, Gradient descent on neural networks typically occurs at the edge of stability, 2021). For rules
that divide entry by entry it is the curvature seen through that divisor (Cohen et al., Adaptive gradient methods at the edge of
stability, 2022). The run is done again by the loop of engine.py, which stops at POINTS places for a few Lanczos steps.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from core.shelf import Shelf
from core.types import Array, Optimizer, namespace
from engines.training import engine, network, results
from engines.training.engine import SNAPSHOTS, Compiled, Course, Place
from engines.training.experiment import POINTS, Run, Training, bare
from engines.training.network import Form

KRYLOV = 8  # Hessian-vector products in a round of Lanczos
ENOUGH = 1e-2  # ‖Hv − λv‖/λ at which no further round is done; the error of λ is of second order in it
FIRST, NEXT = 12, 3  # rounds at most: at the start of a run, and where the eigenvector of the point before is known
MAX_KEPT = 2_000_000  # bytes of what has been measured, in memory
FRESH = 0.05  # of a random direction in each first vector, so that another eigenvector that has overtaken is found


@dataclass(frozen=True, eq=False)
class Sharpness:
    """Along one run, at K places.

    Attributes:
      steps: int[K], from 0 to the last update where it is complete. value: f64[K], largest eigenvalue of the Hessian of the
        objective over the training part (as rows and columns are divided, where `scaled`); NaN where it is not known.
      limit: f64[K], above which the next update makes the loss grow in that direction; None where the rule has none.
      scaled: the curvature is seen through what the rule divides by.
    """

    steps: np.ndarray
    value: np.ndarray
    limit: np.ndarray | None
    scaled: bool

    @property
    def nbytes(self) -> int:
        return self.steps.nbytes + self.value.nbytes + (0 if self.limit is None else self.limit.nbytes)

    @property
    def share(self) -> np.ndarray:
        """Of the limit, f64[K]; NaN where none is known."""
        return self.value / (np.full(len(self.value), np.nan) if self.limit is None else self.limit)


_SHELF: Shelf[Sharpness] = Shelf(MAX_KEPT, lambda measured: measured.nbytes)


def places(steps: int) -> np.ndarray:
    """After which updates it is measured, int[…]: POINTS + 1 places evenly spread, all of them in a short run."""
    return np.unique(np.rint(np.linspace(0, steps, POINTS + 1)).astype(np.int32))


def limits(run: Run, rates: np.ndarray, steps: np.ndarray) -> np.ndarray | None:
    """The largest curvature at which the update after each of `steps` is stable, rates f64[T]; None where no limit is known."""
    rule = run.rule
    known = rule.scaling.stability if rule.scaling else rule.stability
    # A clipped step is shorter than the rate says: beyond the limit the loss may still fall; under dropout it is another loss.
    if known is None or run.around or run.dropout.key != "none":
        return None
    constant = float(known(namespace(rule.params, [run.values[p.key] for p in rule.params])))
    with np.errstate(divide="ignore"):
        return constant / rates[np.minimum(steps, len(rates) - 1)]


def sharpness(alone: Training) -> Sharpness:
    """Of the only run of an experiment in which every batch is the whole training part; computed or recalled."""
    measured = recalled(alone)
    if measured is None:
        *_, measured = pieces(alone, POINTS + 1)
    return measured


def recalled(alone: Training) -> Sharpness | None:
    """The same, if it has been computed."""
    return _SHELF.find(bare(alone))


def pieces(alone: Training, at_once: int) -> Iterator[Sharpness]:
    """The sharpness as far as it is known, after every `at_once` places and at the end; then it is kept."""
    (run,) = alone.runs
    rule, made, steps = run.rule, results.begun(alone, run), places(alone.steps)
    ends, drawn = np.pad(steps, (0, POINTS + 1 - len(steps)), mode="edge"), _direction(len(made.flat))
    limit, along = limits(run, made.rates, steps), _compiled(made.form, rule)
    so_far = Followed(engine.begin(rule, made.flat), drawn, np.full(POINTS + 1, np.nan, np.float32))
    for first in range(0, len(steps), at_once):
        end = min(first + at_once, len(steps))
        so_far = along(so_far, made.course, ends, drawn, np.int32(first), np.int32(end))
        values = np.asarray(so_far.values)[:end].astype(float)
        measured = Sharpness(steps[:end], values, None if limit is None else limit[:end], rule.scaling is not None)
        if end == len(steps):
            _SHELF.put(bare(alone), measured)
        yield measured


def _direction(size: int) -> np.ndarray:
    drawn = np.random.Generator(np.random.SFC64(size)).standard_normal(size)
    return (drawn / np.linalg.norm(drawn)).astype(np.float32)


@functools.lru_cache(maxsize=64)
def _compiled(form: Form, optimizer: Optimizer) -> Compiled:
    return Compiled(functools.partial(follow, form, optimizer))


class Followed(NamedTuple):
    """How far a run has been followed.

    Attributes:
      place: where it stands. vector: f32[n], the sharpest direction there. values: f32[POINTS + 1], how sharp it has been.
    """

    place: Place
    vector: Any
    values: Any


def follow(
    form: Form, optimizer: Optimizer, so_far: Followed, course: Course, ends: Array, drawn: Array, first: Array, end: Array
) -> Followed:
    """The run again, to where it is after those of the updates ends int32[POINTS + 1] that are numbered `first` to `end` − 1.

    drawn f32[n] is a random unit vector, with which it begins.
    """
    rows = course.batches[0]  # all training samples
    x, y, knobs = course.x[rows], course.y[rows], namespace(optimizer.params, course.rule)

    def point(j: Array, so_far: Followed) -> Followed:
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
        return Followed(place, vector, values.at[j].set(jnp.where(known, value, jnp.nan)))

    return lax.fori_loop(first, end, point, so_far)


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
