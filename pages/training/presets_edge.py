"""The edge of stability, the landscape under the runs, and saturation: what only training shows, as experiments."""

from typing import Any

import numpy as np

from core.page import Preset
from engines.training import layers, plane, sharpness

SMALL = "model=mlp:width=32&activation=tanh&init=glorot_normal&loss=mse&batch=256&train=256"
BEYOND = 1 - 2 / layers.BINS  # |tanh| above this is in the first or the last bin, where the outputs reach from −1 to 1


def against_limit(r: Any) -> list[float]:
    """Of each run the mean of sharpness / limit over the last third of its places."""
    measured = [sharpness.sharpness(r.value.alone(i)) for i in range(len(r.runs))]
    return [float(np.mean(each.share[-sharpness.POINTS // 3 :])) for each in measured]


def at_limit(r: Any, within: float) -> bool:
    """Whether every run ends as near its limit as that."""
    return all(abs(ratio - 1) < within for ratio in against_limit(r))


def _two_rates(r: Any) -> bool:
    """One comes up to its limit from 30 % below, the other begins three times too sharp."""
    low, high = (sharpness.sharpness(r.value.alone(i)) for i in range(2))
    limits = np.allclose([each.value[-1] / each.share[-1] for each in (low, high)], [1.333, 0.667], atol=1e-3)
    came = low.share.min() < 0.7 and high.share[0] > 3
    return bool(limits and came and at_limit(r, 0.05))


def _own_plane(r: Any) -> bool:
    shown = plane.plane(r.value)
    return shown is not None and len(shown.paths) == 3 and shown.explained > 0.75 > shown.walk[:2].sum() / 2


def _random_plane(r: Any) -> bool:
    shown = plane.plane(r.value)
    assert shown
    edge = min(shown.loss[[0, -1]].min(), shown.loss[:, [0, -1]].min())
    end = plane.losses(r.value, r.runs[0], shown.origin, shown.directions, np.zeros((1, 2)))[0]
    return bool(shown.explained < 0.01 and edge > 10 * end)


def _saturated(r: Any) -> bool:
    shares = []
    for run in r.runs:
        counts = layers.layers(r.value, run).counts[:, 0, :-1]  # of the hidden layers' outputs
        shares.append((counts[..., 0] + counts[..., -1]) / counts.sum(-1))
    large, xavier = (run.scores for run in r.runs)
    learned = large.train_loss[-1] < 0.1 and xavier.validation_accuracy[-1] > large.validation_accuracy[-1] + 0.2
    return bool(np.min(shares[0]) > 0.6 and np.max(shares[1]) < 0.15 and learned)


PRESETS = (
    Preset(
        "saturation",
        "Saturation: tanh with large weights",
        "model=mlp:depth=4&activation=tanh&init=normal:std=0.5&init=glorot_normal&steps=300&run=sgd&run=sgd",
        "Weights of 0.5 push more than 60 % of the outputs of every hidden layer beyond ±0.9, from first to last. "
        "The training set is learned all the same; on the validation set Xavier's weights are 20 points better.",
        holds=_saturated,
    ),
    Preset(
        "edge",
        "Edge of stability: two rates",
        f"{SMALL}&sharpness=1&run=sgd:lr=1.5&run=sgd:lr=3",
        "The low rate comes up to its limit 2/η = 1.33 from 30 % below; the high one begins at three times its own, 0.67, and"
        " is thrown onto flatter ground; both end within 5 % of it.",
        holds=_two_rates,
    ),
    Preset(
        "edge_momentum",
        "Edge of stability: momentum and Nesterov",
        f"{SMALL}&sharpness=1&run=momentum:lr=3~constant:warmup=100&run=nesterov:lr=1",
        "Each rule ends within 5 % of a limit of its own: momentum of 2(1 + ρ)/η, Nesterov of 2(1 + ρ)/((1 + 2ρ) η).",
        holds=lambda r: at_limit(r, 0.05),
    ),
    Preset(
        "edge_adam",
        "Edge of stability: Adam, seen through its divisor",
        f"{SMALL}&sharpness=1&run=adam:lr=0.02&run=adam:lr=0.01,b2=0.99",
        "Where the curvature is divided as Adam divides, it ends within 10 % of (2 + 2β₁)/((1 − β₁) η) = 38/η at both rates.",
        holds=lambda r: at_limit(r, 0.1),
    ),
    Preset(
        "landscape",
        "The landscape: three runs on one plane",
        "model=mlp:width=32&batch=256&steps=300&train=256&plane=pca&run=sgd:lr=0.2&run=momentum:lr=0.02&run=adam:lr=0.003",
        "Two principal directions hold more than 75 % of the variance of three runs of a network of 3466 weights.",
        holds=_own_plane,
    ),
    Preset(
        "landscape_random",
        "The landscape in random directions",
        "model=mlp:width=32&batch=256&steps=300&train=256&plane=random&run=sgd:lr=0.2&run=momentum:lr=0.02&run=adam:lr=0.003",
        "From the end of the first run, in the middle, the loss rises more than tenfold to every edge. Of the variance of the "
        "runs this plane holds less than 1 %.",
        holds=_random_plane,
    ),
)
