"""Many descents side by side, each folded into a few numbers while it runs, in chunks: memory does not grow with a map.

A lane is one descent. It is the race's own (`engine.walk`), so it gives what `engine.descend` gives, step by step.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from core.threads import LONG, POOL
from core.types import Array, Optimizer, namespace
from engines.descent import engine
from engines.descent.results import TOLERANCE

CHUNK = 1024  # lanes of one call; what a step touches then stays in the processor's cache
SHORT = 40_000_000  # updates of all lanes that a hand may wait for: 256 × 256 × 500 and some
MAX_COURSES = 256  # different courses of the learning rate in one map
MINIMA = 8  # of a surface that are told apart at a time
NEVER = -1


class Lanes(NamedTuple):
    """Descents of one rule on one surface, n of them.

    Attributes:
      shared: what they have in common, of `engine.pack`; its steps are not read.
      varied: entry of `shared` → f64[n], what each lane has in its place.
      course: int[n], which row of `rates` each follows.
      rates: f64[m, 1] or f64[m, steps], m up to MAX_COURSES: the learning rate, constant or of every update.
      noise: f64[MAX_STEPS, 2] of `engine.noise`. steps: how many updates.
    """

    shared: np.ndarray
    varied: Mapping[int, np.ndarray]
    course: np.ndarray
    rates: np.ndarray
    noise: Any
    steps: int


class Fold(NamedTuple):
    """What a lane leaves behind.

    Attributes:
      begin: (first carry, goal) → state. add: (step k, carry, finite, state, goal) → state.
    """

    begin: Callable[[engine.Carry, Any], Any]
    add: Callable[[Array, engine.Carry, Array, Any, Any], Any]


class Arrival(NamedTuple):
    """Where a lane stands: at which minimum (NEVER: at none), since which step, and the first step that was not finite."""

    minimum: Array
    since: Array
    diverged_at: Array


def _near(x: Array, goal: tuple[Array, Array]) -> Array:
    """The first minimum [MINIMA, 2] that x is within a radius of, or NEVER."""
    minima, radius = goal
    nearest = jnp.int64(NEVER)
    for i in reversed(range(MINIMA)):  # one by one: XLA makes plain vector code of it, and none of a reduction over pairs
        close = (x[0] - minima[i, 0]) ** 2 + (x[1] - minima[i, 1]) ** 2 <= radius**2
        nearest = jnp.where(close, i, nearest)
    return nearest


def _arrive(k: Array, now: engine.Carry, finite: Array, before: Arrival, goal: Any) -> Arrival:
    diverged_at = jnp.where((before.diverged_at == NEVER) & ~finite, k, before.diverged_at)
    minimum = _near(now.x, goal)
    return Arrival(minimum, jnp.where(minimum == before.minimum, before.since, k), diverged_at)


ARRIVALS = Fold(lambda first, goal: Arrival(_near(first.x, goal), jnp.int64(0), jnp.int64(NEVER)), _arrive)


class Decline(NamedTuple):
    """How a lane's loss goes. Gaps are losses above the lowest minimum; NaN where there is none.

    Attributes:
      loss: at the last finite step. reached: first step at TOLERANCE of the gap at the start, or NEVER.
      diverged_at: first step that was not finite, or NEVER.
      start: gap at step 0. last: the last step whose gap is more than rounding, 0 for none. gap: there.
    """

    loss: Array
    reached: Array
    diverged_at: Array
    start: Array
    last: Array
    gap: Array


def _decline(k: Array, now: engine.Carry, finite: Array, before: Decline, goal: tuple[Array, Array]) -> Decline:
    lowest, rounding = goal
    diverged_at = jnp.where((before.diverged_at == NEVER) & ~finite, k, before.diverged_at)
    alive, gap = diverged_at == NEVER, now.loss - lowest
    reached = jnp.where(alive & (before.reached == NEVER) & (gap <= TOLERANCE * before.start), k, before.reached)
    loss, counts = jnp.where(alive, now.loss, before.loss), alive & (gap > rounding)
    last, gap = jnp.where(counts, k, before.last), jnp.where(counts, gap, before.gap)
    return Decline(loss, reached, diverged_at, before.start, last, gap)


def _undeclined(first: engine.Carry, goal: tuple[Array, Array]) -> Decline:
    gap = first.loss - goal[0]
    reached = jnp.where(gap <= TOLERANCE * gap, 0, NEVER)
    return Decline(first.loss, reached, jnp.int64(NEVER), gap, jnp.int64(0), gap)


DECLINES = Fold(_undeclined, _decline)


def _finite(now: engine.Carry) -> Array:
    """Whether all that the race records is finite: 0 times each of it is 0 then, and not a number otherwise."""
    shown = (leaf for leaf in jax.tree.leaves(now[:-1]) if leaf.ndim < 2)
    parts = (part for leaf in shown for part in (leaf if leaf.ndim else [leaf]))
    return functools.reduce(jnp.add, (0.0 * part for part in parts)) == 0.0


def _run(
    code: engine.Code, optimizer: Optimizer, how: Fold, columns: tuple[int, ...],
    program: Any, shared: Array, varied: Any, course: Array, rates: Array, noise: Array, steps: Array, goal: Any, own: Any,
) -> Any:  # fmt: skip
    """The states of CHUNK lanes, which are the last axis everywhere.

    What all lanes share is no array over them: 0.9 ** t is computed once then, and not a thousand times.
    varied: f64[CHUNK] for each of `columns`. goal: the same for all lanes; own: one for each, behind it.
    """
    landscape = engine.running(code, program)

    def walk(varied: Any) -> tuple[engine.Carry, engine.Advance]:
        numbers = [*shared]
        for column, value in zip(columns, varied, strict=True):
            numbers[column] = value
        values = numbers[4:]
        on, knobs = namespace(landscape.params, values), namespace(optimizer.params, values[len(landscape.params) :])
        seed = numbers[2].astype(jnp.int64)
        return engine.walk(landscape, optimizer, jnp.stack(numbers[:2]), seed, on, knobs, numbers[-1])

    def start(varied: Any, own: Any) -> tuple[engine.Carry, Any]:
        first = walk(varied)[0]
        state = how.begin(first, (*goal, *own))
        return first, state._replace(diverged_at=jnp.where(_finite(first), NEVER, 0))

    def advance(k: Array, disturbance: Array, row: Array, varied: Any, course: Array, own: Any, so_far: Any) -> Any:
        now, state = so_far
        new = walk(varied)[1](k, now, row[course], disturbance)
        return new, how.add(k, new, _finite(new), state, (*goal, *own))

    def body(k: Array, so_far: Any) -> Any:
        disturbance = lax.dynamic_index_in_dim(noise, k - 1, keepdims=False)
        row = lax.dynamic_index_in_dim(rates, k - 1, keepdims=False)  # of a constant course there is one: it stays
        one = functools.partial(advance, k, disturbance, row)
        return jax.vmap(one, in_axes=-1, out_axes=-1)(varied, course, own, so_far)

    first = jax.vmap(start, in_axes=-1, out_axes=-1, axis_size=CHUNK)(varied, own)
    return lax.fori_loop(1, steps + 1, body, first)[1]


@functools.lru_cache(maxsize=512)
def _compiled(code: engine.Code, optimizer: Optimizer, how: Fold, columns: tuple[int, ...]) -> Any:
    return jax.jit(functools.partial(_run, code, optimizer, how, columns))


def fold(
    code: engine.Code, program: Any, optimizer: Optimizer, how: Fold, lanes: Lanes, goal: Any, own: Any = ()
) -> Any:  # fmt: skip
    """The states that the lanes end in, arrays over the lanes.

    Args:
      code, program: of the surface (engine.coded).
      goal: arrays that every lane is measured against. own: arrays [n] of which each lane has its own entry.
    """
    columns = tuple(sorted(lanes.varied))
    run = _compiled(code, optimizer, how, columns)
    courses, length = lanes.rates.shape
    rates = np.zeros((1 if length == 1 else engine.MAX_STEPS, MAX_COURSES))
    rates[:length, :courses] = lanes.rates.T

    def part(at: slice) -> Any:
        given = (tuple(lanes.varied[column] for column in columns), lanes.course, own)
        varied, course, mine = jax.tree.map(lambda array: _padded(array[at]), given)
        ends = run(program, lanes.shared, varied, course, rates, lanes.noise, np.int64(lanes.steps), goal, mine)
        return jax.tree.map(lambda array: np.asarray(array)[..., : at.stop - at.start], ends)

    first, *rest = _slices(len(lanes.course))
    pool = POOL if len(lanes.course) * lanes.steps <= SHORT else LONG
    parts = [part(first), *pool.map(part, rest)]  # the first one compiles
    return jax.tree.map(lambda *arrays: np.concatenate(arrays, axis=-1), *parts)


def _slices(count: int) -> Iterator[slice]:
    yield from (slice(at, min(at + CHUNK, count)) for at in range(0, count, CHUNK))


def _padded(array: np.ndarray) -> np.ndarray:
    """CHUNK entries: the last one is repeated."""
    short = CHUNK - len(array)
    return np.concatenate([array, np.repeat(array[-1:], short, axis=0)]) if short else array
