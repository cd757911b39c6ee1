"""What a normalization does: in a dense layer, in a convolution, and batch norm in training and in a test.

All of them compute y = γ·(x − μ)/√(σ² + ε) + β (root mean square: y = γ·x/√(E[x²] + ε) + β) and differ only in the set of
values that μ and σ² are taken over. The variance is the one of the lectures, divided by the number of values.
"""

from __future__ import annotations

from typing import NamedTuple

import jax.numpy as jnp
import numpy as np

from core.types import Array, Norm, Values
from norms import NORMS
from norms.group import GROUPS

EPSILON = 1e-5
CONV_SHAPE = (4, 6, 3, 3)  # N, C, H, W of the layer that is drawn


def normalise(norm: Norm, x: Array, values: Values, gamma: Array | float, beta: Array | float) -> Array:
    """A dense layer f32[batch, width] by the statistics of this batch; unchanged for "none"."""
    if not norm.axes:
        return x
    centred = x - norm.dense(x, values) if norm.centred else x
    return gamma * centred / jnp.sqrt(norm.dense(centred**2, values) + EPSILON) + beta


# A convolution -------------------------------------------------------------------------------------------------------


def axes(key: str) -> tuple[str, ...]:
    """Which of N, C, H, W a normalization averages over; within a group only, as far as C goes, for `group`."""
    return NORMS[key].axes


def members(key: str, shape: tuple[int, int, int, int] = CONV_SHAPE, groups: int = int(GROUPS.default)) -> np.ndarray:
    """Set of each value, int [N, C, H, W]: values with the same number share their statistics; each by itself for "none"."""
    norm = NORMS[key]
    number = np.zeros(shape, int)
    for axis, (letter, size) in enumerate(zip("NCHW", shape, strict=True)):
        step, count = np.arange(size), size
        if letter == "C" and norm.grouped:
            step, count = step * groups // size, groups
        elif letter in norm.axes:
            step, count = step * 0, 1
        number = number * count + step.reshape([-1 if i == axis else 1 for i in range(4)])
    return np.unique(number, return_inverse=True)[1].reshape(shape)


# Batch norm in training and in a test --------------------------------------------------------------------------------


class BatchStatistics(NamedTuple):
    """One unit's statistics over many batches, and what a test would use in their place.

    Attributes:
      means, variances: [count], of each batch; the variance is divided by N, as in training.
      running_mean, running_variance: [count + 1], averages with momentum, from 0 and 1 on; the variance is unbiased.
      test_mean, test_variance: E[μ_b] and N/(N − 1)·E[σ_b²].
      biased_variance: E[σ_b²], which is too small by (N − 1)/N.
      mean, variance: of what was drawn from.
    """

    means: np.ndarray
    variances: np.ndarray
    running_mean: np.ndarray
    running_variance: np.ndarray
    test_mean: float
    test_variance: float
    biased_variance: float
    mean: float
    variance: float


def inference(batches: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Mean and variance [features] for a test, from batches [count, N, features]: E[μ_b] and N/(N − 1)·E[σ_b²]."""
    size = batches.shape[1]
    return batches.mean(1).mean(0), size / (size - 1) * batches.var(1).mean(0)


def running(batches: np.ndarray, momentum: float = 0.1) -> tuple[np.ndarray, np.ndarray]:
    """Running mean and variance [count + 1, features], from 0 and 1 on: new = (1 − momentum)·old + momentum·batch."""
    mean, variance = [np.zeros(batches.shape[2])], [np.ones(batches.shape[2])]
    for batch in batches:
        mean.append((1 - momentum) * mean[-1] + momentum * batch.mean(0))
        variance.append((1 - momentum) * variance[-1] + momentum * batch.var(0, ddof=1))
    return np.array(mean), np.array(variance)


def train_and_test(
    batch: int = 16, count: int = 200, momentum: float = 0.1, mean: float = 2.0, std: float = 3.0, seed: int = 0
) -> BatchStatistics:
    """One unit with Gaussian values, seen in `count` batches of `batch` ≥ 2 samples."""
    batches = np.random.default_rng(seed).normal(mean, std, (count, batch, 1))
    (test_mean,), (test_variance,) = inference(batches)
    kept_mean, kept_variance = running(batches, momentum)
    means, variances = batches.mean(1)[:, 0], batches.var(1)[:, 0]
    return BatchStatistics(
        means,
        variances,
        kept_mean[:, 0],
        kept_variance[:, 0],
        float(test_mean),
        float(test_variance),
        float(variances.mean()),
        mean,
        std**2,
    )


def moments(x: np.ndarray) -> dict[str, float]:
    """Mean, std and skewness of all values."""
    mean, std = float(np.mean(x)), float(np.std(x))
    return {"mean": mean, "std": std, "skew": float(np.mean((x - mean) ** 3) / std**3) if std else 0.0}


def skewed(count: int = 4000, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Exponentially distributed values [count] of one unit, and the same after batch norm: the skew of 2 stays."""
    before = np.random.default_rng(seed).exponential(1.0, count)
    return before, (before - before.mean()) / np.sqrt(before.var() + EPSILON)
