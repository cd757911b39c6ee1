"""Examples that are known to show their point, for the menu; the first is what the page opens with."""

from core.page import Preset

PRESETS = (
    Preset(
        "classics",
        "The classics: sigmoid, tanh, ReLU",
        "probe=2",
        "Where each is steep, where flat, and which are centred on zero.",
    ),
    Preset(
        "leaky",
        "Leaky ReLU: 0.1 or 0.01?",
        "activation=leaky_relu&activation=leaky_relu:slope=0.01&activation=relu&range=-10,5&probe=-5",
        "The lectures draw a slope of 0.1 and define one of 0.01: both, beside the ReLU whose slope is 0.",
    ),
    Preset(
        "smooth",
        "The smooth ones",
        "activation=gelu&activation=silu&activation=mish&activation=softplus&activation=elu&range=-5,3&probe=-1",
        "All follow ReLU far out; they differ in how deep they dip below zero and how fast they come back.",
    ),
    Preset(
        "zigzag",
        "All-positive inputs: the zig-zag",
        "activation=sigmoid&activation=tanh&rate=1",
        "Outputs that are all positive push both weights up or both down; where one must rise and one fall, the path zig-zags.",
    ),
    Preset(
        "dead",
        "Dead ReLU units",
        "activation=relu&activation=leaky_relu&rate=1",
        "A large rate throws units to where no sample reaches them, and a very negative bias starts there; none comes back.",
    ),
)
