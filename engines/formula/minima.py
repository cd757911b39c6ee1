"""What a surface that nobody has studied looks like: a start and its minima, found numerically."""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import lru_cache

import jax
import jax.numpy as jnp
import numpy as np

from core.types import Array, Point
from engines.formula import machine
from engines.formula.program import Program, words

Domain = tuple[float, float, float, float]
Local = tuple[Array, Array, Array]

GRID = 81  # points a side: the centre of the domain and the start are among them
CANDIDATES, MOST_MINIMA, NEWTON_STEPS = 24, 8, 100


class Ground:
    """A formula at values of its parameters; compared by identity, so that it can key a cache."""

    def __init__(self, program: Program, values: Mapping[str, float]) -> None:
        self.program, self.values, self.words = program, values, words(program, values)

    def jets(self, x: np.ndarray, size: int) -> np.ndarray:
        """Values and derivatives [size, n] at points x [n, 2], without compiling anything: see engines.formula.rules."""
        return np.asarray(machine.jets(self.program, self.values, x, size))


@lru_cache(maxsize=64)
def _survey(ground: Ground, domain: Domain) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Points [n, n, 2] over the domain, their values [n, n] and gradients [n, n, 2]."""
    x0, x1, y0, y1 = domain
    axes = np.meshgrid(np.linspace(x0, x1, GRID), np.linspace(y0, y1, GRID), indexing="ij")
    points = np.stack(axes, axis=-1)
    value, *gradient = ground.jets(points.reshape(-1, 2), machine.SLOPES)
    return points, value.reshape(GRID, GRID), np.stack(gradient, axis=-1).reshape(points.shape)


def find_start(ground: Ground, domain: Domain) -> Point | None:
    """The point 20 % in from the top left, or the nearest grid point where value and gradient are finite.

    None where there is no such point.
    """
    points, value, gradient = _survey(ground, domain)
    usable = points[np.isfinite(value) & np.isfinite(gradient).all(axis=-1)]
    if not len(usable):
        return None
    x0, x1, y0, y1 = domain
    distance = np.hypot((usable[:, 0] - x0) / (x1 - x0) - 0.2, (usable[:, 1] - y0) / (y1 - y0) - 0.8)
    x, y = usable[np.argmin(distance)]
    return float(x), float(y)


@lru_cache(maxsize=64)
def find_minima(ground: Ground, domain: Domain) -> tuple[Point, ...]:
    """Up to eight smooth local minima inside the domain, the lowest first; () where none was found.

    The lowest local minima of a grid are polished by Newton's method. A result counts if its gradient vanishes and its
    Hessian has no negative eigenvalue. Where the lowest one does not count, as at a kink, nothing is known of the global
    minimum and the answer is () too. Minima on the border are not found.
    """
    points, value, _ = _survey(ground, domain)
    local = _local_minima(value)
    candidates = points[local][np.argsort(value[local], kind="stable")[:CANDIDATES]]
    if not len(candidates):
        return ()
    x0, x1, y0, y1 = domain
    size = max(x1 - x0, y1 - y0)
    starts = np.concatenate([candidates, np.repeat(candidates[:1], CANDIDATES - len(candidates), axis=0)])
    ends, lows, smooth = (np.asarray(part)[: len(candidates)] for part in _polished(ground.words, starts, np.float64(size)))
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


@jax.jit
def _polished(words: Array, starts: Array, size: Array) -> tuple[Array, Array, Array]:
    """`_polish` from every start [CANDIDATES, 2], one after the other: as a batch, all would take as long as the slowest."""
    program = machine.load(words)
    return jax.lax.map(lambda start: _polish(program, start, size), starts)


def _polish(program: machine.Loaded, start: Array, size: Array) -> tuple[Array, Array, Array]:
    """Newton's method with |eigenvalues| and Levenberg damping -> end, value, and whether it is a smooth minimum."""

    def axes(here: Local) -> Local:
        """Curvatures, their axes, and the gradient along these."""
        curvatures, axes = jnp.linalg.eigh(here[2])
        return curvatures, axes, axes.T @ here[1]

    def step(state: tuple[Array, Local, Array, Array]) -> tuple[Array, Local, Array, Array]:
        x, here, damping, k = state
        curvatures, along, gradient = axes(here)
        sizes = jnp.abs(curvatures)
        trial = x - along @ (gradient / (sizes + damping * sizes.max() + 1e-30))
        there = machine.curvatures(trial, program)
        change, noise = there[0] - here[0], 1e-13 * (1 + jnp.abs(here[0]))
        # Where rounding hides the change of the loss, the gradient decides.
        calmer = jnp.linalg.norm(there[1]) < jnp.linalg.norm(gradient)
        better = jnp.where(jnp.abs(change) <= noise, calmer, change < 0)
        x, here = jax.tree.map(lambda new, old: jnp.where(better, new, old), (trial, there), (x, here))
        stays = ~better & (trial == state[0]).all()  # and so does every later trial, which is damped more
        return x, here, jnp.where(better, damping / 8, damping * 8), jnp.where(stays, NEWTON_STEPS, k + 1)

    first = (start, machine.curvatures(start, program), jnp.asarray(1e-2), jnp.asarray(0))
    end, here, _, _ = jax.lax.while_loop(lambda state: state[3] < NEWTON_STEPS, step, first)
    curvatures, _, gradient = axes(here)
    steepest = jnp.abs(curvatures).max()
    # Measured in lengths: how far Newton's method still is from the minimum. No scale of the loss enters.
    flat = jnp.abs(gradient) <= size * (1e-6 * jnp.abs(curvatures) + 1e-12 * steepest)
    return end, here[0], (flat & (curvatures >= -1e-6 * steepest)).all()
