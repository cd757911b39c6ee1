"""Normalizations: what each one averages over, in a dense layer, in a convolution, and batch norm at test time.

All of them compute y = γ·(x − μ)/√(σ² + ε) + β (root mean square: y = γ·x/√(E[x²] + ε) + β) and differ only in the set of
values that μ and σ² are taken over. The variance is the one of the lectures, divided by the number of values.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import jax.numpy as jnp
import numpy as np

from core.types import Array, Param, Values

EPSILON = 1e-5
POSITIONS = 16  # units of a dense layer that instance norm takes for one 4 × 4 channel
MAX_GROUPS = 64
GROUPS = Param("groups", "G", 4, 1, MAX_GROUPS, "int", "Groups that the channels are divided into.")
CONV_SHAPE = (4, 6, 3, 3)  # N, C, H, W of the example
Sets = Callable[[Array, Values], Array]


@dataclass(frozen=True, eq=False)
class Norm:
    """One normalization.

    Attributes:
      key: URL key. name, summary: English text. latex: the rule.
      axes: which of N, C, H, W its averages run over; over C only within a group where `grouped`.
      centred: whether the mean is taken off.
      dense: (x f32[batch, width], values) -> x with each set of values averaged, of the shape of x or broadcast to it.
      torch: the equivalent call as a format string over the params, of `x` [N, C, …], or "".
    """

    key: str
    name: str
    summary: str
    latex: str
    axes: tuple[str, ...]
    dense: Sets
    grouped: bool = False
    centred: bool = True
    params: tuple[Param, ...] = ()
    reference: str = ""
    torch: str = ""


def _by_group(x: Array, values: Values) -> Array:
    """Average over the features of a group, by a matrix, so that the number of groups may be traced."""
    width = x.shape[1]
    of = (jnp.arange(width) * values.groups / width).astype(jnp.int32)  # sizes differ by one where it does not divide
    member = (of[:, None] == jnp.arange(MAX_GROUPS)).astype(x.dtype)
    sums = x @ (member / jnp.maximum(member.sum(0), 1))
    return sums @ member.T


def _by_instance(x: Array, values: Values) -> Array:
    """Average over each run of POSITIONS features; the last one may be shorter."""
    batch, width = x.shape
    channels = -(-width // POSITIONS)
    counts = np.minimum(POSITIONS, width - POSITIONS * np.arange(channels)).astype(x.dtype)
    padded = jnp.pad(x, ((0, 0), (0, channels * POSITIONS - width)))
    means = padded.reshape(batch, channels, POSITIONS).sum(2) / counts
    return jnp.repeat(means, POSITIONS, axis=1, total_repeat_length=channels * POSITIONS)[:, :width]


_RULE = r"y = \gamma\,\frac{x - \mu_{%s}}{\sqrt{\sigma^2_{%s} + \epsilon}} + \beta"
NORMS = {
    n.key: n
    for n in (
        Norm("none", "None", "The values pass as they are.", "y = x", (), lambda x, values: x),
        Norm(
            "batch",
            "Batch norm",
            "Each unit over the samples of the batch. Depends on the batch, so that a test needs averages kept from training.",
            _RULE % ("N,H,W", "N,H,W"),
            ("N", "H", "W"),
            lambda x, values: jnp.mean(x, 0, keepdims=True),
            reference="Ioffe and Szegedy, Batch normalization, 2015, algorithm 1",
            torch="torch.nn.functional.batch_norm(x, None, None, training=True)",
        ),
        Norm(
            "layer",
            "Layer norm",
            "Each sample over all its units: the same in training and in a test, and for a batch of one.",
            _RULE % ("C,H,W", "C,H,W"),
            ("C", "H", "W"),
            lambda x, values: jnp.mean(x, 1, keepdims=True),
            reference="Ba, Kiros and Hinton, Layer normalization, 2016, equation 3",
            torch="torch.nn.functional.layer_norm(x, x.shape[1:])",
        ),
        Norm(
            "group",
            "Group norm",
            "Each sample over the units of a group: between layer norm (one group) and instance norm (a group per channel).",
            _RULE % (r"C/G,H,W", r"C/G,H,W"),
            ("C", "H", "W"),
            _by_group,
            grouped=True,
            params=(GROUPS,),
            reference="Wu and He, Group normalization, 2018, equation 7",
            torch="torch.nn.functional.group_norm(x, {groups})",
        ),
        Norm(
            "rms",
            "RMS norm",
            "Layer norm that leaves the mean alone: each sample is divided by its root mean square.",
            r"y = \gamma\,\frac{x}{\sqrt{\mathrm{E}_{C,H,W}[x^2] + \epsilon}} + \beta",
            ("C", "H", "W"),
            lambda x, values: jnp.mean(x, 1, keepdims=True),
            centred=False,
            reference="Zhang and Sennrich, Root mean square layer normalization, 2019, equation 4",
            torch="torch.nn.functional.rms_norm(x, x.shape[1:], eps=1e-05)",
        ),
        Norm(
            "instance",
            "Instance norm",
            "Each channel of each sample by itself. In a dense layer 16 neighbouring units stand for a channel of 4 × 4.",
            _RULE % ("H,W", "H,W"),
            ("H", "W"),
            _by_instance,
            reference="Ulyanov, Vedaldi and Lempitsky, Instance normalization, 2016, equation 5",
            torch="torch.nn.functional.instance_norm(x)",
        ),
    )
}


def normalise(norm: Norm, x: Array, values: Values, gamma: Array | float, beta: Array | float) -> Array:
    """A dense layer f32[batch, width] by the statistics of this batch; unchanged for "none"."""
    if not norm.axes:
        return x
    centred = x - norm.dense(x, values) if norm.centred else x
    return gamma * centred / jnp.sqrt(norm.dense(centred**2, values) + EPSILON) + beta


# A convolution -------------------------------------------------------------------------------------------------------


class ConvExample(NamedTuple):
    """A small convolutional layer, float64 [N, C, H, W], before and after; `members` numbers the set each value is in."""

    axes: tuple[str, ...]
    members: np.ndarray
    before: np.ndarray
    after: np.ndarray


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


def conv_example(
    key: str,
    groups: int = int(GROUPS.default),
    gamma: float = 1.0,
    beta: float = 0.0,
    shape: tuple[int, int, int, int] = CONV_SHAPE,
    seed: int = 0,
) -> ConvExample:
    """Values whose mean and spread differ by sample and by channel, and what the normalization makes of them."""
    rng = np.random.default_rng(seed)
    n, c = rng.normal(0, 1, (shape[0], 1, 1, 1)), rng.normal(0, 1, (1, shape[1], 1, 1))
    before = n + 2 * c + np.exp(0.5 * c) * rng.normal(0, 1, shape)
    of = members(key, shape, groups)
    return ConvExample(axes(key), of, before, conv_normalise(key, before, of, gamma, beta))


def conv_normalise(key: str, x: np.ndarray, of: np.ndarray, gamma: float = 1.0, beta: float = 0.0) -> np.ndarray:
    """Normalise x [N, C, H, W] by the statistics of its `members`."""
    if not axes(key):
        return x
    counts = np.bincount(of.ravel())

    def mean(values: np.ndarray) -> np.ndarray:
        return (np.bincount(of.ravel(), values.ravel()) / counts)[of]

    centred = x - mean(x) if NORMS[key].centred else x
    return gamma * centred / np.sqrt(mean(centred**2) + EPSILON) + beta


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
