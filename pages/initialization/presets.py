"""Examples that are known to show their point, for the menu; the first is what the page opens with."""

# ruff: noqa: E501  a check is one expression beside its sentence

import numpy as np

from core.claims import falls, level
from core.page import Preset

PRESETS = (
    Preset(
        "three",
        "Too small, too big, just right",
        "init=normal&init=normal:std=1&init=lecun",
        "Ten tanh layers: weights of 0.01 let the signal fade, of 1 saturate nine units in ten, of 1/√n pass a third of it on.",
        holds=lambda n: (
            n[0].std[-1] < 1e-6 and (abs(n[1].saturated - 0.9) < 0.02).all() and 0.3 < n[2].std[-1] / n[2].std[0] < 0.4
        ),
    ),
    Preset(
        "tanh_001",
        "Six layers, tanh, 0.01",
        "width=4096&depth=6&batch=16",
        "The outputs shrink on the way up and the gradient on the way down; their product, for the weights, is alike in all layers.",
        holds=lambda n: falls(n[0].std, 0.7) and falls(n[0].grad_std[::-1], 0.7) and level(n[0].weight_grad_norm, 0.1),
    ),
    Preset(
        "tanh_005",
        "Six layers, tanh, 0.05",
        "init=normal:std=0.05&width=4096&depth=6&batch=16",
        "A third of the outputs saturate near −1 and 1, and yet the gradient grows on its way down: the weights outweigh the slopes.",
        printed={"mean": (0, 0, 0, 0, 0, 0), "std": (0.87, 0.85, 0.85, 0.85, 0.85, 0.85)},
        holds=lambda n: n[0].saturated.min() > 0.3 and n[0].grad_std[0] > 3 * n[0].grad_std[-1],
    ),
    Preset(
        "tanh_xavier",
        "Six layers, tanh, Xavier",
        "init=lecun&width=4096&depth=6&batch=16",
        "Weights of 1/√fan-in keep the signal alive, but under tanh its spread still falls from layer to layer.",
        printed={"std": (0.63, 0.49, 0.41, 0.36, 0.32, 0.3)},
        holds=lambda n: (
            falls(n[0].std) and n[0].std[-1] > 0.25 and np.allclose(n[0].std, [0.63, 0.49, 0.41, 0.36, 0.32, 0.30], atol=0.015)
        ),
    ),
    Preset(
        "relu_xavier",
        "Six layers, ReLU, Xavier",
        "activation=relu&init=lecun&width=4096&depth=6&batch=16",
        "ReLU throws half of the signal away at every layer, and weights made for tanh do not make up for it.",
        printed={"mean": (0.39, 0.28, 0.2, 0.14, 0.1, 0.07), "std": (0.58, 0.41, 0.3, 0.21, 0.15, 0.1)},
        holds=lambda n: falls(n[0].std, 0.8) and 0.4 < n[0].saturated.mean() < 0.6,
    ),
    Preset(
        "relu_kaiming",
        "Six layers, ReLU, Kaiming",
        "activation=relu&init=he_normal&width=4096&depth=6&batch=16",
        "Twice the variance makes up for the half that ReLU throws away: every layer is like the first, to a tenth.",
        printed={"mean": (0.57, 0.57, 0.56, 0.55, 0.55, 0.55), "std": (0.83, 0.83, 0.83, 0.81, 0.81, 0.81)},
        holds=lambda n: level(n[0].std, 0.1),
    ),
    Preset(
        "tanh_ten",
        "Ten layers, tanh: 0.01, 1 and Xavier",
        "init=normal&init=normal:std=1&init=lecun&batch=1000&seed=28",
        "The ten layers of 500 units and 1000 samples of the lecture, under its three kinds of weights.",
        holds=lambda n: (
            all(s.network.batch == 1000 and s.network.width == 500 and s.network.depth == 10 for s in n)
            and n[0].std[-1] < 1e-6 < 0.9 < n[1].std[-1]
        ),
    ),
    Preset(
        "relu_ten",
        "Ten layers, ReLU: Xavier against He",
        "activation=relu&init=lecun&init=he_normal&batch=1000&seed=28",
        "Ten layers of 500: with 1/√fan-in the spread falls from layer to layer, with √(2/fan-in) nine tenths of it are left.",
        holds=lambda n: falls(n[0].std, 0.8) and n[1].std[-1] / n[1].std[0] > 0.8,
    ),
    Preset(
        "alike",
        "All weights alike",
        "init=zeros&init=constant&init=lecun&width=64&depth=5",
        "From zero nothing gets through; from one constant all units of a layer, but for the last one, get the same gradient.",
        holds=lambda n: (n[0].grad_std[:-1] == 0).all() and (n[1].distinct[:-1] == 1).all() and n[1].distinct[-1] > 1,
    ),
    Preset(
        "rescued",
        "Batch norm rescues bad weights",
        "norm=none&norm=batch&norm=layer",
        "Weights that fade out by themselves, and the same behind batch norm and layer norm.",
        holds=lambda n: n[0].std[-1] < 1e-6 and all(level(s.std, 0.05) for s in n[1:]),
    ),
)
