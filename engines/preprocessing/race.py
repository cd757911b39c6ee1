"""Gradient descent on ½·MSE of a linear model, from weights of 0: down the plane of two weights, and in all of them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from core.types import Array, Landscape, Param, Values
from engines.descent.engine import Trajectory, descend
from optimizers import OPTIMIZERS

TOLERANCE = 1e-3  # of the gap to the lowest loss at the start
MOST = 10**15  # steps: more are called none
_BIG = 1e300
_ROW = ("a", "b", "c")


def _bowl(x: Array, values: Values) -> Array:
    return 0.5 * (values.a * x[0] ** 2 + 2 * values.b * x[0] * x[1] + values.c * x[1] ** 2)


BOWL = Landscape(
    key="bowl", name="", summary="", latex=r"\tfrac12 w^\top H w", fn=_bowl, domain=(-1, 1, -1, 1), start=(1, 1),
    minima=lambda values: ((0.0, 0.0),), checks=(), look_for="",
    params=tuple(Param(key, key, 1.0, -_BIG, _BIG) for key in _ROW),
)  # fmt: skip


class Bowl(NamedTuple):
    """½·MSE over two weights: its curvature H f64[2, 2], where it is lowest f64[2], and how far above that it is at 0."""

    curvature: np.ndarray
    lowest: np.ndarray
    gap: float


def bowl(x: np.ndarray, y: np.ndarray) -> Bowl:
    """Of two features f64[n, 2] and targets f64[n]."""
    lowest = np.linalg.lstsq(x, y, rcond=None)[0]
    curvature = x.T @ x / len(x)
    return Bowl(curvature, lowest, float(0.5 * lowest @ curvature @ lowest))


def race(of: Bowl, rate: float, steps: int) -> Trajectory:
    """The descent from weights of 0 by the engine of the lab; x are weights, loss is the gap to the lowest one."""
    rule = OPTIMIZERS["sgd"]
    surface = {"a": of.curvature[0, 0], "b": of.curvature[0, 1], "c": of.curvature[1, 1]}
    hyper = {p.key: p.default for p in rule.params}
    path = descend(BOWL, surface, rule, hyper, np.full(steps, rate), tuple(-of.lowest))
    return path._replace(x=path.x + of.lowest)


def turned(weights: np.ndarray) -> np.ndarray:
    """By how many degrees the line w·x = const has turned up to each update, f64[steps + 1], there and back both counted.

    Weights f64[steps + 1, 2] begin at 0, where there is no line: it is there from update 1 on.
    """
    angles = np.arctan2(weights[1:, 1], weights[1:, 0])
    by = np.abs(np.remainder(np.diff(angles) + np.pi, 2 * np.pi) - np.pi)
    return np.degrees(np.concatenate([[0.0, 0.0], by.cumsum()]))[: len(weights)]


def right(x: np.ndarray, positive: np.ndarray, weights: np.ndarray, middle: float) -> np.ndarray:
    """The share of samples on their side of the line w·x + middle = 0 at each update, f64[steps + 1].

    Samples f64[n, 2], bool[n] whether they belong above it, weights f64[steps + 1, 2].
    """
    return ((x @ weights.T + middle > 0) == positive[:, None]).mean(0)


def steps_to_tolerance(eigenvalues: np.ndarray, parts: np.ndarray, rate: float) -> int | None:
    """Updates until the gap to the lowest loss is TOLERANCE of what it was; None where it grows, or after MOST.

    With parts (uᵀy)² of the targets along the singular vectors, and eigenvalues λ of XᵀX/n, both f64[d], the gap after t
    updates is Σ (uᵀy)²(1 − rate·λ)²ᵗ/2n over those that are not 0.
    """
    kept = eigenvalues > 0
    factors, parts = np.abs(1 - rate * eigenvalues[kept]), parts[kept]
    if (factors > 1).any():
        return None

    def left(t: int) -> float:
        with np.errstate(divide="ignore", over="ignore", under="ignore"):
            return float(parts @ np.exp(2 * t * np.log(factors)))

    wanted = TOLERANCE * float(parts.sum())
    high = 1
    while left(high) > wanted:
        high *= 2
        if high > MOST:
            return None
    low = high // 2
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if left(middle) <= wanted else (middle, high)
    return high
