"""What theory predicts for a wide network, layer by layer: pre-activations are Gaussian, and only variances matter.

Forward, q_l = fan-in · Var(W) · E[h_{l−1}²] is the variance of a pre-activation (He et al. 2015, equation 8; Poole et al.
2016, equation 3). Backward, E[g_{l−1}²] = fan-out · Var(W) · E[f'²] · E[g_l²] (He et al. 2015, equation 13). Both hold on
average over the weights, for large widths, many values in every average, and sums of many terms. Where that is not so, nothing
is predicted, and `missing` says why.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from core.types import namespace
from core.words import N_
from engines.activation import curve
from engines.signal.network import Network
from engines.signal.normalization import EPSILON
from initializers import INITIALIZERS
from norms import NORMS
from norms.instance import POSITIONS

# Measured: from here on a spread is what theory says to 2 % over many values or terms, and to 10 or 20 % after a few layers.
FEW, TERMS, NARROW = 16, 8, 64


# Why nothing is predicted, by what `missing` returns.
REASONS = {
    "narrow": N_("Theory is left out: layers of fewer than 64 units scatter too much about what it says of wide ones."),
    "sparse": N_("Theory is left out: a sum of fewer than 8 inputs is not Gaussian."),
    "few": N_("Theory is left out: a normalization over fewer than 16 values does not leave them Gaussian."),
    "weights": N_("Theory is left out: these weights are not independent draws around zero."),
}


class Prediction(NamedTuple):
    """Mean and std of what each layer puts out, and std of the gradient that arrives there: f64[depth], NaN if unknown."""

    mean: np.ndarray
    std: np.ndarray
    grad_std: np.ndarray


def missing(network: Network) -> str | None:
    """The key in REASONS of an assumption that this network breaks, or None."""
    rule, norm = INITIALIZERS[network.init.key], NORMS[network.norm.key]
    averaged = [network.batch] if "N" in norm.axes else []
    if "C" in norm.axes:
        averaged.append(network.width // int(network.norm.values["groups"]) if norm.grouped else network.width)
    elif "H" in norm.axes and "N" not in norm.axes:
        averaged.append(min(POSITIONS, network.width))
    if not rule.rescale and _weight(network, network.width) is None:
        return "weights"
    if network.width < NARROW:
        return "narrow"
    if network.init.values.get("nonzeros", TERMS) < TERMS:
        return "sparse"
    return "few" if min(averaged, default=FEW) < FEW else None


def predict(network: Network, input_square: float = 1.0) -> Prediction:
    """Predict the statistics of engines.signal.statistics.

    Args:
      network: unknown is what `missing` gives a reason for, and the gradient behind a normalization, which depends on how
        similar the samples have become.
      input_square: mean square of the inputs.
    """
    mean, std, slopes = (np.full(network.depth, np.nan) for _ in range(3))
    square, fan_in = input_square, network.inputs
    if missing(network):
        return Prediction(mean, std, slopes)
    for layer in range(network.depth):
        variance = _variance(network, fan_in, square)
        if variance is None or not math.isfinite(variance):
            break
        expected = curve.expected(network.activation, *_preactivation(network, variance))
        mean[layer], std[layer] = _output(network, expected)
        slopes[layer] = expected.slope_square
        square, fan_in = mean[layer] ** 2 + std[layer] ** 2, network.width
    with np.errstate(all="ignore"):
        finite = (np.where(np.isfinite(part), part, np.nan) for part in (mean, std, _backward(network, slopes)))
    return Prediction(*finite)


def _variance(network: Network, fan_in: int, square: float) -> float | None:
    """Variance of a pre-activation before any normalization, where the mean square of what comes in is `square`."""
    rule = INITIALIZERS[network.init.key]
    if rule.rescale:
        return 1.0
    weight = _weight(network, fan_in)
    return None if weight is None else fan_in * weight * square


def _weight(network: Network, fan_in: int) -> float | None:
    rule = INITIALIZERS[network.init.key]
    values = namespace(rule.params, [network.init.values[p.key] for p in rule.params])
    return rule.variance(fan_in, network.width, values)


def _preactivation(network: Network, variance: float) -> tuple[float, float]:
    """Mean and std of what goes into the activation."""
    if network.norm.key == "none" or network.position == "after":
        return 0.0, math.sqrt(variance)
    return network.beta, network.gamma * math.sqrt(variance / (variance + EPSILON))


def _output(network: Network, expected: curve.Expected) -> tuple[float, float]:
    """Mean and std of what a layer puts out."""
    mean, std = expected.value, math.sqrt(max(expected.square - expected.value**2, 0.0))
    if network.norm.key == "none" or network.position == "before":
        return mean, std
    if NORMS[network.norm.key].centred:
        return network.beta, network.gamma * std / math.sqrt(std**2 + EPSILON)
    size = math.sqrt(expected.square + EPSILON)
    return network.gamma * mean / size + network.beta, network.gamma * std / size


def _backward(network: Network, slopes: np.ndarray) -> np.ndarray:
    """Std of the gradient at each layer's output, from the mean squared slopes; 1 at the last, where it is put in."""
    weight, square = _weight(network, network.width), np.full(network.depth, np.nan)
    if weight is None or network.norm.key != "none":
        return square
    square[-1] = 1.0
    for layer in range(network.depth - 1, 0, -1):
        square[layer - 1] = network.width * weight * slopes[layer] * square[layer]
    return np.sqrt(square)
