"""6. Adam without bias correction: first steps too large, or too small."""

import numpy as np

from core.types import Param, Values
from engines.descent.codec import number_text
from errata._descend import SLOPE, descend
from errata._record import Axes, Entry, Line, Live, Outcome, Quantity, Symbols, bisect

STEPS, EPS, USUAL, SHORT = 1000, 1e-12, 0.999, 0.9  # two values of β₂ that are in use
LECTURE = 0.9, 0.99  # β₁ and β₂ of the one that says too small
IN_USE = (1e-6, 0.9998)  # between which anyone would choose β₂


def ratio(b1: float, b2: float, steps: int) -> np.ndarray:
    """Uncorrected step over corrected step [steps], under a gradient that never changes."""
    uncorrected, corrected = (
        np.diff(descend("adam", 1.0, steps, (0, 0), SLOPE, b1=b1, b2=b2, eps=EPS, bias_correction=on).x[:, 0]) for on in (0, 1)
    )
    return uncorrected / corrected


def formula(b1: float, b2: float, t: np.ndarray) -> np.ndarray:
    return (1 - b1**t) / np.sqrt(1 - b2**t)


def run(values: Values) -> Outcome:
    t = np.arange(1, STEPS + 1)
    measured, chosen = ratio(values.b1, values.b2, STEPS), int(values.t)
    lecture = ratio(*LECTURE, STEPS)
    numbers = {
        "first": float(measured[0]),
        "at": float(measured[chosen - 1]),
        "flip": bisect(lambda b2: ratio(values.b1, b2, 1)[0] < 1, 0.0, 1 - 1e-9),
        "long": float(ratio(values.b1, USUAL, 1)[0]),
        "short": float(ratio(values.b1, SHORT, 1)[0]),
        "lecture": float(lecture[0]),
        "lecture_most": float(lecture.max()),
    }
    theory = {
        "first": float(formula(values.b1, values.b2, np.array(1))),
        "at": float(formula(values.b1, values.b2, np.array(chosen))),
        "flip": 1 - (1 - values.b1) ** 2,
        "long": float(formula(values.b1, USUAL, np.array(1))),
        "short": float(formula(values.b1, SHORT, np.array(1))),
        "lecture": float(formula(*LECTURE, np.array(1))),
        "lecture_most": float(formula(*LECTURE, t).max()),
    }
    shown = np.unique(np.geomspace(1, STEPS, 40).astype(int)) - 1
    one = np.ones(2)
    picture = (
        (t[shown], measured[shown]),
        (t[shown], formula(values.b1, values.b2, t[shown])),
        (t[shown], ratio(values.b1, USUAL, STEPS)[shown]),
        (t[shown], ratio(values.b1, SHORT, STEPS)[shown]),
        (t[[0, -1]], one),
    )
    return Outcome(numbers, theory, (picture,))


def judge(numbers):
    return "depends" if IN_USE[0] < numbers["flip"] < IN_USE[1] else "right" if numbers["first"] > 1 else "wrong"


entry = Entry(
    key="bias_correction",
    number=6,
    lectures=("000", "001", "004"),
    title="Adam without bias correction",
    claim="Two lectures say that the first step is too large without bias correction, one says that it is too small.",
    tested=(
        "Adam with and without correction under a gradient that never changes: the ratio of the two steps, update by "
        "update. Then a search for the β₂ at which the first step is neither too large nor too small."
    ),
    params=(
        Param("b1", r"\beta_1", 0.9, 0.0, 0.99, "linear", "Memory of the gradient average."),
        Param("b2", r"\beta_2", 0.999, 0.0, 0.9999, "linear", "Memory of the average of squares."),
        Param("t", "t", 10, 1, STEPS, "int", "The update to look at."),
    ),
    quantities=(
        Quantity("first", "first step, uncorrected / corrected"),
        Quantity("at", "step t, uncorrected / corrected"),
        Quantity("flip", "β₂ at which the first step is right without correction"),
        Quantity("long", "first step with β₂ = 0.999"),
        Quantity("short", "first step with β₂ = 0.9"),
        Quantity("lecture", "first step with 0.9 and 0.99"),
        Quantity("lecture_most", "largest of all steps with 0.9 and 0.99"),
    ),
    axes=(
        Axes(
            "update t",
            "uncorrected / corrected step",
            (
                Line("measured, the values set above", "points"),
                Line(Symbols("(1 − β₁ᵗ)/√(1 − β₂ᵗ)"), "dashed", 0),
                Line(Symbols("β₂ = 0.999")),
                Line(Symbols("β₂ = 0.9")),
                Line("no difference", "dashed"),
            ),
            log_x=True,
            log_y=True,
        ),
    ),
    run=run,
    judge=judge,
    findings={
        "depends": (
            "Both, depending on β₁ and β₂: with β₁ = {b1} the first step is {long} times the corrected one for β₂ = 0.999 and"
            " {short} times for β₂ = 0.9. It changes over at β₂ = {flip}. With the values of the lecture that says too "
            "small, 0.9 and 0.99, the first step is {lecture} times the corrected one, and later ones up to "
            "{lecture_most} times."
        ),
        "right": "With β₁ = {b1} the first step is too large for every β₂ above {flip}: {long} times for 0.999.",
        "wrong": "With β₁ = {b1} the first step is too small for every β₂ below {flip}: {long} times for 0.999.",
    },
    instead=(
        "Say for which β: too large if (1 − β₁ᵗ) > √(1 − β₂ᵗ), as for 0.9 and 0.999, where steps are still a "
        "quarter too large after a thousand updates; too small if less. Keep the correction on."
    ),
    latex=(
        r"\frac{\text{uncorrected}}{\text{corrected}} = \frac{1 - \beta_1^t}{\sqrt{1 - \beta_2^t}}",
        r"t = 1:\quad \beta_2 = 1 - (1 - \beta_1)^2",
    ),
    live=lambda values: Live("race", "&".join(_runs(values))),
    lab=lambda values: Live("training", "steps=200&" + "&".join(run.replace("lr=0.1", "lr=0.001") for run in _runs(values))),
)


def _runs(values: Values) -> list[str]:
    betas = f"b1={number_text(values.b1)},b2={number_text(values.b2)}"
    return [f"run=adam:lr=0.1,{betas}", f"run=adam:lr=0.1,{betas},bias_correction=false"]
