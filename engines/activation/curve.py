"""One unit by itself: its curve, its slope, where it saturates, and what its outputs do to the learning behind it.

Slopes are JAX's derivatives of the activation, in float64. "Saturated" means far out, on a side where the slope goes to zero,
from where it is below SATURATED times the largest one and stays there. For tanh that is |h| > 0.99, which is what the lectures
count. The bottom of GELU's dip, where the slope only passes through zero, is not.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from activations import ACTIVATIONS
from core.types import Activation, Array, Spec, Values, namespace

SATURATED = 1 - 0.99**2  # tanh' where tanh is 0.99
FAR, FLAT = 50.0, 1e-3  # a side is flat where the slope this far out is below this share of the largest
MAX_POINTS = 2000
_SEARCHED = np.linspace(-20.0, 20.0, 8001)  # where the largest slope is looked for, and where tails begin
_HALF = 8.0, 2000  # half-width in standard deviations, and points, of the integrals over a Gaussian; none is at its mean


def numbers(spec: Spec) -> np.ndarray:
    """The parameter values f64[…] of an activation, in the order of their rows."""
    return np.array([spec.values[p.key] for p in ACTIVATIONS[spec.key].params], float)


def slope(activation: Activation, z: Array, values: Values) -> Array:
    """Derivative at every entry of z."""
    return jax.jvp(lambda z: activation.fn(z, values), (z,), (jnp.ones_like(z),))[1]


# Curves --------------------------------------------------------------------------------------------------------------


@functools.cache
def _curve(activation: Activation) -> Callable[..., tuple[Array, Array]]:
    def both(x: Array, values: Array) -> tuple[Array, Array]:
        named = namespace(activation.params, values)
        return activation.fn(x, named), slope(activation, x, named)

    return jax.jit(both)


def curve(spec: Spec, x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Value and slope, f64[n] each, at x [n], n up to MAX_POINTS."""
    padded = np.zeros(MAX_POINTS)  # one size, so that another number of points compiles nothing
    padded[: len(x)] = x
    y, dy = _curve(ACTIVATIONS[spec.key])(padded, numbers(spec))
    return np.asarray(y)[: len(x)], np.asarray(dy)[: len(x)]


class Slopes(NamedTuple):
    """How steep a unit gets, and on which sides it flattens out."""

    largest: float  # largest |f'| anywhere
    flat_left: bool
    flat_right: bool


@functools.cache
def _slopes(activation: Activation) -> Callable[..., Array]:
    searched = np.concatenate([[-FAR, FAR], _SEARCHED])
    return jax.jit(lambda values: jnp.abs(slope(activation, jnp.asarray(searched), namespace(activation.params, values))))


def steepness(spec: Spec) -> np.ndarray:
    """|f'|, f64[2 + 8001]: at −FAR and FAR, then from −20 to 20 in steps of 0.005."""
    return np.asarray(_slopes(ACTIVATIONS[spec.key])(numbers(spec)))


def slopes(spec: Spec) -> Slopes:
    left, right, *inside = steepness(spec)
    at = float(_SEARCHED[int(np.argmax(inside))])
    step = float(_SEARCHED[1] - _SEARCHED[0])
    beside = [kink + side * 1e-9 for kink in kinks(spec) for side in (-1, 1)]  # a slope may be largest just before a corner
    closer = np.concatenate([np.linspace(at - step, at + step, MAX_POINTS - len(beside)), beside])
    largest = float(np.abs(curve(spec, closer)[1]).max())
    return Slopes(largest, bool(left < FLAT * largest), bool(right < FLAT * largest))


class Tails(NamedTuple):
    """A unit is saturated for x ≤ left and for x ≥ right; −∞ and ∞ where it is not."""

    left: float
    right: float


def tails(spec: Spec) -> Tails:
    """Where a unit saturates, to rounding."""
    return _tails(spec.key, tuple(numbers(spec).tolist()))


@functools.lru_cache(maxsize=256)
def _tails(key: str, values: tuple[float, ...]) -> Tails:
    spec = Spec(key, dict(zip((p.key for p in ACTIVATIONS[key].params), values, strict=True)))
    largest, left, right = slopes(spec)
    low = steepness(spec)[2:] < SATURATED * largest
    ends = [-math.inf, math.inf]
    for side, (flat, run, x) in enumerate(((left, low, _SEARCHED), (right, low[::-1], _SEARCHED[::-1]))):
        steep = int(np.argmin(run))  # the first that is not low, from outside
        if flat and steep and not run[steep]:
            ends[side] = _edge(spec, float(x[steep - 1]), float(x[steep]), SATURATED * largest)
    return Tails(*ends)


def _edge(spec: Spec, low: float, steep: float, threshold: float) -> float:
    """The place between `low`, where |f'| is below the threshold, and `steep`, where it is not, at which that changes."""
    for _ in range(5):
        x = np.linspace(low, steep, MAX_POINTS)
        first = int(np.argmax(np.abs(curve(spec, x)[1]) >= threshold))
        low, steep = float(x[max(first - 1, 0)]), float(x[first])
    return min((kink for kink in kinks(spec) if abs(kink - low) < 1e-9), default=low)


def saturated(spec: Spec) -> list[tuple[float | None, float | None]]:
    """Intervals of x in which the unit is saturated; None stands for an end at infinity."""
    left, right = tails(spec)
    return [*([(None, left)] if left > -math.inf else []), *([(right, None)] if right < math.inf else [])]


def kinks(spec: Spec) -> list[float]:
    """Points without a derivative."""
    rule = ACTIVATIONS[spec.key]
    return [float(k) for k in rule.kinks(namespace(rule.params, numbers(spec).tolist()))]


# Over a Gaussian -----------------------------------------------------------------------------------------------------


class Expected(NamedTuple):
    """Averages over a Gaussian pre-activation: of the value, of its square, and of the squared slope."""

    value: float
    square: float
    slope_square: float


@functools.cache
def _expected(activation: Activation) -> Callable[..., Array]:
    nodes = np.linspace(-_HALF[0], _HALF[0], _HALF[1])
    weights = np.exp(-(nodes**2) / 2)
    weights /= weights.sum()

    def averages(values: Array, mean: Array, std: Array) -> Array:
        named, z = namespace(activation.params, values), mean + std * nodes
        f = activation.fn(z, named)
        return jnp.stack([f, f**2, slope(activation, z, named) ** 2]) @ weights

    return jax.jit(averages)


def expected(spec: Spec, mean: float = 0.0, std: float = 1.0) -> Expected:
    """Averages over N(mean, std²), by the trapezoid rule: it converges as fast as Gauss-Hermite's for smooth functions,
    and kinks and steep steps, as of tanh under large weights, do not disturb it as much.
    """
    return Expected(*np.asarray(_expected(ACTIVATIONS[spec.key])(numbers(spec), float(mean), float(std))).tolist())


def product(spec: Spec, depth: int) -> dict[str, np.ndarray]:
    """What is left of a gradient after 1…depth units by their slopes alone, f64[depth] each.

    `largest`: at the steepest point every time, no unit passes on more (0.25^l for the sigmoid); `typical`: root mean
    square over N(0, 1) pre-activations.
    """
    layers = np.arange(1, depth + 1)
    return {"largest": slopes(spec).largest ** layers, "typical": expected(spec).slope_square ** (layers / 2)}


def prelu_as_max(alpha: float, x: np.ndarray) -> np.ndarray:
    """The lectures' PReLU, max(αx, x) [n]: the definition only for α ≤ 1, above that it takes the wrong side."""
    return np.maximum(alpha * x, x)
