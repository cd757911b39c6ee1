"""7. AdaDelta as printed has no ε."""

import numpy as np

from core.types import Param, Values
from engines.descent.codec import number_text
from errata._descend import descend
from errata._record import Axes, Entry, Live, Mark, Outcome, Quantity, updates

STEPS, START = 200, (-8.0, 1.0)
PAPER = 1e-6
LEAST = 1e-12  # the smallest ε of the race: what stands there for none


def run(values: Values) -> Outcome:
    without, chosen, paper = (
        descend("adadelta", 1.0, STEPS, START, rho=values.rho, eps=eps) for eps in (0.0, values.eps, PAPER)
    )
    far = [np.linalg.norm(t.x - np.array(START), axis=1) for t in (chosen, paper, without)]
    gradient = without.gradient[0]
    first = np.sqrt(values.eps) / np.sqrt((1 - values.rho) * gradient**2 + values.eps) * gradient
    numbers = {"without": float(far[2][-1]), "chosen": float(far[0][-1]), "first": float(far[0][1])}
    return Outcome(numbers, {"without": 0.0, "first": float(np.linalg.norm(first))}, (tuple((updates(STEPS), f) for f in far),))


def judge(numbers):
    return "wrong" if numbers["without"] == 0 < numbers["chosen"] else "right"


def _race(values: Values) -> Live:
    runs = (f"run=adadelta:rho={number_text(values.rho)},eps={number_text(eps)}" for eps in (values.eps, LEAST))
    return Live("race", "&".join(["start=-8,1", *runs]))


entry = Entry(
    key="adadelta_epsilon",
    number=7,
    lectures=("004",),
    title="AdaDelta without ε",
    claim="AdaDelta is printed as Δ = −√E[Δx²]/√E[g²] · g; a constant ε is asked for and then not used.",
    tested="200 updates on the taco, as printed and with ε in both roots.",
    params=(
        Param("rho", r"\rho", 0.95, 0.0, 0.999, "linear", "Memory of both averages."),
        Param("eps", r"\epsilon", PAPER, LEAST, 1e-2, "log", "Added inside both roots."),
    ),
    quantities=(
        Quantity("without", "as printed: distance from the start after 200 updates"),
        Quantity("chosen", "with the ε set above: distance from the start after 200 updates"),
        Quantity("first", "with the ε set above: length of the first step"),
    ),
    axes=(
        Axes(
            "update",
            "distance from the start",
            (Mark("the ε set above"), Mark("ε = 1e-6, the paper's", "dashed"), Mark("as printed, no ε")),
        ),
    ),
    run=run,
    judge=judge,
    findings={
        "wrong": (
            "As printed it never moves: the first step is √0 times the gradient, so the average of squared steps stays 0 for "
            "ever. After 200 updates the distance is {without}, with ε it is {chosen}."
        ),
        "right": "It moves by {without} without ε, by {chosen} with it.",
    },
    instead=(
        "ε inside both roots; the paper takes ρ = 0.95 and ε = 1e-6. It is no safeguard here: in each direction "
        "the first step is √(ε/(1 − ρ)) long."
    ),
    latex=(r"\Delta_t = -\frac{\sqrt{E[\Delta^2]_{t-1} + \epsilon}}{\sqrt{E[g^2]_t + \epsilon}}\; g_t",),
    live=lambda values: _race(values) if values.eps > 100 * LEAST else None,
)
