"""2. Nesterov's update with a minus sign, and what the two conventions of its velocity share."""

import numpy as np

from core.types import Param, Values
from engines.descent.codec import number_text
from errata._descend import SLOPE, descend
from errata._record import Axes, Entry, Live, Mark, Outcome, Quantity, updates

SETTLED = 3000  # updates after which a velocity is as large as it gets
STEPS, START, KAPPA, RATE = 100, (-8.0, 1.0), 40.0, 0.01
DROP = f"multistep:first={STEPS // 4},second=0"  # a tenth of the rate, as at the default
CURVATURE = np.array([1.0, KAPPA])


def look_ahead(rates: np.ndarray, rho: float) -> np.ndarray:
    """V = ρv − α∇f(x + ρv), x += v: the points x + ρv [steps + 1, 2] at which the gradient is taken."""
    x, v = np.array(START), np.zeros(2)
    seen = [x]
    for rate in rates:
        v = rho * v - rate * CURVATURE * (x + rho * v)
        x = x + v
        seen.append(x + rho * v)
    return np.array(seen)


def sum_of_gradients(rates: np.ndarray, rho: float) -> np.ndarray:
    """V = ρv + g, x −= α(g + ρv), as PyTorch and optax keep the velocity: the points x [steps + 1, 2]."""
    x, v = np.array(START), np.zeros(2)
    seen = [x]
    for rate in rates:
        gradient = CURVATURE * x
        v = rho * v + gradient
        x = x - rate * (gradient + rho * v)
        seen.append(x)
    return np.array(seen)


def after_drop(inside: bool, rho: float, drop: float) -> float:
    """Momentum under a gradient of 1: the first step at the changed rate over the last one before, rate inside v or not."""
    v, steps = 0.0, []
    for rate in [1.0] * SETTLED + [drop]:
        v = rho * v + (rate if inside else 1.0)
        steps.append(v if inside else rate * v)
    return steps[-1] / steps[-2]


def nesterov_after_drop(rho: float, drop: float) -> float:
    """The same for Nesterov as the engine runs it, with the rate inside; outside it is the drop, as for momentum."""
    rates = np.array([1.0] * SETTLED + [drop])
    steps = np.diff(descend("nesterov", rates, len(rates), (0, 0), SLOPE, rho=rho).x[:, 0])
    return float(steps[-1] / steps[-2])


def run(values: Values) -> Outcome:
    constant = np.full(STEPS, RATE)
    stepped = np.where(np.arange(STEPS) < STEPS // 4, RATE, RATE * values.drop)
    printed, after = (
        descend("nesterov", rates, STEPS, START, on={"kappa": KAPPA}, rho=values.rho).x for rates in (constant, stepped)
    )
    gap = np.abs(after - sum_of_gradients(stepped, values.rho)).max(1)
    still = np.abs(printed - sum_of_gradients(constant, values.rho)).max(1)
    numbers = {
        "same": float(np.abs(printed - look_ahead(constant, values.rho)).max()),
        "conventions": float(still.max()),
        "parted": float(gap.max()),
        "inside": after_drop(True, values.rho, values.drop),
        "outside": after_drop(False, values.rho, values.drop),
        "nesterov_inside": nesterov_after_drop(values.rho, values.drop),
    }
    theory = {
        "same": 0.0,
        "conventions": 0.0,
        "inside": values.rho + values.drop * (1 - values.rho),
        "outside": values.drop,
        "nesterov_inside": values.rho**2 + values.drop * (1 - values.rho**2),
    }
    loss = [np.sum(CURVATURE * x**2, 1) / 2 for x in (after, sum_of_gradients(stepped, values.rho))]
    return Outcome(numbers, theory, (tuple((updates(STEPS), f) for f in loss),))


def judge(numbers):
    if numbers["same"] > 1e-9:
        return "wrong"
    return "right"


entry = Entry(
    key="nesterov_form",
    number=2,
    lectures=("004",),
    title="Nesterov with a minus sign",
    claim="Nesterov is written as w −= ρ·old_v − (1 + ρ)·v, which looks like a slip of sign.",
    tested=(
        "The printed form against the look-ahead form v = ρv − α∇f(x + ρv), point by point. Then against the other "
        "convention, in which the velocity is a sum of gradients without the rate: first at a constant rate, then with a "
        "rate that changes after a quarter of the updates."
    ),
    params=(
        Param("rho", r"\rho", 0.9, 0.0, 0.99, "linear", "How much of the velocity survives."),
        Param("drop", r"\alpha'/\alpha", 0.1, 0.05, 1.0, "linear", "What the rate is multiplied by on the way."),
    ),
    quantities=(
        Quantity("same", "largest difference from the look-ahead form"),
        Quantity("conventions", "largest difference between the two conventions, constant rate"),
        Quantity("parted", "largest difference between the two conventions, changing rate"),
        Quantity("inside", "momentum, steady gradient: step after the change / before, rate inside the velocity"),
        Quantity("outside", "the same with the rate outside"),
        Quantity("nesterov_inside", "Nesterov, steady gradient: step after the change / before, rate inside the velocity"),
    ),
    axes=(
        Axes(
            "update",
            "loss, the rate changes after 25 updates",
            (
                Mark("velocity with the rate inside (the lectures)"),
                Mark("velocity without it (PyTorch, optax)", "dashed"),
            ),
            log_y=True,
        ),
    ),
    run=run,
    judge=judge,
    findings={
        "right": (
            "The printed form is right: with v = ρv − αg it differs from the look-ahead form by {same}, which is rounding. "
            "The two conventions of the velocity lie {conventions} apart at a constant rate, and {parted} "
            "with the changing one. "
            "The first step after the change is {inside} of the one before with the rate inside the "
            "velocity ({nesterov_inside} for Nesterov), {outside} outside."
        ),
        "wrong": "The printed form differs from the look-ahead form by {same}.",
    },
    instead=(
        "Either form, with the convention said beside it: whether the rate is inside the velocity decides what happens "
        "when a schedule changes it."
    ),
    latex=(
        r"v_t = \rho\, v_{t-1} - \alpha\, g_t",
        r"w_t = w_{t-1} - \bigl(\rho\, v_{t-1} - (1 + \rho)\, v_t\bigr) = w_{t-1} - \rho\, v_{t-1} + (1 + \rho)\, v_t",
    ),
    code="old_v = v\nv = rho * v - learning_rate * dw\nw -= rho * old_v - (1 + rho) * v",
    live=lambda values: Live(
        "race", f"steps=100&run=nesterov:rho={number_text(values.rho)}&run=nesterov:rho={number_text(values.rho)}~{DROP}"
    ),
)
