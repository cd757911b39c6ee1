"""Training itself: one compiled loop for each form of network, rule and size of batch, float32.

The rules are those of the race, unchanged: a network is its weights as one flat vector. Everything a slider moves is an
argument. The loop runs in stretches, each of which ends with a snapshot of the weights; how many and how long they are is an
argument too, so that a run in one call and the same run stretch by stretch are the same code and give the same bits.
"""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from core.types import Array, Optimizer, Query, namespace
from engines.training import network
from engines.training.network import Form, Numbers
from optimizers import OPTIMIZERS

SNAPSHOTS = 24  # stretches of a run
SIZES = (256, 1024, 5120)  # lengths that a run is padded to


class Place(NamedTuple):
    """How far a run has come.

    Attributes:
      k: updates done. flat: weights [n]. state: of the rule. fine: whether everything has been finite so far.
    """

    k: Any
    flat: Any
    state: Any
    fine: Any


class Course(NamedTuple):
    """What a run is given.

    Attributes:
      x, y: the training samples, those that `batches` int32[rows, batch] counts; update k sees row (k − 1) mod rows.
      rates: f32[padded], of update k at k − 1. rule: f32[…], the hyperparameters without the rate.
      numbers: of the parts of the network.
    """

    x: Any
    y: Any
    batches: Any
    rates: Any
    rule: Any
    numbers: Numbers


class Record(NamedTuple):
    """What came of some stretches.

    Attributes:
      rows: f32[padded, 2]; row k − 1 is of update k: the loss of its batch, and the norm of its gradient. Others are 0.
      weights: f32[SNAPSHOTS, n], at the end of each stretch.
      ratios: f32[SNAPSHOTS, layers], ‖ΔW‖/‖W‖ of the last update of each stretch; NaN before there is any.
    """

    rows: Any
    weights: Any
    ratios: Any


def padded(steps: int) -> int:
    """The length that so many steps are padded to."""
    return next(size for size in SIZES if size >= steps)


def begin(optimizer: Optimizer, flat: np.ndarray) -> Place:
    """Before the first update."""
    return Place(np.int32(0), flat, _initial_state(optimizer)(flat), np.bool_(True))


@functools.cache
def _initial_state(optimizer: Optimizer) -> Callable[[np.ndarray], Any]:
    return jax.jit(lambda flat: jax.tree.map(lambda part: part.astype(flat.dtype), optimizer.init(flat)))


def stretches(
    form: Form, optimizer: Optimizer, place: Place, course: Course, ends: Array, count: Array
) -> tuple[Place, Record]:
    """The loop. Runs the first `count` of the stretches that end with updates ends int32[SNAPSHOTS]."""
    knobs = namespace(optimizer.params, course.rule)
    layers = [f"W{i}" for i in range(1, len(form.shapes) + 1)]

    def update(so_far: tuple[Place, Array, Array]) -> tuple[Place, Array, Array]:
        (k, flat, state, _), rows, _ = so_far
        chosen = course.batches[k % len(course.batches)]
        slope = lambda at: network.slope(form, at, course.x[chosen], course.y[chosen], course.numbers)  # noqa: E731
        loss, gradient = slope(flat)
        query = Query(
            t=(k + 1).astype(flat.dtype),
            x=flat,
            loss=loss,
            gradient=gradient,
            learning_rate=course.rates[k],
            key=jax.random.fold_in(jax.random.key(0), k),
            fn=_no_landscape,
            gradient_at=lambda at: slope(at)[1],
        )
        move, new_state = optimizer.update(query, state, knobs)
        move = move.astype(flat.dtype)
        # One sum for both questions, because XLA adds up a vector one entry at a time: 0 · x is NaN where x is not finite.
        square = jnp.sum(gradient * gradient + 0 * (flat + move))
        fine = jnp.isfinite(loss) & jnp.isfinite(square)
        rows = lax.dynamic_update_index_in_dim(rows, jnp.stack([loss, jnp.sqrt(square)]), k, 0)
        new_state = jax.tree.map(lambda new, old: new.astype(old.dtype), new_state, state)
        return Place(k + 1, jnp.where(fine, flat + move, flat), new_state, fine), rows, move

    def stretch(j: Array, so_far: tuple[Place, Record]) -> tuple[Place, Record]:
        before, (rows, weights, ratios) = so_far
        still = jnp.zeros_like(before.flat)
        on = lambda now: now[0].fine & (now[0].k < ends[j])  # noqa: E731
        place, rows, move = lax.while_loop(on, update, (before, rows, still))
        moved, there = network.squares(form, move), network.squares(form, place.flat - jnp.where(place.fine, move, 0))
        ratio = jnp.stack([jnp.sqrt(moved[name] / there[name]) for name in layers])
        last = ratios[jnp.maximum(j - 1, 0)]
        ratios = ratios.at[j].set(jnp.where(place.fine, ratio, last))
        return place, Record(rows, lax.dynamic_update_index_in_dim(weights, place.flat, j, 0), ratios)

    empty = Record(
        jnp.zeros((len(course.rates), 2), place.flat.dtype),
        jnp.zeros((SNAPSHOTS, len(place.flat)), place.flat.dtype),
        jnp.full((SNAPSHOTS, len(layers)), jnp.nan, place.flat.dtype),
    )
    return lax.fori_loop(0, count, stretch, (place, empty))


def _no_landscape(x: Array) -> Array:
    raise TypeError("this rule reads the whole loss; mark it as planar")


class Compiled:
    """A jitted function that no two threads compile at once; running it needs no lock."""

    def __init__(self, fn: Any):
        self._jitted, self._lock, self._known = jax.jit(fn), threading.Lock(), set()

    def __call__(self, *args: Any) -> Any:
        shapes = tuple(np.shape(leaf) for leaf in jax.tree.leaves(args))
        if shapes in self._known:
            return self._jitted(*args)
        with self._lock:
            found = self._jitted(*args)
            self._known.add(shapes)
        return found


@functools.lru_cache(maxsize=64)
def compiled(form: Form, optimizer: str) -> Compiled:
    """The loop for a form of network and a rule; (place, course, ends, count) → (place, record)."""
    return Compiled(functools.partial(stretches, form, OPTIMIZERS[optimizer]))
