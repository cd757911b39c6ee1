"""Unit draws that several initializers share: those that name the same function share one array in memory.

NumPy's SFC64 fills an array of 4096 × 4096 Gaussians in 0.13 s on one core, JAX's generators take 0.17 to 0.29 s on all.
"""

from __future__ import annotations

import numpy as np

from core.types import Values


def gaussian(rng: np.random.Generator, shape: tuple[int, int], values: Values) -> np.ndarray:
    """Independent N(0, 1), float32."""
    return rng.standard_normal(shape, dtype=np.float32)


def even(rng: np.random.Generator, shape: tuple[int, int], values: Values) -> np.ndarray:
    """Independent U(−1, 1), float32; the variance is 1/3."""
    return 2 * rng.random(shape, dtype=np.float32) - 1
