"""10. A product in place of a power."""

import math

import numpy as np

from core.types import Param, Values
from errata._descend import descend
from errata._record import Axes, Entry, Mark, Outcome, Quantity, Symbols

DRAWS, HIGH, STEPS, START = 2000, -3.0, 20, (-8.0, 1.0)


def run(values: Values) -> Outcome:
    exponents = np.random.default_rng(0).uniform(values.low, HIGH, DRAWS)
    product, power = 10 * exponents, 10**exponents
    even = np.random.default_rng(0).uniform(10**values.low, 10**HIGH, DRAWS)
    after = descend("sgd", float(np.median(product)), STEPS, START)
    numbers = {
        "negative": 100 * float(np.mean(product < 0)),
        "product": float(np.median(product)),
        "power": float(np.median(power)),
        "start": float(after.loss[0]),
        "climbed": float(after.loss[-1]),
        "decade": 100 * float(np.mean(even > 10 ** (HIGH - 1))),
    }
    middle, low, high = (values.low + HIGH) / 2, 10**values.low, 10**HIGH
    theory = {"negative": 100.0, "product": 10 * middle, "power": 10**middle, "decade": 90 * high / (high - low)}
    edges = np.arange(math.floor(values.low), HIGH + 1)
    names = [f"1e{int(a)} … 1e{int(a) + 1}" for a in edges[:-1]]
    shares = [np.histogram(np.log10(rates), edges)[0] / DRAWS for rates in (power, even)]
    return Outcome(numbers, theory, (tuple((names, share) for share in shares),))


def judge(numbers):
    return "wrong" if numbers["negative"] > 0 else "right"


entry = Entry(
    key="power_of_ten",
    number=10,
    lectures=("000",),
    title=Symbols("10 * uniform(−5, −3)"),
    claim="Learning rates for a random search are drawn as 10 * np.random.uniform(-5, -3).",
    tested="2000 draws as printed, and as a power; and 20 updates of SGD at the median of the printed ones.",
    params=(Param("low", "a", -5.0, -8.0, -4.0, "linear", "Lower end of the exponents; the upper one is −3."),),
    quantities=(
        Quantity("negative", "negative rates as printed, %"),
        Quantity("product", "median rate, as printed"),
        Quantity("power", "median rate, as a power"),
        Quantity("start", "loss at the start"),
        Quantity("climbed", "loss after 20 updates at the median as printed"),
        Quantity("decade", "rates in the largest decade if they are drawn evenly themselves, %"),
    ),
    axes=(
        Axes(
            "learning rate",
            "share of the draws",
            (Mark(Symbols("10**uniform(a, −3)"), "bars"), Mark(Symbols("uniform(10**a, 10**−3)"), "bars")),
        ),
    ),
    run=run,
    judge=judge,
    findings={
        "wrong": (
            "{negative} % of the rates are negative, around {product}: every update climbs, here from a loss of {start} to "
            "{climbed}. As a power the median is {power}."
        ),
        "right": "No rate is negative.",
    },
    instead=(
        "Two asterisks: the exponent is drawn evenly, so that every decade gets its share. Rates that are drawn evenly "
        "themselves lie almost all in the largest decade."
    ),
    latex=(r"\alpha = 10^{u}, \quad u \sim U(-5, -3)",),
    code="learning_rate = 10 ** np.random.uniform(-5, -3)",
)
