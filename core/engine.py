"""The descent itself: one compiled loop per pair of surface and optimizer.

Everything a slider moves is an argument (the number of steps too), so a pair is compiled once, whatever the values. One
pair is small enough for XLA to fuse the whole loop into a single kernel, which a switch over all of them is not
(docs/decisions/0002). `warm` compiles pairs ahead of time.
"""

from __future__ import annotations

import functools
import threading
from collections.abc import Mapping, Sequence
from types import SimpleNamespace
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from core.types import Array, Landscape, Optimizer, Query

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
    """What one step hands to the next; all but `seen` is recorded."""

    x: Array
    loss: Array
    gradient: Array
    state: Any
    seen: Array  # the gradient the optimizer is shown: the minibatch's, where there is one


def _observe(landscape: Landscape, values: Any, x: Array, key: Array, k: Array) -> tuple[Array, Array, Array]:
    """Exact loss, exact gradient, and the gradient the optimizer sees (minibatch k's, where the surface has one)."""
    loss, gradient = jax.value_and_grad(landscape.fn)(x, values)
    if not landscape.sample:
        return loss, gradient, gradient
    return loss, gradient, jax.grad(landscape.sample)(x, values, jax.random.fold_in(key, k))


def _descend(
    landscape: Landscape,
    optimizer: Optimizer,
    surface: Numbers,
    hyper: Numbers,
    rates: Array,
    noise: Array,
    start: Array,
    seed: Array,
    steps: Array,
) -> tuple[Any, ...]:
    """The loop. `rates` [MAX_STEPS] and `noise` [MAX_STEPS, 2] are read up to `steps`; records beyond it stay zero."""
    on, knobs = SimpleNamespace(**surface), SimpleNamespace(**hyper)
    batches, draws = jax.random.split(jax.random.key(seed))

    def look(x: Array, k: Array) -> tuple[Array, Array, Array]:
        return _observe(landscape, on, x, batches, k)

    def body(k: Array, loop: tuple[Carry, Any]) -> tuple[Carry, Any]:
        now, record = loop
        query = Query(
            t=k.astype(jnp.float64),
            x=now.x,
            loss=now.loss,
            gradient=now.seen + noise[k - 1],
            learning_rate=rates[k - 1],
            key=jax.random.fold_in(draws, k),
            fn=lambda x: landscape.fn(x, on),
        )
        move, state = optimizer.update(query, now.state, knobs)
        x = now.x + move
        loss, gradient, seen = look(x, k)
        new = Carry(x, loss, gradient, state, seen)
        return new, jax.tree.map(lambda r, v: r.at[k].set(v), record, new[:-1])

    loss, gradient, seen = look(start, jnp.int64(0))
    first = Carry(start, loss, gradient, optimizer.init(start), seen)
    record = jax.tree.map(lambda v: jnp.zeros((MAX_STEPS + 1, *v.shape)).at[0].set(v), first[:-1])
    return lax.fori_loop(1, steps + 1, body, (first, record))[1]


def _curvature(landscape: Landscape, surface: Numbers, x: Array) -> Array:
    """Eigenvalues [n, 2] of the Hessian at each x [n, 2], the smaller first."""

    def eigenvalues(x: Array) -> Array:
        (a, b), (_, d) = jax.hessian(landscape.fn)(x, SimpleNamespace(**surface))
        middle, radius = (a + d) / 2, jnp.hypot((a - d) / 2, b)
        return jnp.stack([middle - radius, middle + radius])

    return jax.vmap(eigenvalues)(x)


def _losses(landscape: Landscape, surface: Numbers, x: Array) -> Array:
    """Loss [n] at each x [n, 2]."""
    return jax.vmap(lambda x: landscape.fn(x, SimpleNamespace(**surface)))(x)


class Compiled:
    """A jitted function that no two threads compile at once."""

    def __init__(self, fn: Any):
        self._jitted, self._lock = jax.jit(fn), threading.Lock()

    def __call__(self, *args: Any) -> Any:
        with self._lock:
            return jax.tree.map(np.asarray, self._jitted(*args))


# Least recently used formulas fall out, compiled code and all; the built-in pairs fit with room to spare.
_cache = functools.lru_cache(maxsize=512)
_loop = _cache(lambda landscape, optimizer: Compiled(functools.partial(_descend, landscape, optimizer)))
_bend = _cache(lambda landscape: Compiled(functools.partial(_curvature, landscape)))
_field = _cache(lambda landscape: Compiled(functools.partial(_losses, landscape)))


@functools.partial(jax.jit, static_argnames="kind")
def _draw(kind: str, scale: Array, seed: Array) -> Array:
    key = jax.random.fold_in(jax.random.key(seed), 1)
    if kind == "uniform":
        return scale * jax.random.uniform(key, (MAX_STEPS, 2), minval=-1.0, maxval=1.0)
    return scale * jax.random.normal(key, (MAX_STEPS, 2))


_SILENCE = np.zeros((MAX_STEPS, 2))


def noise(kind: str, scale: float, seed: int) -> np.ndarray:
    """Gradient noise [MAX_STEPS, 2]: entry k is common to all runs of an experiment, whatever its length."""
    return _SILENCE if kind == "none" else np.asarray(_draw(kind, np.float64(scale), np.uint32(seed)))


def descend(
    landscape: Landscape,
    surface: Numbers,
    optimizer: Optimizer,
    hyper: Numbers,
    rates: np.ndarray,
    start: Sequence[float],
    disturbance: np.ndarray = _SILENCE,
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
    out = _loop(landscape, optimizer)(
        _strong(surface), _strong(hyper), padded, disturbance, np.asarray(start, np.float64), np.uint32(seed), np.int64(steps)
    )
    record = jax.tree.map(lambda part: part[: steps + 1], out)
    (x, loss, gradient, state), diverged_at = _frozen(record)
    return Trajectory(x, loss, gradient, np.asarray(rates), state._asdict(), diverged_at)


def _frozen(record: Any) -> tuple[Any, int | None]:
    """Divergence is data: from the first step with anything non-finite on, repeat the last finite one.

    After the loop and not in it, because a select on every carried array keeps XLA from fusing the loop.
    """
    finite = np.logical_and.reduce([np.isfinite(part).reshape(len(part), -1).all(1) for part in jax.tree.leaves(record)])
    if finite.all():
        return record, None
    at = int(np.argmin(finite))
    kept = np.minimum(np.arange(len(finite)), max(at - 1, 0))
    return jax.tree.map(lambda part: part[kept], record), at


def curvature(landscape: Landscape, surface: Numbers, x: np.ndarray) -> np.ndarray:
    """Hessian eigenvalues [n, 2], the smaller first, at positions x [n, 2], n up to MAX_STEPS + 1."""
    size = next(size for size in (257, MAX_STEPS + 1) if size >= len(x))
    padded = np.zeros((size, 2))
    padded[: len(x)] = x
    return _bend(landscape)(_strong(surface), padded)[: len(x)]


def grid(landscape: Landscape, surface: Numbers, domain: Sequence[float], columns: int, rows: int) -> np.ndarray:
    """Loss [rows, columns] over the domain x0, x1, y0, y1; row 0 is y0."""
    x0, x1, y0, y1 = domain
    xs, ys = np.meshgrid(np.linspace(x0, x1, columns), np.linspace(y0, y1, rows))
    return _field(landscape)(_strong(surface), np.stack([xs.ravel(), ys.ravel()], 1)).reshape(rows, columns)


def loss_at(landscape: Landscape, surface: Numbers, x: Sequence[float]) -> float:
    return float(_field(landscape)(_strong(surface), np.asarray(x, np.float64)[None])[0])


def _strong(values: Numbers) -> dict[str, np.float64]:
    """Cast at the door: a Python float and an int would each compile."""
    return {key: np.float64(value) for key, value in values.items()}
