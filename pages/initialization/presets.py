"""Examples that are known to show their point, for the menu; the first is what the page opens with."""

from core.page import Preset

PRESETS = (
    Preset(
        "three",
        "Too small, too big, just right",
        "init=normal&init=normal:std=1&init=lecun",
        "Ten tanh layers of 500 units: weights of 0.01 fade out, of 1 saturate, of 1/√fan-in pass the signal on.",
    ),
    Preset(
        "tanh_001",
        "Six layers, tanh, 0.01",
        "width=4096&depth=6&batch=16",
        "The outputs shrink towards zero layer by layer, and the weight gradients with them.",
    ),
    Preset(
        "tanh_005",
        "Six layers, tanh, 0.05",
        "init=normal:std=0.05&width=4096&depth=6&batch=16",
        "The outputs saturate near −1 and 1; the gradient that arrives is small only where the slopes outweigh the weights.",
        {"mean": (0, 0, 0, 0, 0, 0), "std": (0.87, 0.85, 0.85, 0.85, 0.85, 0.85)},
    ),
    Preset(
        "tanh_xavier",
        "Six layers, tanh, Xavier",
        "init=lecun&width=4096&depth=6&batch=16",
        "Weights of 1/√fan-in keep the signal alive, but under tanh its spread still falls from layer to layer.",
        {"std": (0.63, 0.49, 0.41, 0.36, 0.32, 0.30)},
    ),
    Preset(
        "relu_xavier",
        "Six layers, ReLU, Xavier",
        "activation=relu&init=lecun&width=4096&depth=6&batch=16",
        "ReLU throws half of the signal away at every layer, and weights made for tanh do not make up for it.",
        {"mean": (0.39, 0.28, 0.20, 0.14, 0.10, 0.07), "std": (0.58, 0.41, 0.30, 0.21, 0.15, 0.10)},
    ),
    Preset(
        "relu_kaiming",
        "Six layers, ReLU, Kaiming",
        "activation=relu&init=he_normal&width=4096&depth=6&batch=16",
        "Twice the variance makes up for the half that ReLU throws away: every layer is like the first.",
        {"mean": (0.57, 0.57, 0.56, 0.55, 0.55, 0.55), "std": (0.83, 0.83, 0.83, 0.81, 0.81, 0.81)},
    ),
    Preset(
        "tanh_ten",
        "Ten layers, tanh: 0.01, 1 and Xavier",
        "init=normal&init=normal:std=1&init=lecun&batch=1000&seed=28",
        "The ten layers of 500 units and 1000 samples of the lecture, under its three kinds of weights.",
    ),
    Preset(
        "relu_ten",
        "Ten layers, ReLU: Xavier against He",
        "activation=relu&init=lecun&init=he_normal&batch=1000&seed=28",
        "Ten layers of 500: with 1/√fan-in the spread falls from layer to layer, with √(2/fan-in) it stays.",
    ),
    Preset(
        "alike",
        "All weights alike",
        "init=zeros&init=constant&init=lecun&width=64&depth=5",
        "From zero nothing gets through; from one constant all units of a layer get the same gradient and stay alike for ever.",
    ),
    Preset(
        "rescued",
        "Batch norm rescues bad weights",
        "norm=none&norm=batch&norm=layer",
        "Weights that fade out by themselves, and the same behind batch norm and layer norm.",
    ),
)
