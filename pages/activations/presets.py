"""Examples that are known to show their point, for the menu; the first is what the page opens with."""

# ruff: noqa: E501  a check is one expression beside its sentence

import numpy as np

from core.page import Preset
from engines.activation.curve import curve, tails
from engines.activation.learning import dying, zigzag

PRESETS = (
    Preset(
        "classics",
        "The classics: sigmoid, tanh, ReLU",
        "probe=2",
        "The first two are flat at both ends and steepest at 0; ReLU is flat on the left only.",
        holds=lambda a: (
            [tails(x) for x in a.activations[2:]] == [(0.0, np.inf)]
            and all(np.isfinite(tails(x)).all() for x in a.activations[:2])
        ),
    ),
    Preset(
        "leaky",
        "Leaky ReLU: 0.1 or 0.01?",
        "activation=leaky_relu&activation=leaky_relu:slope=0.01&activation=relu&range=-10,5&probe=-5",
        "The lectures draw a slope of 0.1 and define one of 0.01: both, beside the ReLU whose slope is 0.",
        holds=lambda a: [round(float(curve(x, np.array([-5.0]))[1][0]), 3) for x in a.activations] == [0.1, 0.01, 0.0],
    ),
    Preset(
        "smooth",
        "The smooth ones",
        "activation=gelu&activation=silu&activation=mish&activation=softplus&activation=elu&range=-5,3&probe=-1",
        "All follow ReLU far to the right; they differ in how deep they dip below zero.",
        holds=lambda a: (
            all(abs(curve(x, np.array([12.0]))[0][0] - 12) < 1e-3 for x in a.activations)
            and len({round(float(curve(x, np.linspace(-9, 0, 900))[0].min()), 2) for x in a.activations}) == 5
        ),
    ),
    Preset(
        "zigzag",
        "All-positive inputs: the zig-zag",
        "activation=sigmoid&activation=tanh&rate=1",
        "Outputs that are all positive push both weights up or both down; where one must rise and one fall, the path zig-zags.",
        holds=lambda a: (
            zigzag(a.activations[0], a.rate).same_sign == 1 > zigzag(a.activations[1], a.rate).same_sign
            and zigzag(a.activations[0], a.rate).length > 1.5 * zigzag(a.activations[0], a.rate).distance
        ),
    ),
    Preset(
        "dead",
        "Dead ReLU units",
        "activation=relu&activation=leaky_relu&rate=1",
        "A large rate throws units to where no sample reaches them, and a very negative bias starts there; here none comes back.",
        holds=lambda a: (
            (lambda d: d.dead[-1] > 0 and (np.diff(d.dead) >= 0).all())(dying(a.activations[0], a.rate, a.bias))
            and dying(a.activations[0], 0.01, -8.0).dead[0] > 0 == dying(a.activations[1], a.rate, a.bias).dead.max()
        ),
    ),
)
