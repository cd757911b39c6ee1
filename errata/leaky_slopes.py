"""9. Two slopes under one name, and PReLU as a maximum."""

import numpy as np

from core.types import Param, Spec, Values
from engines.activation import curve
from engines.descent.codec import number_text
from errata._record import Axes, Entry, Live, Mark, Outcome, Quantity, Symbols

X, LAYERS = np.linspace(-3, 3, 121), 10
SWEEP = np.linspace(-1, 2, 31)


def prelu(alpha: float) -> np.ndarray:
    """The definition [121], by the activation that the app draws."""
    return curve.curve(Spec("prelu", {"alpha": alpha}), X)[0]


def apart(alpha: float) -> float:
    """Largest difference between the definition and max(αx, x)."""
    return float(np.abs(prelu(alpha) - curve.prelu_as_max(alpha, X)).max())


def left(slope: float) -> float:
    """What LAYERS units of this slope leave of a gradient's size over N(0, 1), by the activation's own derivative."""
    return float(curve.product(Spec("leaky_relu", {"slope": slope}), LAYERS)["typical"][-1])


def run(values: Values) -> Outcome:
    gaps = np.array([apart(alpha) for alpha in SWEEP])
    numbers = {
        "gallery": left(0.1),
        "detail": left(0.01),
        "here": apart(values.alpha),
        "below": float(gaps[SWEEP <= 1].max()),
        "above": float(gaps[SWEEP > 1].max()),
    }
    theory = {
        "gallery": ((1 + 0.1**2) / 2) ** (LAYERS / 2),
        "detail": ((1 + 0.01**2) / 2) ** (LAYERS / 2),
        "here": max(values.alpha - 1, 0.0) * 3,
        "below": 0.0,
        "above": 3.0,
    }
    leaky = [curve.curve(Spec("leaky_relu", {"slope": slope}), X)[0] for slope in (0.1, 0.01)]
    shapes = ((X, prelu(values.alpha)), (X, curve.prelu_as_max(values.alpha, X)))
    return Outcome(numbers, theory, (shapes, ((X, leaky[0]), (X, leaky[1]))))


def judge(numbers):
    if numbers["below"] > 1e-9:
        return "wrong"
    return "depends" if numbers["above"] > 1e-9 else "right"


entry = Entry(
    key="leaky_slopes",
    number=9,
    lectures=("002", "003"),
    title="Leaky slopes, PReLU as a maximum",
    claim="One lecture draws the leaky ReLU with a slope of 0.1 and defines it with 0.01. PReLU is written as max(αx, x).",
    tested=(
        "What ten layers leave of a gradient over Gaussian inputs, for both slopes; and PReLU by its definition against "
        "the maximum, for α from −1 to 2."
    ),
    params=(Param("alpha", r"\alpha", 1.5, -1.0, 2.0, "linear", "Slope of PReLU for negative inputs."),),
    quantities=(
        Quantity("gallery", "slope 0.1: what ten layers leave of a gradient"),
        Quantity("detail", "slope 0.01: what ten layers leave of a gradient"),
        Quantity("here", "PReLU against the maximum, largest difference, the α set above"),
        Quantity("below", "the same over all α ≤ 1"),
        Quantity("above", "the same over all α > 1"),
    ),
    axes=(
        Axes(Symbols("x"), Symbols("f(x)"), (Mark("PReLU by definition"), Mark(Symbols("max(αx, x)"), "dashed"))),
        Axes(Symbols("x"), Symbols("f(x)"), (Mark("leaky ReLU, slope 0.1"), Mark("leaky ReLU, slope 0.01", "dashed"))),
    ),
    run=run,
    judge=judge,
    findings={
        "depends": (
            "The maximum is PReLU for α ≤ 1 (largest difference {below}); above 1 it takes the other branch, and is off by up"
            " to {above}. α is learned, and nothing holds it below 1. The two leaky slopes leave {gallery} and {detail} of a "
            "gradient after ten layers: little difference, but two functions under one name."
        ),
        "wrong": "The maximum differs from the definition even for α ≤ 1, by {below}.",
        "right": "The maximum agrees with the definition for every α tried.",
    },
    instead="Give the slope with the name. PReLU by its two branches.",
    latex=(r"f(x) = \begin{cases} x & x > 0 \\ \alpha\,x & x \le 0 \end{cases} = \max(0, x) + \alpha \min(0, x)",),
    live=lambda values: Live(
        "activations",
        f"activation=leaky_relu&activation=leaky_relu:slope=0.01&activation=prelu:alpha={number_text(values.alpha)}&range=-5,5",
    ),
)
