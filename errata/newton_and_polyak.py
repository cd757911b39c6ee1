"""20. Where Newton's method jumps to, and an average that starts at 0."""

import numpy as np

from core.types import Param, Values
from engines.descent import engine
from engines.descent.codec import number_text
from errata._descend import descend
from errata._record import Axes, Entry, Live, Mark, Outcome, Quantity, Symbols, updates
from landscapes import LANDSCAPES

NEWTON, NOISE, STEPS, RATE = 20, 0.5, 1000, 0.05
BASIN = (0.0, 1.0)  # one of the two minima


def average(x: np.ndarray, keep: float, start: float) -> np.ndarray:
    """A ← keep·a + (1 − keep)·x from `start` on, after each of the values x [n]."""
    averages, now = np.empty(len(x)), start
    for i, value in enumerate(x):
        now = keep * now + (1 - keep) * value
        averages[i] = now
    return averages


def run(values: Values) -> Outcome:
    surface = LANDSCAPES["bounded_saddle"]
    newton = descend("newton", 1.0, NEWTON, (-1.5, values.start), surface)
    sgd = descend("sgd", RATE, STEPS, (-1.5, values.start), surface)
    curvature = engine.curvature(surface, {}, newton.x[-1:])[0]
    wander = descend("sgd", RATE, STEPS, BASIN, surface, noise=NOISE).x[1:, 1]
    t, keep = np.arange(1, STEPS + 1), values.keep
    naive = average(wander, keep, 0.0)
    corrected, at = naive / (1 - keep**t), int(values.t) - 1
    numbers = {
        "height": float(newton.loss[-1]),
        "sgd": float(sgd.loss[-1]),
        "curvature": float(curvature[0]),
        "gradient": float(np.linalg.norm(newton.gradient[-1])),
        "naive": float(naive[at]),
        "corrected": float(corrected[at]),
    }
    theory = {"naive": float(1 - keep ** (at + 1)), "corrected": BASIN[1], "sgd": -0.25}
    paths = ((updates(NEWTON), newton.x[:, 1]), (updates(NEWTON), sgd.x[: NEWTON + 1, 1]))
    return Outcome(numbers, theory, (paths, ((t, wander), (t, naive), (t, corrected))))


def judge(numbers):
    return "wrong" if numbers["curvature"] < 0 and numbers["gradient"] < 1e-6 else "depends"


entry = Entry(
    key="newton_and_polyak",
    number=20,
    lectures=("001",),
    title="Newton's jump; an average from 0",
    claim=(
        "Newton's method is shown as the step that goes to the minimum, without a rate. Averaged weights are kept as "
        "0.995·x_test + 0.005·x."
    ),
    tested=(
        "Newton's method on a saddle between two minima: where it ends, and the curvatures there. Then SGD that has "
        "arrived at a minimum with y = 1 and wanders about in the noise, averaged from 0."
    ),
    params=(
        Param("start", "y_0", 0.4, 0.01, 1.5, "linear", "Start, as distance from the ridge."),
        Param("keep", r"\beta", 0.995, 0.9, 0.999, "linear", "How much of the average is kept."),
        Param("t", "t", 100, 1, STEPS, "int", "The update to look at."),
    ),
    quantities=(
        Quantity("height", "Newton: loss after 20 steps"),
        Quantity("gradient", "Newton: length of the gradient there"),
        Quantity("curvature", "Newton: smallest curvature there"),
        Quantity("sgd", "SGD from the same start: loss after 1000 steps"),
        Quantity("naive", "average of y from 0, after t updates"),
        Quantity("corrected", "the same divided by 1 − βᵗ"),
    ),
    axes=(
        Axes("update", Symbols("y"), (Mark("Newton"), Mark("SGD", "dashed"))),
        Axes("update", Symbols("y"), (Mark("SGD in the noise"), Mark("average from 0"), Mark("corrected average"))),
    ),
    run=run,
    judge=judge,
    findings={
        "wrong": (
            "Newton's method ends at a loss of {height} where the gradient is {gradient} and a curvature is {curvature}: a "
            "saddle. SGD from the same start reaches {sgd}. And after {t} updates the average that began at 0 is {naive} "
            "where it should be near 1; corrected it is {corrected}."
        ),
        "depends": (
            "From this start Newton's method ends at a loss of {height} with a smallest curvature of {curvature}: no saddle. "
            "Closer to the ridge it goes there. The average that began at 0 is {naive} after {t} updates, corrected "
            "{corrected}."
        ),
    },
    instead=(
        "Newton's step leads to the stationary point of the local parabola, be it minimum, saddle or maximum. "
        "Start the average at the weights, or divide it by 1 − βᵗ."
    ),
    latex=(
        r"x_{t+1} = x_t - H^{-1} \nabla f(x_t) \;\Rightarrow\; \nabla q(x_{t+1}) = 0",
        r"\bar x_t = \frac{(1 - \beta) \sum_{i=1}^{t} \beta^{t-i} x_i}{1 - \beta^t}",
    ),
    live=lambda values: Live(
        "race", f"surface=bounded_saddle&start=-1.5,{number_text(values.start)}&steps=100&run=newton&run=sgd:lr={RATE}"
    ),
)
