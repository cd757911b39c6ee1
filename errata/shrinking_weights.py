"""13. What shrinks from layer to layer."""

from dataclasses import replace

import numpy as np

from core.types import Param, Values, spec
from engines.descent.codec import number_text
from engines.signal.network import initializer_params, network
from engines.signal.statistics import Signal, signal
from errata._record import Axes, Entry, Live, Mark, Outcome, Quantity

WIDTH, DEPTH, BATCH = 256, 10, 64


def layers(activation: str, init: str, **values: float) -> Signal:
    usual = network(activation, init, width=WIDTH, depth=DEPTH, batch=BATCH)
    return signal(replace(usual, init=spec(init, initializer_params(init), **values)))


def run(values: Values) -> Outcome:
    fixed, tanh, linear = layers("tanh", "normal", std=values.std), layers("tanh", "lecun"), layers("identity", "lecun")
    numbers = {
        "weights_first": float(fixed.weight_std[0]),
        "weights_last": float(fixed.weight_std[-1]),
        "outputs_first": float(fixed.std[0]),
        "outputs_last": float(fixed.std[-1]),
        "tanh_last": float(tanh.std[-1]),
        "linear_last": float(linear.std[-1]),
    }
    theory = {
        "weights_first": values.std,
        "weights_last": values.std,
        "outputs_last": float(fixed.predicted.std[-1]),
        "tanh_last": float(tanh.predicted.std[-1]),
        "linear_last": 1.0,
    }
    at = np.arange(1, DEPTH + 1)
    lines = (fixed.weight_std, fixed.std, tanh.weight_std, tanh.std, linear.std)
    return Outcome(numbers, theory, (tuple((at, line) for line in lines),))


def judge(numbers):
    weights = numbers["weights_last"] / numbers["weights_first"]
    outputs = numbers["outputs_last"] / numbers["outputs_first"]
    return "right" if weights < 0.9 else "wrong" if outputs < 0.9 else "depends"


entry = Entry(
    key="shrinking_weights",
    number=13,
    lectures=("004",),
    title="The weights shrink",
    claim="With a small initialization the weights are said to shrink from layer to layer; with Xavier's the variance is kept.",
    tested=(
        "Ten layers of 256 units: the spread of the weights and of the outputs, for one spread of all weights and for "
        "1/√fan-in."
    ),
    params=(Param("std", r"\sigma", 0.01, 0.005, 0.2, "log", "Spread of the weights."),),
    quantities=(
        Quantity("weights_first", "spread of the weights, layer 1"),
        Quantity("weights_last", "spread of the weights, layer 10"),
        Quantity("outputs_first", "spread of the outputs, layer 1"),
        Quantity("outputs_last", "spread of the outputs, layer 10"),
        Quantity("tanh_last", "1/√fan-in, tanh: spread of the outputs, layer 10"),
        Quantity("linear_last", "1/√fan-in, linear: spread of the outputs, layer 10"),
    ),
    axes=(
        Axes(
            "layer",
            "spread",
            (
                Mark("weights, the spread set above", "dashed", 1),
                Mark("outputs, the spread set above"),
                Mark("weights, 1/√fan-in", "dashed", 3),
                Mark("outputs, 1/√fan-in, tanh"),
                Mark("outputs, 1/√fan-in, linear"),
            ),
            log_y=True,
        ),
    ),
    run=run,
    judge=judge,
    findings={
        "wrong": (
            "The weights are as large in the last layer ({weights_last}) as in the first ({weights_first}). The outputs "
            "shrink, from {outputs_first} to {outputs_last}. And 1/√fan-in keeps the variance of a linear unit only: "
            "{linear_last}; under tanh the spread has fallen to {tanh_last}."
        ),
        "depends": (
            "With this spread nothing shrinks: weights {weights_first} and {weights_last}, outputs {outputs_first} and "
            "{outputs_last}."
        ),
        "right": "The weights go from {weights_first} to {weights_last}.",
    },
    instead=(
        "The activations shrink. Xavier's rule keeps their variance as far as the unit is linear; ReLU needs twice the "
        "variance."
    ),
    latex=(r"\operatorname{Var}(z_l) = n\, \operatorname{Var}(W)\, \mathbb E[h_{l-1}^2]",),
    live=lambda values: Live(
        "initialization",
        f"activation=tanh&activation=tanh&activation=identity&init=normal:std={number_text(values.std)}&init=lecun&init=lecun"
        f"&width={WIDTH}&batch={BATCH}",
    ),
    lab=lambda values: Live(
        "training",
        "model=mlp:depth=6&activation=tanh&activation=tanh&activation=identity"
        f"&init=normal:std={number_text(values.std)}&init=lecun&init=lecun&steps=300&run=sgd&run=sgd&run=sgd",
    ),
)
