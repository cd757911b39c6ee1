"""11. The velocity of momentum is a sum, and what that does to the learning rate."""

import functools
from typing import Any

import numpy as np

from core.types import Param, Values, namespace
from engines.descent.codec import number_text
from errata._descend import SLOPE, descend
from errata._record import Axes, Entry, Live, Mark, Outcome, Quantity, Symbols, bisect
from optimizers import OPTIMIZERS

LONG, STEPS, WINDOW, KAPPA = 4000, 1500, 100, 40.0
GRID = np.linspace(0, 0.98, 8)


def settles(rule: str, rho: float, product: float) -> bool:
    """Whether the rule comes to rest on a parabola of curvature KAPPA at the rate product/KAPPA.

    Looked at late, when only the slowest part of the motion is left: is its swing still growing?
    """
    hyper: dict[str, Any] = {p.key: rho for p in OPTIMIZERS[rule].params}  # gradient descent has none
    t = descend(rule, product / KAPPA, STEPS, (0, 1), on={"kappa": KAPPA}, **hyper)
    swing = np.abs(t.x[:, 1])
    return t.diverged_at is None and bool(swing[-WINDOW:].max() <= swing[-2 * WINDOW : -WINDOW].max())


@functools.lru_cache(maxsize=256)
def limit(rule: str, rho: float) -> float:
    """The largest rate · curvature at which the rule settles, found by trying."""
    return bisect(lambda product: settles(rule, rho, product), 0.0, 5.0, 24)


def predicted(rule: str, rho: float) -> float:
    """The same by the formula that the optimizer states."""
    stated, params = OPTIMIZERS[rule].stability, OPTIMIZERS[rule].params
    return float(stated(namespace(params, [rho]))) if stated else float("nan")


def run(values: Values) -> Outcome:
    velocity = descend("momentum", 0.0, LONG, (0, 0), SLOPE, rho=values.rho).state["velocity"][:, 0]
    numbers = {"gain": float(velocity[-1]), **{rule: limit(rule, values.rho) for rule in ("sgd", "momentum", "nesterov")}}
    theory = {
        "gain": 1 / (1 - values.rho),
        "sgd": predicted("sgd", values.rho),
        "momentum": predicted("momentum", values.rho),
        "nesterov": predicted("nesterov", values.rho),
    }
    measured = tuple((GRID, np.array([limit(rule, rho) for rho in GRID])) for rule in ("sgd", "momentum", "nesterov"))
    curves = tuple((GRID, np.array([predicted(rule, rho) for rho in GRID])) for rule in ("sgd", "momentum", "nesterov"))
    shown = np.unique(np.geomspace(1, LONG, 60).astype(int))
    rise = ((shown, velocity[shown]), (shown, (1 - values.rho) * velocity[shown]))
    return Outcome(numbers, theory, (rise, measured + curves))


def judge(numbers):
    return "wrong" if numbers["gain"] > 1.01 else "right"


entry = Entry(
    key="velocity_gain",
    number=11,
    lectures=("000", "001"),
    title="Velocity as a moving average",
    claim="The velocity v = ρv + g is called a moving average of the gradients, and all rules get the same learning rate.",
    tested=(
        "The velocity under a gradient of 1 that never changes. Then the largest rate at which each rule still settles on"
        " a parabola of curvature λ, found by bisection with the engine."
    ),
    params=(Param("rho", r"\rho", 0.9, 0.0, 0.99, "linear", "How much of the velocity survives."),),
    quantities=(
        Quantity("gain", "velocity under a gradient of 1"),
        Quantity("sgd", "gradient descent: largest stable rate · curvature"),
        Quantity("momentum", "heavy ball: largest stable rate · curvature"),
        Quantity("nesterov", "Nesterov: largest stable rate · curvature"),
    ),
    axes=(
        Axes(
            "update",
            "velocity under a gradient of 1",
            (Mark("ρv + g, the sum"), Mark("ρv + (1 − ρ)g, the average", "dashed")),
            log_x=True,
            log_y=True,
        ),
        Axes(
            Symbols("ρ"),
            "largest stable rate · curvature",
            (
                Mark("gradient descent", "points"),
                Mark("heavy ball", "points"),
                Mark("Nesterov", "points"),
                Mark(Symbols("2"), "dashed", 0),
                Mark(Symbols("2(1 + ρ)"), "dashed", 1),
                Mark(Symbols("2(1 + ρ)/(1 + 2ρ)"), "dashed", 2),
            ),
        ),
    ),
    run=run,
    judge=judge,
    findings={
        "wrong": (
            "It is a sum: a gradient of 1 becomes a velocity of {gain}, so at the same rate momentum goes {gain} times as "
            "fast along a slope, and a race at one rate for all is no fair race. Nor are the limits alike: rate · curvature "
            "may be up to {sgd}, {momentum} and {nesterov}."
        ),
        "right": "With ρ = {rho} nothing is added up: the velocity is the gradient, {gain}.",
    },
    instead=(
        "A sum with gain 1/(1 − ρ). To compare rules, give each its best rate; to keep the pace when turning momentum on,"
        " multiply the rate by 1 − ρ."
    ),
    latex=(
        r"v_\infty = \frac{g}{1 - \rho}",
        r"\alpha\lambda < 2,\qquad \alpha\lambda < 2(1 + \rho),\qquad \alpha\lambda < \frac{2(1 + \rho)}{1 + 2\rho}",
    ),
    live=lambda values: Live("race", "&".join(_runs(values))),
)


def _runs(values: Values) -> list[str]:
    """The same pace along the valley, then the same rate."""
    rho = number_text(values.rho)
    fair = number_text(float(f"{0.02 * (1 - values.rho):.3g}"))
    return ["run=sgd:lr=0.02", f"run=momentum:lr=0.02,rho={rho}", f"run=momentum:lr={fair},rho={rho}"]
