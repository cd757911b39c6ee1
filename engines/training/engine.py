"""Training itself: one compiled loop for each form of network, rule and size of batch, float32.

The rules are those of the race, unchanged: a network is its weights as one flat vector. A long one is taken apart within a
stretch, and the rule is applied to each part: what it does to an entry depends on no other, and to cut and join a long
vector in each update takes longer than the rest. All that a slider moves is an argument. The loop runs in stretches, each of
which ends with a snapshot of the weights; how many and how long they are is an argument too, so that a run in one call and
the same run stretch by stretch are the same code and give the same bits.
"""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from core.types import Array, Optimizer, Query, namespace
from engines.training import dropout, network
from engines.training.dropout import DROPOUTS
from engines.training.network import Form, Numbers, total

Parts = dict[str, Array]
LONG = 30_000  # numbers in a vector that is taken apart
WHOLE = "all"  # the only part of one that is not
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
      numbers: of the parts of the network. seed: uint32, of the masks of dropout.
    """

    x: Any
    y: Any
    batches: Any
    rates: Any
    rule: Any
    numbers: Numbers
    seed: Any = np.uint32(0)


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
    cuts = _cuts(form, optimizer)

    def update(so_far: tuple[Place, Array, Parts]) -> tuple[Place, Array, Parts]:
        (k, parts, states, _), rows, _ = so_far
        chosen = course.batches[k % len(course.batches)]
        x, y = course.x[chosen], course.y[chosen]
        masks = dropout.key_of(course.seed, k) if DROPOUTS[form.dropout].params else None
        loss, gradient = cuts.slopes(parts, x, y, course.numbers, masks)
        moves, after = {}, {}
        for name, part in parts.items():
            query = Query(
                t=(k + 1).astype(part.dtype),
                x=part,
                loss=loss,
                gradient=gradient[name],
                learning_rate=course.rates[k],
                key=jax.random.fold_in(jax.random.key(0), k),
                fn=_no_landscape,
                gradient_at=lambda other: cuts.slopes({WHOLE: other}, x, y, course.numbers, masks)[1][WHOLE],
            )
            move, state = optimizer.update(query, states[name], knobs)
            moves[name] = move.astype(part.dtype)
            after[name] = jax.tree.map(lambda new, old: new.astype(old.dtype), state, states[name])
        # One sum for both questions, as each is about as much work as a layer: 0 · x is NaN where x is not finite.
        square = sum(total(g * g + 0 * (parts[name] + moves[name])) for name, g in gradient.items())
        fine = jnp.isfinite(loss) & jnp.isfinite(square)
        rows = lax.dynamic_update_index_in_dim(rows, jnp.stack([loss, jnp.sqrt(square)]), k, 0)
        parts = {name: jnp.where(fine, part + moves[name], part) for name, part in parts.items()}
        return Place(k + 1, parts, after, fine), rows, moves

    def stretch(j: Array, so_far: tuple[Place, Record]) -> tuple[Place, Record]:
        before, (rows, weights, ratios) = so_far
        parts = cuts.apart(before.flat)
        apart, still = before._replace(flat=parts, state=_apart(cuts, before.state, parts)), jax.tree.map(jnp.zeros_like, parts)
        on = lambda now: now[0].fine & (now[0].k < ends[j])  # noqa: E731
        place, rows, moves = lax.while_loop(on, update, (apart, rows, still))
        place = place._replace(flat=cuts.together(place.flat), state=_together(cuts, place.state))
        moved, after = network.named(form, cuts.together(moves)), network.named(form, place.flat)
        ratio = jnp.stack([_ratio(moved[name], after[name], place.fine) for name in layers])
        last = ratios[jnp.maximum(j - 1, 0)]
        ratios = ratios.at[j].set(jnp.where(place.fine, ratio, last))
        return place, Record(rows, lax.dynamic_update_index_in_dim(weights, place.flat, j, 0), ratios)

    empty = Record(
        jnp.zeros((len(course.rates), 2), place.flat.dtype),
        jnp.zeros((SNAPSHOTS, len(place.flat)), place.flat.dtype),
        jnp.full((SNAPSHOTS, len(layers)), jnp.nan, place.flat.dtype),
    )
    return lax.fori_loop(0, count, stretch, (place, empty))


def _ratio(move: Array, after: Array, fine: Array) -> Array:
    """‖ΔW‖/‖W‖, W as it was before the update."""
    before = after - jnp.where(fine, move, 0)
    return jnp.sqrt(total(move * move) / total(before * before))


class Cuts(NamedTuple):
    """How the flat vector is taken apart, put together, and what the gradient is of the parts."""

    apart: Callable[[Array], Parts]
    together: Callable[[Parts], Array]
    slopes: Callable[[Parts, Array, Array, Numbers, Array | None], tuple[Array, Parts]]


def _cuts(form: Form, optimizer: Optimizer) -> Cuts:
    """A short vector stays as it is: to apply a rule to many small parts takes longer than to cut and to join them.

    So does that of a rule to which it matters what else there is: one that asks for a norm, or for a gradient elsewhere.
    """
    if network.size(form) > LONG and optimizer.separate:
        return Cuts(partial(network.named, form), partial(network.joined, form), partial(network.slopes, form))

    def slopes(parts: Parts, x: Array, y: Array, numbers: Numbers, masks: Array | None) -> tuple[Array, Parts]:
        loss, gradient = network.slope(form, parts[WHOLE], x, y, numbers, masks)
        return loss, {WHOLE: gradient}

    return Cuts(lambda flat: {WHOLE: flat}, lambda parts: parts[WHOLE], slopes)


def _apart(cuts: Cuts, state: Any, names: Iterable[str]) -> dict[str, Any]:
    """The state of a rule for each part of the network; what is one number for all is the same for each."""
    leaves, shape = jax.tree.flatten(state)
    parts = [cuts.apart(leaf) if jnp.ndim(leaf) else leaf for leaf in leaves]
    own = lambda name: [part[name] if isinstance(part, dict) else part for part in parts]  # noqa: E731
    return {name: jax.tree.unflatten(shape, own(name)) for name in names}


def _together(cuts: Cuts, states: dict[str, Any]) -> Any:
    """The state of a rule for the flat vector."""
    shape = jax.tree.structure(next(iter(states.values())))
    rows = zip(*(jax.tree.leaves(state) for state in states.values()), strict=True)
    whole = [cuts.together(dict(zip(states, row, strict=True))) if jnp.ndim(row[0]) else row[0] for row in rows]
    return jax.tree.unflatten(shape, whole)


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
            answer = self._jitted(*args)
            self._known.add(shapes)
        return answer


@functools.lru_cache(maxsize=64)
def compiled(form: Form, optimizer: Optimizer) -> Compiled:
    """The loop for a form of network and a rule; (place, course, ends, count) → (place, record)."""
    return Compiled(functools.partial(stretches, form, optimizer))
