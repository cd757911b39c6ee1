"""What a surface that nobody has studied looks like: a start and its minima, found numerically."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import lru_cache

import jax
import jax.numpy as jnp
import numpy as np

from core.types import Array, Point, Values

Domain = tuple[float, float, float, float]
Fn = Callable[[Array, Values], Array]

GRID = 81  # points a side: the centre of the domain and the start are among them
CANDIDATES, MOST_MINIMA, NEWTON_STEPS = 24, 8, 100


@lru_cache(maxsize=64)
def slopes(fn: Fn) -> Callable[[Array | np.ndarray], tuple[Array, Array]]:
    """Points [n, 2] -> values [n], gradients [n, 2]; compiled once per n."""
    return jax.jit(jax.vmap(jax.value_and_grad(lambda x: fn(x, None))))


@lru_cache(maxsize=64)
def _survey(fn: Fn, domain: Domain) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Points [n, n, 2] over the domain, their values [n, n] and gradients [n, n, 2]."""
    x0, x1, y0, y1 = domain
    axes = np.meshgrid(np.linspace(x0, x1, GRID), np.linspace(y0, y1, GRID), indexing="ij")
    points = np.stack(axes, axis=-1)
    value, gradient = slopes(fn)(points.reshape(-1, 2))
    return points, np.asarray(value).reshape(GRID, GRID), np.asarray(gradient).reshape(points.shape)


def find_start(fn: Fn, domain: Domain) -> Point | None:
    """The point 20 % in from the top left, or the nearest grid point where value and gradient are finite.

    None where there is no such point.
    """
    points, value, gradient = _survey(fn, domain)
    usable = points[np.isfinite(value) & np.isfinite(gradient).all(axis=-1)]
    if not len(usable):
        return None
    x0, x1, y0, y1 = domain
    distance = np.hypot((usable[:, 0] - x0) / (x1 - x0) - 0.2, (usable[:, 1] - y0) / (y1 - y0) - 0.8)
    x, y = usable[np.argmin(distance)]
    return float(x), float(y)


@lru_cache(maxsize=64)
def find_minima(fn: Fn, domain: Domain) -> tuple[Point, ...]:
    """Up to eight smooth local minima inside the domain, the lowest first; () where none was found.

    The lowest local minima of a grid are polished by Newton's method. A result counts if its gradient vanishes and its
    Hessian has no negative eigenvalue. Where the lowest one does not count, as at a kink, nothing is known of the global
    minimum and the answer is () too. Minima on the border are not found.
    """
    points, value, _ = _survey(fn, domain)
    local = _local_minima(value)
    candidates = points[local][np.argsort(value[local], kind="stable")[:CANDIDATES]]
    if not len(candidates):
        return ()
    x0, x1, y0, y1 = domain
    size = max(x1 - x0, y1 - y0)
    ends, lows, smooth = map(np.asarray, jax.jit(jax.vmap(lambda x: _polish(fn, x, size)))(candidates))
    inside = (ends > [x0, y0]).all(axis=-1) & (ends < [x1, y1]).all(axis=-1) & np.isfinite(lows)
    minima: list[np.ndarray] = []
    for i in np.argsort(lows, kind="stable"):
        if inside[i] and not smooth[i] and not minima:
            return ()
        if inside[i] and smooth[i] and all(np.hypot(*(ends[i] - other)) > 1e-4 * size for other in minima):
            minima.append(ends[i])
    decimals = 12 - math.ceil(math.log10(size))
    return tuple((round(float(x), decimals) + 0.0, round(float(y), decimals) + 0.0) for x, y in minima[:MOST_MINIMA])


def _local_minima(value: np.ndarray) -> np.ndarray:
    """Mask of the grid points below their eight neighbours. Of equal neighbours the first counts, so that a plateau or
    a straight valley counts once, at the border.
    """
    finite = np.where(np.isfinite(value), value, np.inf)
    padded = np.pad(finite, 1, constant_values=np.inf)
    rows, columns = value.shape

    def neighbour(i: int, j: int) -> np.ndarray:
        return padded[1 + i : 1 + i + rows, 1 + j : 1 + j + columns]

    mask = np.isfinite(value)
    for i, j in ((-1, -1), (-1, 0), (-1, 1), (0, -1)):
        mask &= (finite < neighbour(i, j)) & (finite <= neighbour(-i, -j))
    return mask


def _polish(fn: Fn, start: Array, size: float) -> tuple[Array, Array, Array]:
    """Newton's method with |eigenvalues| and Levenberg damping -> end, value, and whether it is a smooth minimum."""

    def loss(x: Array) -> Array:
        return fn(x, None)

    def local(x: Array) -> tuple[Array, Array, Array]:
        """Curvatures, their axes, and the gradient along these."""
        curvatures, axes = jnp.linalg.eigh(jax.hessian(loss)(x))
        return curvatures, axes, axes.T @ jax.grad(loss)(x)

    def step(_: int, state: tuple[Array, Array]) -> tuple[Array, Array]:
        x, damping = state
        curvatures, axes, gradient = local(x)
        sizes = jnp.abs(curvatures)
        trial = x - axes @ (gradient / (sizes + damping * sizes.max() + 1e-30))
        change, noise = loss(trial) - loss(x), 1e-13 * (1 + jnp.abs(loss(x)))
        # Where rounding hides the change of the loss, the gradient decides.
        calmer = jnp.linalg.norm(jax.grad(loss)(trial)) < jnp.linalg.norm(gradient)
        better = jnp.where(jnp.abs(change) <= noise, calmer, change < 0)
        return jnp.where(better, trial, x), jnp.where(better, damping / 8, damping * 8)

    end, _ = jax.lax.fori_loop(0, NEWTON_STEPS, step, (start, jnp.asarray(1e-2)))
    curvatures, _, gradient = local(end)
    steepest = jnp.abs(curvatures).max()
    # Measured in lengths: how far Newton's method still is from the minimum. No scale of the loss enters.
    flat = jnp.abs(gradient) <= size * (1e-6 * jnp.abs(curvatures) + 1e-12 * steepest)
    return end, loss(end), (flat & (curvatures >= -1e-6 * steepest)).all()
