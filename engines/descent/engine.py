"""The descent itself: one compiled loop per pair of surface and optimizer.

Everything a slider moves is an argument (the number of steps too), so a pair is compiled once, whatever the values. One
pair is small enough for XLA to fuse the whole loop into a single kernel, which a switch over all of them is not
(docs/decisions/0002). `warm` compiles pairs ahead of time.
"""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from core.types import Array, Landscape, Optimizer, Param, Query, Values, namespace

MAX_STEPS = 5000
Numbers = Mapping[str, float]


class Trajectory(NamedTuple):
    """One descent of n steps, float64. Once diverged, later entries repeat the last finite point.

    Attributes:
      x: [n+1, 2] positions. loss: [n+1] exact loss. gradient: [n+1, 2] exact gradient.
      learning_rate: [n], the rate of update k = 1…n at k − 1.
      state: named arrays [n+1, …] of the optimizer's state after each update.
      diverged_at: the first step whose result was not finite, or None.
    """

    x: np.ndarray
    loss: np.ndarray
    gradient: np.ndarray
    learning_rate: np.ndarray
    state: dict[str, np.ndarray]
    diverged_at: int | None


class Carry(NamedTuple):
    """What one step hands to the next; all but `seen`, and what is a table in the state, is recorded."""

    x: Array
    loss: Array
    gradient: Array
    state: Any
    seen: Array  # the gradient the optimizer is shown: the minibatch's, where there is one

    def row(self) -> Array:
        """What is recorded, as one vector: one row per step is what XLA writes fastest."""
        shown = (part for part in jax.tree.leaves(self[:-1]) if part.ndim < 2)
        return jnp.concatenate([part.ravel() for part in shown])


Advance = Callable[[Array, Carry, Array, Array], Carry]


def _observe(landscape: Landscape, values: Any, x: Array, key: Array, k: Array) -> tuple[Array, Array, Array]:
    """Exact loss, exact gradient, and the gradient the optimizer sees (minibatch k's, where the surface has one)."""
    # By x[0] and x[1] apart: the derivative of taking one of two is a row with a zero in it, and XLA would make each in full.
    loss, parts = jax.value_and_grad(lambda *x: landscape.fn(x, values), argnums=(0, 1))(x[0], x[1])
    gradient = jnp.stack(parts)
    if not landscape.sample:
        return loss, gradient, gradient
    return loss, gradient, jax.grad(landscape.sample)(x, values, jax.random.fold_in(key, k))


def carried(
    landscape: Landscape,
    optimizer: Optimizer,
    numbers: Array,
    rates: Array,
    noise: Array,
    seed: Array | None = None,
    keep: Callable[[Carry], Array] = Carry.row,
    onward: tuple[Carry, Array] | None = None,
) -> tuple[Carry, Array]:
    """The loop. Returns what is carried at the end, and rows [len(rates) + 1, …] of what `keep` takes from each step; those
    beyond the last are zero.

    numbers: start x, start y, seed, steps, then the surface's parameters and the optimizer's in the order of their rows, and
    the lowest loss; one vector, because every argument of a compiled function costs microseconds. rates: [n]; noise: [n, 2];
    both are read up to `steps`. seed: in place of the one in `numbers`. onward: what was carried after so many updates, to
    go on from there; after none of them it is not looked at.
    """
    own_seed, steps = numbers[2:4].astype(jnp.int64)

    def here() -> tuple[Carry, Advance]:
        values = numbers[4:]
        on, knobs = namespace(landscape.params, values), namespace(optimizer.params, values[len(landscape.params) :])
        return walk(landscape, optimizer, numbers[:2], own_seed if seed is None else seed, on, knobs, numbers[-1])

    first, _ = here()
    if onward:
        first = jax.tree.map(functools.partial(jnp.where, onward[1] == 0), first, onward[0])

    def body(k: Array, so_far: tuple[Carry, Array]) -> tuple[Carry, Array]:
        now, record = so_far
        # Named in here, as each name from outside would be a kernel of its own before the loop; a few too many of these, and
        # XLA hands them to its threads, which takes as long as a thousand steps.
        _, advance = here()
        rate, disturbance = (lax.dynamic_index_in_dim(row, k - 1, keepdims=False) for row in (rates, noise))
        new = advance(k + onward[1] if onward else k, now, rate, disturbance)
        return new, lax.dynamic_update_index_in_dim(record, keep(new), k, 0)

    record = jnp.zeros((len(rates) + 1, keep(first).size)).at[0].set(keep(first))
    return lax.fori_loop(1, steps + 1, body, (first, record))


def loop(landscape: Landscape, optimizer: Optimizer, numbers: Array, rates: Array, noise: Array) -> Array:
    """The rows of `carried`, all of a step in each."""
    return carried(landscape, optimizer, numbers, rates, noise)[1]


def walk(
    landscape: Landscape, optimizer: Optimizer, start: Array, seed: Array, on: Values, knobs: Values, lowest: Array
) -> tuple[Carry, Advance]:
    """Where a descent begins, and (k, now, its rate, its noise f64[2]) → what update k makes of it.

    on, knobs: the values of the surface and of the optimizer. lowest: the last entry of `pack`.
    """
    squares = landscape.residuals
    residuals = (lambda x: squares(x, on)) if squares else None
    batches, draws = jax.random.split(jax.random.key(seed.astype(jnp.uint32)))

    def look(x: Array, k: Array) -> tuple[Array, Array, Array]:
        return _observe(landscape, on, x, batches, k)

    def advance(k: Array, now: Carry, rate: Array, disturbance: Array) -> Carry:
        query = Query(
            t=k.astype(jnp.float64),
            x=now.x,
            loss=now.loss,
            gradient=now.seen + disturbance,
            learning_rate=rate,
            key=jax.random.fold_in(draws, k),
            fn=lambda x: landscape.fn(x, on),
            gradient_at=lambda x: look(x, k - 1)[2] + disturbance,
            residuals=residuals,
            lowest=lowest,
        )
        move, state = optimizer.update(query, now.state, knobs)
        x = now.x + move
        loss, gradient, seen = look(x, k)
        return Carry(x, loss, gradient, state, seen)

    loss, gradient, seen = look(start, jnp.int64(0))
    return Carry(start, loss, gradient, optimizer.init(start), seen), advance


def _curvature(landscape: Landscape, surface: Array, x: Array) -> Array:
    """Eigenvalues [n, 2] of the Hessian at each x [n, 2], the smaller first."""

    def eigenvalues(x: Array) -> Array:
        (a, b), (_, d) = jax.hessian(landscape.fn)(x, namespace(landscape.params, surface))
        middle, radius = (a + d) / 2, jnp.hypot((a - d) / 2, b)
        return jnp.stack([middle - radius, middle + radius])

    return jax.vmap(eigenvalues)(x)


def _losses(landscape: Landscape, surface: Array, x: Array) -> Array:
    """Loss [n] at each x [n, 2]."""
    return jax.vmap(lambda x: landscape.fn(x, namespace(landscape.params, surface)))(x)


def _hessian(landscape: Landscape, surface: Array, x: Array) -> Array:
    """Hessian [n, 2, 2] at each x [n, 2]."""
    return jax.vmap(lambda x: jax.hessian(landscape.fn)(x, namespace(landscape.params, surface)))(x)


class Compiled:
    """A jitted function that no two threads compile at once; once it is compiled, nobody waits for another's numbers."""

    def __init__(self, fn: Any):
        self._jitted, self._lock = jax.jit(fn), threading.Lock()
        self._ready: set[tuple[tuple[int, ...], ...]] = set()  # shapes it is compiled for

    def __call__(self, *args: Any) -> Any:
        """An array as NumPy's; a tuple as it comes."""
        shapes = tuple(map(np.shape, jax.tree.leaves(args)))
        if shapes in self._ready:
            made = self._jitted(*args)
        else:
            with self._lock:
                made = self._jitted(*args)
                self._ready.add(shapes)
        return made if isinstance(made, tuple) else np.asarray(made)


Code = Landscape | Callable[[Any], Landscape]  # what compiled code belongs to


def coded(landscape: Landscape, surface: Numbers) -> tuple[Code, Any, tuple[Param, ...]]:
    """What is compiled for a surface, the program it is given, and the rows of its other numbers.

    For most that is the surface itself and no program; formulas have all the same code.
    """
    if landscape.code and landscape.program:
        return landscape.code, landscape.program(surface), ()
    return landscape, (), landscape.params


def running(code: Code, program: Any) -> Landscape:
    """The surface of a code and a program."""
    return code if isinstance(code, Landscape) else code(program)


def _descent(code: Code, optimizer: Optimizer, program: Any, numbers: Array, rates: Array, noise: Array) -> Array:
    return loop(running(code, program), optimizer, numbers, rates, noise)


_cache = functools.lru_cache(maxsize=512)
_loop = _cache(lambda code, optimizer: Compiled(functools.partial(_descent, code, optimizer)))
_bend = _cache(lambda landscape: Compiled(functools.partial(_curvature, landscape)))
_second = _cache(lambda landscape: Compiled(functools.partial(_hessian, landscape)))
_field = _cache(lambda landscape: Compiled(functools.partial(_losses, landscape)))


@functools.partial(jax.jit, static_argnames="kind")
def draw(kind: str, scale: Array, seed: Array, block: Array | None = None) -> Array:
    """Noise [MAX_STEPS, 2] of the first MAX_STEPS updates, or of block 1, 2, … of as many that come after them."""
    key = jax.random.fold_in(jax.random.key(seed), 1)
    if block is not None:
        key = jax.random.fold_in(key, block)
    if kind == "uniform":
        return scale * jax.random.uniform(key, (MAX_STEPS, 2), minval=-1.0, maxval=1.0)
    return scale * jax.random.normal(key, (MAX_STEPS, 2))


@functools.cache
def _silence() -> Array:
    return jnp.zeros((MAX_STEPS, 2))


@functools.lru_cache(maxsize=32)
def noise(kind: str, scale: float, seed: int) -> Array:
    """Gradient noise [MAX_STEPS, 2]: entry k is common to all runs of an experiment, whatever its length."""
    return _silence() if kind == "none" else draw(kind, np.float64(scale), np.uint32(seed))


def descend(
    landscape: Landscape,
    surface: Numbers,
    optimizer: Optimizer,
    hyper: Numbers,
    rates: np.ndarray,
    start: Sequence[float],
    disturbance: Array | None = None,
    seed: int = 0,
) -> Trajectory:
    """Run one optimizer for len(rates) steps, 1 to MAX_STEPS.

    Args:
      landscape, surface: the surface and its parameter values.
      optimizer, hyper: the rule and its hyperparameters.
      rates: learning rate of each update.
      disturbance: from `noise`, added to the gradient the optimizer sees.
      seed: of the minibatches, where the surface has them.
    """
    steps = len(rates)
    padded = np.zeros(MAX_STEPS)
    padded[:steps] = rates
    code, program, rows = coded(landscape, surface)
    numbers = pack(landscape, surface, optimizer, hyper, start, seed, steps, rows)
    record = _loop(code, optimizer)(program, numbers, padded, _silence() if disturbance is None else disturbance)
    record, diverged_at = _frozen(record[: steps + 1].copy())  # what is kept is as long as the run, not MAX_STEPS
    x, loss, gradient, state = record[:, :2], record[:, 2], record[:, 3:5], _named(optimizer, record[:, 5:])
    return Trajectory(x, loss, gradient, np.asarray(rates), state, diverged_at)


def pack(
    landscape: Landscape,
    surface: Numbers,
    optimizer: Optimizer,
    hyper: Numbers,
    start: Sequence[float],
    seed: int,
    steps: int,
    rows: Sequence[Param] | None = None,
) -> np.ndarray:
    """The `numbers` of `carried`; `rows` are those of the surface that they hold, where that is not all."""
    on = vector(landscape.params if rows is None else rows, surface)
    lowest = lowest_loss(landscape, tuple(vector(landscape.params, surface))) if optimizer.reads_lowest else 0.0
    return np.array([*start, seed, steps, *on, *vector(optimizer.params, hyper), lowest], float)


@functools.lru_cache(maxsize=256)
def lowest_loss(landscape: Landscape, values: tuple[float, ...]) -> float:
    """The loss at the lowest minimum, −∞ where there is none; `values` in the order of the surface's rows."""
    minima = landscape.minima(namespace(landscape.params, values))
    surface = {p.key: value for p, value in zip(landscape.params, values, strict=True)}
    return loss_at(landscape, surface, minima[0]) if len(minima) else -np.inf


def vector(params: Sequence[Param], values: Numbers) -> list[float]:
    """Values in the order of their rows: what `namespace` names again."""
    return [values[p.key] for p in params]


def _named(optimizer: Optimizer, columns: np.ndarray) -> dict[str, np.ndarray]:
    """The optimizer's state by name, from the columns [n, …] it was flattened into."""
    shapes, state, at = _shapes(optimizer), {}, 0
    for name, shape in shapes.items():
        state[name] = columns[:, at : at + 2] if shape else columns[:, at]
        at += 2 if shape else 1
    return state


@functools.lru_cache(maxsize=64)
def _shapes(optimizer: Optimizer) -> dict[str, tuple[int, ...]]:
    """Shape of each field of the optimizer's state that is recorded, () or (2,)."""
    state = jax.eval_shape(optimizer.init, jax.ShapeDtypeStruct((2,), jnp.float64))
    return {name: part.shape for name, part in state._asdict().items() if part.ndim < 2}


def _frozen(record: np.ndarray) -> tuple[np.ndarray, int | None]:
    """Divergence is data: from the first step with anything non-finite on, repeat the last finite one.

    After the loop and not in it, because a select on every carried array keeps XLA from fusing the loop.
    """
    finite = np.isfinite(record)
    if finite.all():
        return record, None
    at = int(np.argmin(finite.all(1)))
    return record[np.minimum(np.arange(len(record)), max(at - 1, 0))], at


def curvature(landscape: Landscape, surface: Numbers, x: np.ndarray) -> np.ndarray:
    """Hessian eigenvalues [n, 2], the smaller first, at positions x [n, 2], n up to MAX_STEPS + 1."""
    if landscape.survey:
        a, b, d = landscape.survey(surface, x, 6)[3:]
        with np.errstate(all="ignore"):  # beyond the floats
            middle, radius = (a + d) / 2, np.hypot((a - d) / 2, b)
            return np.stack([middle - radius, middle + radius], 1)
    return _bend(landscape)(np.array(vector(landscape.params, surface), float), _padded(x))[: len(x)]


def hessian(landscape: Landscape, surface: Numbers, x: Sequence[float]) -> np.ndarray:
    """Hessian [2, 2] at x."""
    at = np.asarray(x, np.float64)[None]
    if landscape.survey:
        a, b, d = landscape.survey(surface, at, 6)[3:, 0]
        return np.array([[a, b], [b, d]])
    return _second(landscape)(np.array(vector(landscape.params, surface), float), at)[0]


def losses(landscape: Landscape, surface: Numbers, x: np.ndarray) -> np.ndarray:
    """Loss [n] at positions x [n, 2], n up to MAX_STEPS + 1."""
    if landscape.survey:
        return landscape.survey(surface, x, 1)[0]
    return _at(landscape, surface, _padded(x))[: len(x)]


def _padded(x: np.ndarray) -> np.ndarray:
    """Positions x [n, 2] with zeros behind them, so that few sizes are compiled."""
    size = next(size for size in (257, MAX_STEPS + 1) if size >= len(x))
    return np.concatenate([x, np.zeros((size - len(x), 2))])


def grid(landscape: Landscape, surface: Numbers, domain: Sequence[float], columns: int, rows: int) -> np.ndarray:
    """Loss [rows, columns] over the domain x0, x1, y0, y1; row 0 is y0."""
    x0, x1, y0, y1 = domain
    xs, ys = np.meshgrid(np.linspace(x0, x1, columns), np.linspace(y0, y1, rows))
    return _at(landscape, surface, np.stack([xs.ravel(), ys.ravel()], 1)).reshape(rows, columns)


def loss_at(landscape: Landscape, surface: Numbers, x: Sequence[float]) -> float:
    return float(_at(landscape, surface, np.asarray(x, np.float64)[None])[0])


def _at(landscape: Landscape, surface: Numbers, x: np.ndarray) -> np.ndarray:
    """Loss [n] at each x [n, 2]."""
    if landscape.survey:
        return landscape.survey(surface, x, 1)[0]
    return _field(landscape)(np.array(vector(landscape.params, surface), float), x)
