"""What the two-dimensional sets share: how many points, and their noise."""

from __future__ import annotations

from typing import Any

import numpy as np

from core.types import Param

SAMPLES, TRAIN = 400, 300
FORMULA, FREE = "Drawn from a formula, by the seed of the experiment.", "No rights reserved."


def noise(default: float, high: float) -> Param:
    """The slider of the standard deviation that is added to both coordinates."""
    return Param("noise", r"\sigma", default, 0.0, high, "linear", "Standard deviation of what is added to both coordinates.")


def blurred(rng: np.random.Generator, points: np.ndarray, values: Any) -> np.ndarray:
    """Points [n, 2] with Gaussian noise of standard deviation `values.noise`, float32."""
    return (points + values.noise * rng.standard_normal(points.shape)).astype(np.float32)


def halves(count: int = SAMPLES) -> np.ndarray:
    """Classes 0 and 1 in turn, int32[count]."""
    return np.arange(count, dtype=np.int32) % 2
