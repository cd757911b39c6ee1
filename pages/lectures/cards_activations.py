"""Cards: activations."""

# ruff: noqa: E501  a check is one expression beside its sentence

import numpy as np

from core.claims import level
from core.types import Spec
from engines.activation.curve import curve, kinks, product, tails
from engines.activation.learning import dying, zigzag
from engines.signal.network import network
from engines.signal.statistics import signal
from pages.lectures.card import Card

CARDS = (
    Card(
        "classics",
        "Sigmoid, tanh, ReLU",
        "Values beside slopes: the first two are flat at both ends, the third on one side only.",
        "activations",
        ("000", "001", "002", "003", "004"),
        "activations",
        "activation=sigmoid&activation=tanh&activation=relu&range=-6,6&probe=2",
        holds=lambda a: (
            [tails(x) for x in a.activations[2:]] == [(0.0, np.inf)]
            and all(np.isfinite(tails(x)).all() for x in a.activations[:2])
        ),
    ),
    Card(
        "saturation",
        "Where a sigmoid saturates",
        "At 0 the slope is a quarter, at ±10 less than a ten-thousandth: a unit out there learns next to nothing.",
        "activations",
        ("002", "003", "004"),
        "activations",
        "activation=sigmoid&activation=tanh&probe=10",
        holds=lambda a: (
            abs(curve(a.activations[0], np.array([0.0]))[1][0] - 0.25) < 1e-9
            and curve(a.activations[0], np.array([-10.0, 10.0]))[1].max() < 1e-4
        ),
    ),
    Card(
        "leaky",
        "Leaky ReLU and its relatives",
        "A slope of 0.1 as it is drawn, of 0.01 as it is defined, a learned one, and a bend in place of a line.",
        "activations",
        ("000", "001", "002", "003", "004"),
        "activations",
        "activation=leaky_relu&activation=leaky_relu:slope=0.01&activation=prelu&activation=elu&range=-10,4&probe=-5",
        holds=lambda a: [round(float(curve(x, np.array([-5.0]))[1][0]), 3) for x in a.activations[:2]] == [0.1, 0.01],
    ),
    Card(
        "smooth",
        "SELU and GELU",
        "One is scaled so that deep signals keep their size, the other weighs an input by the share of a Gaussian below it.",
        "activations",
        ("003",),
        "activations",
        "activation=selu&activation=gelu&activation=relu&range=-4,3&probe=-1",
        holds=lambda a: (
            (lambda s: level(s.std, 0.03))(signal(network("selu", "lecun", width=256, depth=6, batch=256)))
            and abs(curve(a.activations[1], np.array([1.0]))[0][0] - 0.8413) < 1e-3
        ),
    ),
    Card(
        "maxout",
        "Maxout",
        "The larger of two straight lines, which are learned; it takes twice the weights and saturates only where a line is level.",
        "activations",
        ("000", "001", "002", "003"),
        "activations",
        "activation=maxout&activation=relu&range=-4,4&probe=1",
        holds=lambda a: (
            tails(a.activations[0]) == (-np.inf, np.inf)
            and tails(Spec("maxout", {**a.activations[0].values, "w1": 1.0, "w2": 0.0})) == (0.0, np.inf)
        ),
    ),
    Card(
        "same_sign",
        "Gradients of one sign",
        "Inputs that are all positive push both weights up, or both down: the way to a mixed target is a zig-zag.",
        "activations",
        ("002", "003"),
        "activations",
        "activation=sigmoid&activation=tanh&rate=1",
        show="zigzag",
        holds=lambda a: (
            zigzag(a.activations[0], a.rate).same_sign == 1 > zigzag(a.activations[1], a.rate).same_sign
            and zigzag(a.activations[0], a.rate).length > 1.5 * zigzag(a.activations[0], a.rate).distance
        ),
    ),
    Card(
        "kink",
        "The slope at the corner",
        "At x = 0 a ReLU has a corner and no slope. A program has to take one: here 0, and 0.1 for the leaky one.",
        "activations",
        ("002", "003"),
        "activations",
        "activation=relu&activation=leaky_relu&range=-2,2",
        holds=lambda a: (
            [float(curve(unit, np.zeros(1))[1][0]) for unit in a.activations] == [0, 0.1]
            and [kinks(unit) for unit in a.activations] == [[0.0], [0.0]]
            and a.probe == 0
        ),
    ),
    Card(
        "dead",
        "Dead ReLU units",
        "After a few steps that were too large, no sample reaches these units any more, and nothing brings them back.",
        "activations",
        ("000", "002", "003"),
        "activations",
        "activation=relu&activation=leaky_relu&rate=2&bias=-1",
        show="dead",
        holds=lambda a: (
            (lambda d: d.dead[-1] > 10 and (np.diff(d.dead[5:]) >= 0).all())(dying(a.activations[0], a.rate, a.bias))
            and dying(a.activations[1], a.rate, a.bias).dead.max() == 0
        ),
    ),
    Card(
        "vanishing",
        "What twenty slopes leave",
        "A quarter at best, layer upon layer: the slopes of twenty sigmoids leave less than 1e-12; only weights can make up for it.",
        "activations",
        ("004",),
        "activations",
        "activation=sigmoid&activation=tanh&activation=relu&depth=20",
        show="slopes",
        holds=lambda a: product(a.activations[0], 20)["largest"][-1] < 1e-12,
    ),
)
