"""The seven steps of the lectures as experiments, an atlas of learning curves, and what only training shows."""

from typing import Any

import numpy as np

from core.page import Preset
from engines.training import layers, network
from pages.training import presets_edge
from pages.training.answer import chance
from pages.training.verdict import verdict


def shown(r: Any) -> list[str]:
    """Which picture of the atlas each run is."""
    return [verdict(r.value, run).key for run in r.runs]


def last(r: Any) -> list[float]:
    """Training loss of each run at the end; ∞ where it is not finite."""
    return [float(np.nan_to_num(run.scores.train_loss[-1], nan=np.inf)) for run in r.runs]


def _penalty(r: Any) -> bool:
    plain, heavy = r.runs
    weights = network.named(heavy.form, heavy.weights[0].astype(float))
    squares = sum(np.sum(part**2) for name, part in weights.items() if name[0] == "W")
    return bool(np.isclose(heavy.loss[0] - plain.loss[0], 0.5 * 0.1 * squares, rtol=1e-5, atol=0))


def _range_test(r: Any) -> bool:
    """Of the loss, as a mean over 25 updates: it is five times lower in between than at either end."""
    (run,) = r.runs
    smooth = np.convolve(run.loss, np.ones(25) / 25, "valid")
    lowest = int(smooth.argmin())
    within = 0 < lowest < len(smooth) - 1
    return within and (np.diff(run.learning_rate) > 0).all() and 5 * smooth[lowest] < min(smooth[0], smooth[-1])


def _coarse(r: Any) -> bool:
    tenfold = np.allclose(np.diff(np.log10([run.learning_rate[0] for run in r.runs])), 1)
    return len(r.runs) == 5 and tenfold and 0 < int(np.argmin(last(r))) < 4


def _overfitting(r: Any) -> bool:
    s = r.runs[0].scores
    low = int(s.validation_loss.argmin())
    turned = 0 < low < len(s.validation_loss) - 1 and s.validation_loss[-1] > 2 * s.validation_loss[low]
    return turned and s.train_loss[-1] < s.train_loss[low] / 10


def _dropout(r: Any) -> bool:
    plain, dropped = ((run.scores.train_loss[-1], run.scores.validation_loss[-1]) for run in r.runs)
    return plain[0] < 0.1 and plain[1] > 1 and all(0.2 < loss < 0.6 for loss in dropped)


def _dropout_factor(r: Any) -> bool:
    right, wrong = r.runs
    alike = np.array_equal(right.weights, wrong.weights)
    times = [getattr(wrong.scores, name)[-1] / getattr(right.scores, name)[-1] for name in ("train_loss", "validation_loss")]
    return alike and min(times) > 10 and right.scores.validation_accuracy[-1] - wrong.scores.validation_accuracy[-1] > 0.1


def _underfitting(r: Any) -> bool:
    s = r.runs[0].scores
    return s.train_accuracy[-1] < 0.75 and abs(s.validation_accuracy[-1] - s.train_accuracy[-1]) < 0.05


def _dying(r: Any) -> bool:
    dead = layers.layers(r.value, r.runs[0]).dead
    return dead[-1, 1] > 0.2 and dead[0, 1] < 0.05


PRESETS = (
    Preset(
        "initial_loss",
        "1 · The loss before training",
        "init=normal:std=0.001&steps=200&run=sgd",
        "Small weights say nothing yet: with ten classes the loss begins within 2 % of ln 10 = 2.303.",
        holds=lambda r: abs(r.runs[0].scores.train_loss[0] / np.log(10) - 1) < 0.02,
    ),
    Preset(
        "penalty",
        "2 · Regularization raises it",
        "init=normal:std=0.1&steps=200&penalty=l2&penalty=l2:strength=0.1&run=sgd&run=sgd",
        "The same weights with and without a penalty: the first loss differs by exactly ½·λ·ΣW².",
        holds=_penalty,
    ),
    Preset(
        "overfit",
        "3 · Overfit twenty samples",
        "steps=300&train=20&run=sgd",
        "Twenty samples are learned by heart: every one of them is right, and the rest is much worse.",
        holds=lambda r: (
            shown(r) == ["by_heart"]
            and r.runs[0].scores.train_accuracy[-1] == 1
            and r.runs[0].scores.validation_accuracy[-1] < 0.6
        ),
    ),
    Preset(
        "rates",
        "4 · Rates from 1e-6 to 1e6",
        "steps=200&run=sgd:lr=1e-6&run=sgd&run=sgd:lr=1000000",
        "At 1e-6 the loss stays flat, at 0.1 it falls, at 1e6 the numbers leave float32 within a few updates.",
        holds=lambda r: (
            shown(r) == ["flat", "falling", "diverged"] and r.runs[1].scores.train_loss[-1] < 0.1 and r.runs[2].diverged_at <= 5
        ),
    ),
    Preset(
        "range_test",
        "5 · Range test: a rising rate",
        "run=sgd:lr=5~constant:warmup=1000",
        "The rate rises with every update: the loss falls, is lowest at some rate, and then comes up again.",
        holds=_range_test,
    ),
    Preset(
        "coarse",
        "6 · Coarse search, a decade apart",
        "steps=300&run=sgd:lr=0.001&run=sgd:lr=0.01&run=sgd&run=sgd:lr=1&run=sgd:lr=10",
        "Five rates, each ten times the last: the lowest training loss is at neither end, so the range is wide enough.",
        holds=_coarse,
    ),
    Preset(
        "fine",
        "6 · Fine search, twice as much each time",
        "steps=300&run=sgd&run=sgd:lr=0.2&run=sgd:lr=0.4&run=sgd:lr=0.8&run=sgd:lr=1.6",
        "Around the best of the coarse search: the lowest training loss is at neither end, and the highest rate learns little.",
        holds=lambda r: 0 < int(np.argmin(last(r))) < 4 and last(r)[4] > 1,
    ),
    Preset(
        "curves",
        "7 · Read the curves: too low, good, too high",
        "steps=300&run=sgd:lr=0.001&run=sgd&run=sgd:lr=5",
        "The low rate has not come below 1 after 300 updates, the good one is below 0.1, the high one ends above both.",
        holds=lambda r: last(r)[1] < 0.1 and last(r)[0] > 1 and not last(r)[2] < last(r)[0],
    ),
    Preset(
        "bad_start",
        "Atlas: a bad initialization",
        "model=mlp:depth=4&init=normal&init=he_normal&steps=300&run=sgd&run=sgd",
        "Five layers of weights of 0.01 pass nothing on: the loss stays at ln 10, while He's weights learn at once.",
        holds=lambda r: shown(r)[0] == "flat" and abs(last(r)[0] / np.log(10) - 1) < 0.01 and last(r)[1] < 0.1,
    ),
    Preset(
        "overfitting",
        "Atlas: overfitting",
        "data=moons:noise=0.4&model=mlp:width=128&steps=3000&train=60&run=adam:lr=0.01",
        "The training loss goes on falling while the validation loss has turned round: stop early.",
        holds=_overfitting,
    ),
    Preset(
        "dropout",
        "Overfitting, and dropout",
        "data=moons:noise=0.4&model=mlp:width=128&steps=2000&train=60&dropout=none&dropout=inverted&run=adam&run=adam",
        "Without dropout the training loss ends below 0.1 and the validation loss above 1. Where half of the units are left "
        "out of each update, both end between 0.2 and 0.6.",
        holds=_dropout,
    ),
    Preset(
        "dropout_factor",
        "Dropout, tested by the wrong factor",
        "steps=500&dropout=vanilla:keep=0.8&dropout=misread:keep=0.8&run=sgd&run=sgd",
        "Two runs with the same weights after every update. Judged times 1 − p instead of p = 0.8, the loss is more than ten "
        "times as high, and the accuracy lower by more than 0.1.",
        holds=_dropout_factor,
    ),
    Preset(
        "underfitting",
        "Atlas: underfitting",
        "data=spirals&model=mlp:depth=0&run=sgd",
        "A straight border cannot wind: more than a quarter of the training samples stay wrong, and as many of the others.",
        holds=_underfitting,
    ),
    Preset(
        "labels",
        "Atlas: a bug in the labels",
        "steps=3000&label_noise=1&run=adam",
        "All labels drawn at random: 99 % of the training set is learned by heart, the validation set stays at chance.",
        holds=lambda r: (
            r.runs[0].scores.train_accuracy[-1] >= 0.99 and r.runs[0].scores.validation_accuracy[-1] <= chance(r.value) + 0.03
        ),
    ),
    Preset(
        "not_shuffled",
        "Atlas: not shuffled",
        "batch=10&steps=100&order=sorted&run=sgd",
        "All zeros, then all ones: the last batch has a loss below 0.1, fewer than a third of the validation set are right.",
        holds=lambda r: r.runs[0].loss[-1] < 0.1 and r.runs[0].scores.validation_accuracy[-1] < 1 / 3,
    ),
    Preset(
        "convolutions",
        "Convolutions: few weights",
        "model=cnn&run=sgd",
        "Two convolutions and a dense layer, 994 parameters in all: more than 93 % of the validation set are right.",
        holds=lambda r: r.runs[0].weights.shape[1] == 994 and r.runs[0].scores.validation_accuracy[-1] > 0.93,
    ),
    Preset(
        "he_xavier",
        "He against Xavier",
        "model=mlp:depth=6&init=he_normal&init=glorot_normal&steps=300&run=sgd:lr=0.02&run=sgd:lr=0.02",
        "Six ReLU layers, the same batches: after 300 updates He's weights have less than half the training loss.",
        holds=lambda r: last(r)[0] < last(r)[1] / 2,
    ),
    Preset(
        "batch_norm",
        "Batch norm, on and off",
        "model=mlp:depth=6&init=normal:std=0.05&norm=none&norm=batch&steps=300&run=sgd&run=sgd",
        "Weights too small for six layers: without a normalization nothing is learned, with batch norm it is.",
        holds=lambda r: shown(r)[0] == "flat" and r.runs[1].scores.validation_accuracy[-1] > 0.9,
    ),
    Preset(
        "clipping",
        "Exploding gradients, clipped",
        "model=mlp:depth=6&init=normal:std=0.3&run=sgd&run=sgd~clip_norm",
        "Weights too large for six layers: SGD leaves all numbers within six updates. Clipped to length 1, its gradients, at "
        "first more than a hundred long, bring the loss below 0.01 at the same rate.",
        holds=lambda r: (
            0 < (r.runs[0].diverged_at or 0) <= 6
            and r.runs[1].gradient_norm[0] > 100
            and last(r)[1] < 0.01
            and not r.runs[1].diverged_at
        ),
    ),
    Preset(
        "dying",
        "Dying ReLUs",
        "steps=300&run=sgd:lr=1",
        "At a rate of 1 more than a fifth of the ReLUs of the second layer are dead: slope 0 for every sample looked at.",
        holds=_dying,
    ),
    Preset(
        "regions",
        "A border that bends",
        "data=moons&model=mlp:width=16&run=adam:lr=0.01",
        "A thousand updates bend the border around both moons: more than 98 % of the validation samples are right.",
        holds=lambda r: r.runs[0].scores.validation_accuracy[-1] > 0.98,
    ),
    *presets_edge.PRESETS,
)
