"""Cards: initialization."""

# ruff: noqa: E501  a check is one expression beside its sentence

import numpy as np

from core.claims import falls, level
from pages.lectures.card import Card

CARDS = (
    Card(
        "three_sizes",
        "Too small, too big, just right",
        "Ten tanh layers: weights of 0.01 let the signal fade, of 1 saturate nine units in ten, of 1/√n pass a third of it on.",
        "initialization",
        ("001", "002"),
        "initialization",
        "init=normal&init=normal:std=1&init=lecun&batch=1000",
        show="spread",
        holds=lambda n: (
            n[0].std[-1] < 1e-6 and (abs(n[1].saturated - 0.9) < 0.02).all() and 0.3 < n[2].std[-1] / n[2].std[0] < 0.4
        ),
    ),
    Card(
        "small_weights",
        "Ten layers from 0.01",
        "The outputs shrink on the way up and the gradient on the way down; their product, for the weights, is alike in all layers.",
        "initialization",
        ("002",),
        "initialization",
        "activation=tanh&init=normal&batch=1000",
        holds=lambda n: falls(n[0].std, 0.3) and falls(n[0].grad_std[::-1], 0.3) and level(n[0].weight_grad_norm, 0.1),
    ),
    Card(
        "large_weights",
        "Ten layers from 1.0",
        "Nine outputs in ten are near −1 or 1; the slopes there are small, and yet the gradient that arrives explodes.",
        "initialization",
        ("002",),
        "initialization",
        "activation=tanh&init=normal:std=1&batch=1000",
        holds=lambda n: n[0].saturated.min() > 0.88 and n[0].grad_std[0] > 1e4 * n[0].grad_std[-1],
    ),
    Card(
        "xavier",
        "Ten layers from 1/√n",
        "The rule that the lectures call Xavier keeps the outputs spread out, though tanh narrows them layer by layer.",
        "initialization",
        ("002", "003", "004"),
        "initialization",
        "activation=tanh&init=lecun&batch=1000",
        holds=lambda n: falls(n[0].std) and n[0].std[-1] > 0.2,
    ),
    Card(
        "wide_small",
        "Six layers of 4096: 0.01",
        "Spreads of 0.49, 0.29, 0.18 and so on down: the histograms of the lecture, computed anew.",
        "initialization",
        ("003", "004"),
        "initialization",
        "activation=tanh&init=normal&width=4096&depth=6&batch=16",
        small="activation=tanh&init=normal:std=0.0283&width=512&depth=6&batch=128",
        holds=lambda n: np.allclose(n[0].std[:3], [0.49, 0.29, 0.18], atol=0.015),
    ),
    Card(
        "wide_large",
        "Six layers of 4096: 0.05",
        "The outputs pile up near −1 and 1 in every layer; the crosses are the numbers that the lecture prints.",
        "initialization",
        ("003", "004"),
        "initialization",
        "activation=tanh&init=normal:std=0.05&width=4096&depth=6&batch=16",
        small="activation=tanh&init=normal:std=0.1414&width=512&depth=6&batch=128",
        holds=lambda n: (n[0].std > 0.84).all() and n[0].saturated.min() > 0.3,
    ),
    Card(
        "wide_xavier",
        "Six layers of 4096: Xavier",
        "Spreads of 0.63, 0.49, 0.41, 0.36, 0.32 and 0.30 are printed, and these are computed: the crosses lie on the curve.",
        "initialization",
        ("003", "004"),
        "initialization",
        "init=lecun&width=4096&depth=6&batch=16",
        holds=lambda n: np.allclose(n[0].std, [0.63, 0.49, 0.41, 0.36, 0.32, 0.30], atol=0.015),
    ),
    Card(
        "relu_xavier",
        "ReLU under the rule for tanh",
        "Half of the signal is cut off in each layer and nothing makes up for it: the outputs fade.",
        "initialization",
        ("002", "003"),
        "initialization",
        "activation=relu&init=lecun&width=4096&depth=6&batch=16",
        small="activation=relu&init=lecun&width=512&depth=6&batch=128",
        holds=lambda n: falls(n[0].std, 0.8) and 0.4 < n[0].saturated.mean() < 0.6,
    ),
    Card(
        "relu_kaiming",
        "ReLU under its own rule",
        "Twice the variance for the half that is lost: every layer is as spread out as the first, to a tenth.",
        "initialization",
        ("002", "003", "004"),
        "initialization",
        "activation=relu&init=he_normal&width=4096&depth=6&batch=16",
        small="activation=relu&init=he_normal&width=512&depth=6&batch=128",
        holds=lambda n: level(n[0].std, 0.1),
    ),
    Card(
        "ten_relu",
        "Ten layers of 500: ReLU, two rules",
        "With 1/√n the spread falls from 0.58 to 0.02, with √(2/n) it goes from 0.83 to 0.73: the lecture's ten layers, computed.",
        "initialization",
        ("002",),
        "initialization",
        "activation=relu&init=lecun&init=he_normal&batch=1000&seed=28",
        show="spread",
        holds=lambda n: (
            np.allclose(n[0].std[[0, -1]], [0.585, 0.023], atol=0.015)
            and np.allclose(n[1].std[[0, -1]], [0.83, 0.73], atol=0.02)
        ),
    ),
    Card(
        "selu",
        "SELU through twenty layers",
        "Weights of 1/√n and SELU: every layer has a spread of 1 to within 2 %, where ReLU's has gone to a thousandth.",
        "initialization",
        ("003",),
        "initialization",
        "activation=selu&activation=relu&init=lecun&batch=1000&depth=20",
        show="spread",
        holds=lambda n: (np.abs(n[0].std - 1) < 0.02).all() and n[1].std[-1] < 0.002,
    ),
    Card(
        "alike",
        "All weights alike",
        "From zeros nothing gets through; from one constant all units of a layer learn the same, but for the last layer.",
        "initialization",
        ("002", "003", "004"),
        "initialization",
        "activation=tanh&init=zeros&init=constant&init=lecun&width=64&depth=5",
        show="spread",
        holds=lambda n: (
            n[0].std.max() == 0
            and (n[0].grad_std[:-1] == 0).all()
            and (n[1].distinct[:-1] == 1).all()
            and n[1].distinct[-1] > 1
        ),
    ),
    Card(
        "chain",
        "Gradients that vanish or explode",
        "Fifteen layers, three sizes of weights: 0.06 leaves less than a hundredth of the gradient, 0.12 makes it 80 times as large.",
        "initialization",
        ("004",),
        "initialization",
        "activation=relu&init=normal:std=0.06&init=normal:std=0.12&init=he_normal&depth=15&width=256",
        show="gradients",
        holds=lambda n: n[0].grad_std[0] < 0.01 and n[1].grad_std[0] > 50 and level(n[2].grad_std, 0.2),
    ),
)
