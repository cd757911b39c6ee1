"""The seven steps of the lectures as experiments, an atlas of learning curves, and what only training shows.

What each sentence says is checked in tests/test_training_page.py on the numbers of its own query.
"""

from core.page import Preset

PRESETS = (
    Preset(
        "initial_loss",
        "1 · The loss before training",
        "init=normal:std=0.001&steps=200&run=sgd",
        "Small weights say nothing yet: with ten classes the loss begins within 2 % of ln 10 = 2.303.",
    ),
    Preset(
        "penalty",
        "2 · Regularization raises it",
        "init=normal:std=0.1&steps=200&penalty=l2&penalty=l2:strength=0.1&run=sgd&run=sgd",
        "The same weights with and without a penalty: the first loss differs by exactly ½·λ·ΣW².",
    ),
    Preset(
        "overfit",
        "3 · Overfit twenty samples",
        "steps=300&train=20&run=sgd",
        "Twenty samples are learned by heart: every one of them is right, and the rest is much worse.",
    ),
    Preset(
        "rates",
        "4 · Rates from 1e-6 to 1e6",
        "steps=200&run=sgd:lr=1e-6&run=sgd&run=sgd:lr=1000000",
        "At 1e-6 the loss stays flat, at 0.1 it falls, at 1e6 the numbers leave float32 within a few updates.",
    ),
    Preset(
        "range_test",
        "5 · Range test: a rising rate",
        "run=sgd:lr=5~constant:warmup=1000",
        "The rate rises with every update: the loss falls, is lowest at some rate, and then comes up again.",
    ),
    Preset(
        "coarse",
        "6 · Coarse search, a decade apart",
        "steps=300&run=sgd:lr=0.001&run=sgd:lr=0.01&run=sgd&run=sgd:lr=1&run=sgd:lr=10",
        "Five rates, each ten times the last: the lowest training loss is at neither end, so the range is wide enough.",
    ),
    Preset(
        "curves",
        "7 · Read the curves: too low, good, too high",
        "steps=300&run=sgd:lr=0.001&run=sgd&run=sgd:lr=5",
        "The low rate has not come below 1 after 300 updates, the good one is below 0.1, the high one ends above both.",
    ),
    Preset(
        "bad_start",
        "Atlas: a bad initialization",
        "model=mlp:depth=4&init=normal&init=he_normal&steps=300&run=sgd&run=sgd",
        "Five layers of weights of 0.01 pass nothing on: the loss stays at ln 10, while He's weights learn at once.",
    ),
    Preset(
        "overfitting",
        "Atlas: overfitting",
        "data=moons:noise=0.4&model=mlp:width=128&steps=3000&train=60&run=adam:lr=0.01",
        "The training loss goes on falling while the validation loss has turned round: stop early.",
    ),
    Preset(
        "underfitting",
        "Atlas: underfitting",
        "data=spirals&model=mlp:depth=0&run=sgd",
        "A straight border cannot wind: more than a quarter of the training samples stay wrong, and as many of the others.",
    ),
    Preset(
        "labels",
        "Atlas: a bug in the labels",
        "steps=3000&label_noise=1&run=adam",
        "All labels drawn at random: 99 % of the training set is learned by heart, the validation set stays at chance.",
    ),
    Preset(
        "he_xavier",
        "He against Xavier",
        "model=mlp:depth=6&init=he_normal&init=glorot_normal&steps=300&run=sgd:lr=0.02&run=sgd:lr=0.02",
        "Six ReLU layers, the same batches: after 300 updates He's weights have less than half the training loss.",
    ),
    Preset(
        "batch_norm",
        "Batch norm, on and off",
        "model=mlp:depth=6&init=normal:std=0.05&norm=none&norm=batch&steps=300&run=sgd&run=sgd",
        "Weights too small for six layers: without a normalization nothing is learned, with batch norm it is.",
    ),
    Preset(
        "dying",
        "Dying ReLUs",
        "steps=300&run=sgd:lr=1",
        "At a rate of 1 more than a fifth of the ReLUs of the second layer are dead: slope 0 for every sample looked at.",
    ),
    Preset(
        "regions",
        "A border that bends",
        "data=moons&model=mlp:width=16&run=adam:lr=0.01",
        "A thousand updates bend the border around both moons: more than 98 % of the validation samples are right.",
    ),
)
