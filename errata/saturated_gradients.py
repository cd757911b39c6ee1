"""12. Saturated units, and a gradient that explodes all the same."""

from dataclasses import replace

import numpy as np

from core.types import Param, Values, spec
from engines.activation import curve
from engines.descent.codec import number_text
from engines.signal.network import Network, initializer_params, network
from engines.signal.statistics import signal
from errata._record import Axes, Entry, Live, Mark, Outcome, Quantity

WIDTH, DEPTH, BATCH = 256, 10, 64
SATURATED = 20  # %, from which on a layer counts as saturated


def tanh_network(std: float) -> Network:
    """Ten tanh layers whose weights have this spread."""
    usual = network("tanh", "normal", width=WIDTH, depth=DEPTH, batch=BATCH)
    return replace(usual, init=spec("normal", initializer_params("normal"), std=std))


def lectures_network() -> Network:
    """Six layers of 4096 from 0.05 as six of 512 with the same σ√n: as much saturation, the same growth."""
    usual = network("tanh", "normal", width=512, depth=6, batch=64)
    return replace(usual, init=spec("normal", initializer_params("normal"), std=0.05 * (4096 / 512) ** 0.5))


def run(values: Values) -> Outcome:
    chosen = tanh_network(values.std)
    got, small = signal(chosen), signal(tanh_network(0.01))
    lecture = signal(lectures_network())
    inside = values.std * (WIDTH * float(got.std[-2] ** 2 + got.mean[-2] ** 2)) ** 0.5  # spread of the last pre-activations
    numbers = {
        "saturated": 100 * float(got.saturated[-1]),
        "slope": float(got.local_grad_std[-1] / got.grad_std[-1]),
        "ratio": float(got.grad_std[0] / got.grad_std[-1]),
        "lecture_saturated": 100 * float(lecture.saturated[-1]),
        "lecture_ratio": float(lecture.grad_std[0] / lecture.grad_std[-1]),
        "small_saturated": 100 * float(small.saturated[-1]),
        "small_ratio": float(small.grad_std[0] / small.grad_std[-1]),
    }
    theory = {
        "slope": curve.expected(chosen.activation, 0.0, inside).slope_square ** 0.5,
        "ratio": float(got.predicted.grad_std[0] / got.predicted.grad_std[-1]),
        "small_ratio": float(small.predicted.grad_std[0] / small.predicted.grad_std[-1]),
    }
    layers = np.arange(1, DEPTH + 1)
    lines = (got.std, got.grad_std, got.predicted.grad_std, small.std, small.grad_std)
    return Outcome(numbers, theory, (tuple((layers, line) for line in lines),))


def judge(numbers):
    if numbers["saturated"] < SATURATED or 0.1 <= numbers["ratio"] <= 1:
        return "depends"
    return "right" if numbers["ratio"] < 0.1 else "wrong"


entry = Entry(
    key="saturated_gradients",
    number=12,
    lectures=("002", "003", "004"),
    title="Saturated, so the gradients are zero",
    claim="With large weights almost all units are saturated, so the gradients are zero and nothing learns.",
    tested="Ten tanh layers of 256 units. A gradient of spread 1 is put in at the top and followed down to the first layer.",
    params=(Param("std", r"\sigma", 1.0, 0.005, 2.0, "log", "Spread of the weights."),),
    quantities=(
        Quantity("saturated", "saturated units in the last layer, %"),
        Quantity("slope", "typical slope of a unit there (root mean square)"),
        Quantity("ratio", "gradient at the first layer / gradient at the last"),
        Quantity("lecture_saturated", "the lecture's 0.05 at 4096, as 0.14 at 512: saturated units, %"),
        Quantity("lecture_ratio", "the same: gradient at the first layer / at the last"),
        Quantity("small_saturated", "weights of 0.01: saturated units, %"),
        Quantity("small_ratio", "weights of 0.01: gradient at the first layer / at the last"),
    ),
    axes=(
        Axes(
            "layer",
            "spread",
            (
                Mark("outputs, the weights set above"),
                Mark("gradient, the weights set above"),
                Mark("gradient, by theory", "dashed", 1),
                Mark("outputs, weights of 0.01"),
                Mark("gradient, weights of 0.01"),
            ),
            log_y=True,
        ),
    ),
    run=run,
    judge=judge,
    findings={
        "wrong": (
            "{saturated} % of the units are saturated and a slope is typically {slope}: small, but the weights more than make"
            " up for it. On the way down the gradient grows {ratio} times. With the lecture's own weights "
            "{lecture_saturated} % are saturated, and it grows {lecture_ratio} times."
        ),
        "depends": (
            "{saturated} % of the units are saturated, and the gradient changes by a factor of {ratio} on the way down. With "
            "weights of 0.01 {small_saturated} % are, and that is where the gradient vanishes: {small_ratio}."
        ),
        "right": "{saturated} % of the units are saturated, and the gradient shrinks to {ratio}.",
    },
    instead=(
        "Saturated units have small slopes; what arrives below is the product of slopes and weights. Look at outputs and "
        "gradients, layer by layer. Small weights make both vanish."
    ),
    latex=(r"\operatorname{Var}(\delta_{l-1}) = n\,\sigma^2\; \mathbb E[f'(z_l)^2]\; \operatorname{Var}(\delta_l)",),
    live=lambda values: Live(
        "initialization",
        f"init=normal:std={number_text(values.std)}&init=normal&width={WIDTH}&batch={BATCH}"
        if values.std != 0.01
        else f"init=normal&init=lecun&width={WIDTH}&batch={BATCH}",
    ),
    # A quarter of the width, twice the spread: as far into saturation, with the gradients of a training beside it.
    lab=lambda values: Live(
        "training",
        f"model=mlp:depth=6&activation=tanh&init=normal:std={number_text(min(2 * values.std, 2.0))}&steps=300&run=sgd",
    ),
)
