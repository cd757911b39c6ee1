"""6. Adam without bias correction: first steps too large, or too small."""

import numpy as np

from core.types import Param, Values
from engines.descent.codec import number_text
from errata._descend import SLOPE, descend
from errata._record import Axes, Entry, Live, Mark, Outcome, Quantity, Symbols, bisect

STEPS, EPS = 1000, 1e-12
LECTURE = 0.9, 0.99  # β₁ and β₂ of the lecture that says too small
USUAL = 0.9, 0.999  # and of the two that say too large
SLACK = 1e-4  # by which a ratio may miss 1 and yet count as no difference: ε, and rounding


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
    measured, usual, chosen = ratio(values.b1, values.b2, STEPS), ratio(*USUAL, STEPS), int(values.t)
    predicted, predicted_usual = formula(values.b1, values.b2, t), formula(*USUAL, t)
    numbers = {
        "first": float(measured[0]),
        "at": float(measured[chosen - 1]),
        "least": float(measured.min()),
        "most": float(measured.max()),
        "flip": bisect(lambda b2: ratio(values.b1, b2, 1)[0] < 1, 0.0, 1 - 1e-9),
        "usual": float(usual[0]),
        "usual_last": float(usual[-1]),
    }
    theory = {
        "first": float(predicted[0]),
        "at": float(predicted[chosen - 1]),
        "least": float(predicted.min()),
        "most": float(predicted.max()),
        "flip": 1 - (1 - values.b1) ** 2,
        "usual": float(predicted_usual[0]),
        "usual_last": float(predicted_usual[-1]),
    }
    shown = np.unique(np.geomspace(1, STEPS, 40).astype(int)) - 1
    picture = (
        (t[shown], measured[shown]),
        (t[shown], predicted[shown]),
        (t[shown], usual[shown]),
        (t[[0, -1]], np.ones(2)),
    )
    return Outcome(numbers, theory, (picture,))


def judge(numbers):
    if numbers["least"] >= 1 - SLACK:
        return "wrong"
    return "depends" if numbers["most"] > 1 + SLACK else "right"


entry = Entry(
    key="bias_correction",
    number=6,
    lectures=("000", "001", "004"),
    title="Adam without bias correction",
    claim=(
        "Without bias correction Adam's first steps are too small, says the lecture that takes β₁ = 0.9 and β₂ = 0.99. Two "
        "others, which take 0.9 and 0.999, say that the first step is too large."
    ),
    tested=(
        "Adam with and without correction under a gradient that never changes: the ratio of the two steps, update by "
        "update. Then a search for the β₂ at which the first step is neither too large nor too small."
    ),
    params=(
        Param("b1", r"\beta_1", 0.9, 0.0, 0.99, "linear", "Memory of the gradient average."),
        Param("b2", r"\beta_2", 0.99, 0.0, 0.9999, "linear", "Memory of the average of squares."),
        Param("t", "t", 10, 1, STEPS, "int", "The update to look at."),
    ),
    quantities=(
        Quantity("first", "first step, uncorrected / corrected"),
        Quantity("at", "step t, uncorrected / corrected"),
        Quantity("least", "smallest ratio of a thousand steps"),
        Quantity("most", "largest ratio of a thousand steps"),
        Quantity("flip", "β₂ at which the first step is right without correction"),
        Quantity("usual", "first step with 0.9 and 0.999"),
        Quantity("usual_last", "step 1000 with 0.9 and 0.999"),
    ),
    axes=(
        Axes(
            "update t",
            "uncorrected / corrected step",
            (
                Mark("measured, the values set above", "points"),
                Mark(Symbols("(1 − β₁ᵗ)/√(1 − β₂ᵗ)"), "dashed", 0),
                Mark(Symbols("0.9, 0.999")),
                Mark("no difference", "dashed"),
            ),
            log_x=True,
            log_y=True,
        ),
    ),
    run=run,
    judge=judge,
    findings={
        "wrong": (
            "With β₁ = {b1} and β₂ = {b2} no step is too small: the first is {first} times the corrected one, and of a thousand"
            " the largest is {most} times. With 0.9 and 0.999 the first step is {usual} times: there the other two are right."
        ),
        "right": (
            "With β₁ = {b1} and β₂ = {b2} steps are too small: the first is {first} times the corrected one, and none of a "
            "thousand is too large. That takes a β₂ below {flip}."
        ),
        "depends": (
            "With β₁ = {b1} and β₂ = {b2} the first step is {first} times the corrected one. Of a thousand the smallest is "
            "{least} times and the largest {most} times, so some are too small and some too large."
        ),
    },
    instead=(
        "Say for which β: too large where (1 − β₁ᵗ) > √(1 − β₂ᵗ), as for 0.9 and 0.999, where steps are still a "
        "quarter too large after a thousand updates; too small where it is less. Keep the correction on."
    ),
    latex=(
        r"\frac{m_t / \sqrt{v_t}}{\hat m_t / \sqrt{\hat v_t}} = \frac{1 - \beta_1^t}{\sqrt{1 - \beta_2^t}}",
        r"t = 1:\quad \beta_2 = 1 - (1 - \beta_1)^2",
    ),
    live=lambda values: Live("race", "&".join(_runs(values))),
    lab=lambda values: Live("training", "steps=200&" + "&".join(run.replace("lr=0.1", "lr=0.001") for run in _runs(values))),
)


def _runs(values: Values) -> list[str]:
    betas = f"b1={number_text(values.b1)},b2={number_text(values.b2)}"
    return [f"run=adam:lr=0.1,{betas}", f"run=adam:lr=0.1,{betas},bias_correction=false"]
