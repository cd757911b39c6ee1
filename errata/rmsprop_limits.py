"""5. The two ends of RMSProp's decay."""

import numpy as np

from core.types import Param, Values
from engines.descent.codec import number_text
from errata._descend import SLOPE, descend
from errata._record import Axes, Entry, Live, Mark, Outcome, Quantity

STEPS, RATE, EPS = 50, 0.1, 1e-7


def step(rule: str, slope: float, **hyper: float) -> np.ndarray:
    """|Δx|/α [STEPS] of every update under a gradient that is always `slope`."""
    return np.abs(np.diff(descend(rule, RATE, STEPS, (0, 0), SLOPE, {"a": slope}, **hyper).x[:, 0])) / RATE


def run(values: Values) -> Outcome:
    slope = values.slope
    sgd, adagrad = step("sgd", slope), step("adagrad", slope)
    none, full, here = (step("rmsprop", slope, decay=d, eps=EPS) for d in (0.0, 1.0, values.decay))
    numbers = {
        "none": float(none[-1]),
        "adagrad": float(adagrad[-1]),
        "full": float(full[-1]),
        "sgd": float(sgd[-1]),
        "here": float(here[-1]),
    }
    t = np.arange(1, STEPS + 1)
    average = 1 - values.decay**STEPS  # of the weights of the squares
    theory = {
        "none": 1.0,
        "adagrad": STEPS**-0.5,
        "full": slope / EPS,
        "sgd": slope,
        "here": slope / (slope * average**0.5 + EPS),
    }
    return Outcome(numbers, theory, (((t, here), (t, none), (t, full), (t, adagrad), (t, sgd)),))


def judge(numbers):
    agree = [abs(numbers[one] / numbers[other] - 1) < 0.05 for one, other in (("none", "adagrad"), ("full", "sgd"))]
    return "right" if all(agree) else "depends" if any(agree) else "wrong"


entry = Entry(
    key="rmsprop_limits",
    number=5,
    lectures=("004",),
    title="RMSProp from AdaGrad to SGD",
    claim="The decay of RMSProp leads from AdaGrad, at 0, to plain SGD, at 1.",
    tested="Fifty updates under a gradient that never changes, so that what remains of a step is the rule's own doing.",
    params=(
        Param("decay", "d", 0.9, 0.0, 1.0, "linear", "Decay of RMSProp."),
        Param("slope", "g", 3.0, 0.1, 10.0, "log", "The gradient."),
    ),
    quantities=(
        Quantity("none", "RMSProp with decay 0, step 50 divided by the rate"),
        Quantity("adagrad", "AdaGrad, step 50 divided by the rate"),
        Quantity("full", "RMSProp with decay 1, step 50 divided by the rate"),
        Quantity("sgd", "SGD, step 50 divided by the rate"),
        Quantity("here", "RMSProp with the decay set above, step 50 divided by the rate"),
    ),
    axes=(
        Axes(
            "update",
            "step / rate",
            (
                Mark("RMSProp, the decay set above"),
                Mark("RMSProp, decay 0"),
                Mark("RMSProp, decay 1"),
                Mark("AdaGrad", "dashed"),
                Mark("SGD", "dashed"),
            ),
            log_y=True,
        ),
    ),
    run=run,
    judge=judge,
    findings={
        "wrong": (
            "With decay 0 every step is {none} times the rate, whatever the gradient: the sign alone counts, while AdaGrad has "
            "slowed to {adagrad}. With decay 1 the average stays 0: that is SGD, but at the rate α/ε, a step of {full} times "
            "the rate that is set, against {sgd}."
        ),
        "depends": "One end agrees here: decay 0 gives {none} against AdaGrad's {adagrad}, decay 1 {full} against SGD's {sgd}.",
        "right": "Both ends agree: {none} and {adagrad}, {full} and {sgd}.",
    },
    instead=(
        "Decay 0 is descent by the sign of the gradient; decay 1 is SGD at the rate α/ε. AdaGrad is a sum, not an average: no "
        "decay gives it."
    ),
    latex=(
        r"d = 0:\quad \Delta x = -\alpha\, \frac{g}{|g| + \epsilon} \approx -\alpha\, \operatorname{sign} g",
        r"d = 1:\quad s_t = 0,\quad \Delta x = -\frac{\alpha}{\epsilon}\, g",
        r"\text{AdaGrad}:\quad r_t = \sum_{i \le t} g_i^2",
    ),
    live=lambda values: Live(
        "race", f"run=rmsprop:decay=0&run=rmsprop:decay={number_text(values.decay)}&run=adagrad:lr=0.1&run=sgd"
    ),
)
