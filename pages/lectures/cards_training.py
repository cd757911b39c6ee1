"""The figures on training a network, from the first loss to the learning curves."""

from typing import Any

import numpy as np

from engines.training import plane, sharpness
from pages.lectures.card import Card


def _initial(t: Any) -> bool:
    small, large = (run.scores.train_loss[0] for run in t.runs)
    return abs(small - np.log(10)) < 5e-4 and abs(large - 10.8) < 0.05


def _overfit(t: Any) -> bool:
    (run,) = t.runs
    return t.value.train == 20 and run.scores.train_accuracy[-1] == 1 and 0.4 < run.scores.validation_accuracy[-1] < 0.5


def _rates(t: Any) -> bool:
    low, good, high, beyond = t.runs
    left = [run.scores.train_loss[-1] / run.scores.train_loss[0] for run in (low, good)]
    untrained = abs(high.scores.train_loss[-1] / np.log(10) - 1) < 0.02
    return abs(left[0] - 0.65) < 0.02 and abs(left[1] - 0.01) < 0.002 and untrained and beyond.diverged_at < 10


def _edge(t: Any) -> bool:
    measured = [sharpness.sharpness(t.value.alone(i)) for i in range(2)]
    ends = [abs(float(np.mean(each.share[-30:])) - 1) for each in measured]
    low, high = (each.value[-1] / each.share[-1] for each in measured)
    return max(ends) < 0.05 and bool(np.isclose(high, low / 2))


def _landscape(t: Any) -> bool:
    shown = plane.plane(t.value)
    return shown is not None and shown.explained > 0.9 and shown.walk[:2].sum() < 0.7


CARDS = (
    Card(
        "initial_loss",
        "The first loss is ln C",
        "Small weights know nothing of ten classes: the loss begins at ln 10 = 2.303. Larger ones are wrong and begin at 10.8.",
        "training",
        ("000", "002", "003", "004"),
        "training",
        "init=normal:std=0.001&init=normal:std=0.3&steps=200&run=sgd&run=sgd",
        "loss",
        holds=_initial,
    ),
    Card(
        "overfit",
        "Overfit twenty samples",
        "A network that cannot learn twenty samples by heart has a bug: here all are right, and fewer than half of the others.",
        "training",
        ("000", "002", "003", "004"),
        "training",
        "steps=300&train=20&run=sgd",
        "accuracy",
        holds=_overfit,
    ),
    Card(
        "rate_atlas",
        "Four rates, one network",
        "Too low leaves 65 % of the loss, good 1 %, too high stays at ln 10, and far too high is not finite by update 10.",
        "training",
        ("000", "001", "002", "003"),
        "training",
        "steps=300&run=sgd:lr=0.001&run=sgd&run=sgd:lr=2&run=sgd:lr=100",
        "accuracy",
        holds=_rates,
    ),
    Card(
        "edge_of_stability",
        "The edge of stability",
        "The taco's limit 2/η, in a network: full-batch descent ends within 5 % of it, half as sharp at twice the rate.",
        "training",
        ("000", "001"),
        "training",
        "model=mlp:width=32&activation=tanh&init=glorot_normal&loss=mse&batch=256&train=256&sharpness=1&run=sgd:lr=1.5&run=sgd:lr=3",
        "sharpness",
        holds=_edge,
    ),
    Card(
        "network_landscape",
        "Three optimizers on one landscape",
        "More than 90 % of the variance of three runs lies in two directions; of random walks it is less than 70 %.",
        "training",
        ("000", "001", "004"),
        "training",
        "model=mlp:width=32&batch=256&steps=300&train=256&plane=pca&run=sgd:lr=0.2&run=momentum:lr=0.02&run=adam:lr=0.003",
        "landscape",
        holds=_landscape,
    ),
)
