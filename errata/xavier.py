"""14. Whose rule 1/√fan-in is."""

import numpy as np

from core.types import Param, Values, defaults
from errata._record import Axes, Entry, Live, Mark, Outcome, Quantity
from initializers import INITIALIZERS

SIGMAS, BATCH = 5, 64
OBLONG = "&data=digits"  # 64 inputs: without them every layer of the page is square


def weights(rule: str, shape: tuple[int, int]) -> np.ndarray:
    """Weights f32[fan_in, fan_out], drawn by the app's own initializer."""
    initializer = INITIALIZERS[rule]
    return initializer.weights(np.random.default_rng(0), shape, defaults(initializer.params))


def std(rule: str, fan_in: int, fan_out: int) -> float:
    """What the initializer states."""
    initializer = INITIALIZERS[rule]
    return (initializer.variance(fan_in, fan_out, defaults(initializer.params)) or 0.0) ** 0.5


def run(values: Values) -> Outcome:
    shape = fan_in, fan_out = int(values.fan_in), int(values.fan_out)
    rng, numbers = np.random.default_rng(1), {}
    forward = rng.standard_normal((BATCH, fan_in), dtype=np.float32)
    back = rng.standard_normal((BATCH, fan_out), dtype=np.float32)
    theory = {}
    for rule, name in (("lecun", "lecun"), ("glorot_normal", "glorot")):
        w, stated = weights(rule, shape), std(rule, *shape)
        numbers |= {f"{name}_std": float(w.std()), f"{name}_forward": float((forward @ w).std())}
        numbers[f"{name}_back"] = float((back @ w.T).std())
        theory |= {f"{name}_std": stated, f"{name}_forward": fan_in**0.5 * stated, f"{name}_back": fan_out**0.5 * stated}
    numbers["error"] = float((fan_in * fan_out) ** -0.5)
    outs = np.unique(np.geomspace(16, 1024, 25).astype(int))
    curves = [np.array([std(rule, fan_in, out) for out in outs]) for rule in ("lecun", "glorot_normal")]
    points = [np.array([numbers[key]]) for key in ("lecun_std", "glorot_std")]
    picture = ((outs, curves[0]), (outs, curves[1]), (np.array([fan_out]), points[0]), (np.array([fan_out]), points[1]))
    return Outcome(numbers, theory, (picture,))


def judge(numbers):
    apart = abs(numbers["lecun_std"] / numbers["glorot_std"] - 1)
    return "wrong" if apart > SIGMAS * numbers["error"] else "depends"


entry = Entry(
    key="xavier",
    number=14,
    lectures=("002", "003", "004"),
    title="Xavier as 1/√fan-in",
    claim="Xavier's initialization divides Gaussian weights by the root of the fan-in.",
    tested="Weights drawn by both rules, and what one linear layer makes of a signal of spread 1 going up and coming back.",
    params=(
        Param("fan_in", r"n_\text{in}", 512, 16, 1024, "int", "Inputs of the layer."),
        Param("fan_out", r"n_\text{out}", 128, 16, 1024, "int", "Outputs of the layer."),
    ),
    quantities=(
        Quantity("lecun_std", "1/√fan-in: spread of the weights"),
        Quantity("glorot_std", "Glorot: spread of the weights"),
        Quantity("lecun_forward", "1/√fan-in: spread of the outputs"),
        Quantity("glorot_forward", "Glorot: spread of the outputs"),
        Quantity("lecun_back", "1/√fan-in: spread of the gradient coming back"),
        Quantity("glorot_back", "Glorot: spread of the gradient coming back"),
        Quantity("error", "relative sampling error of a ratio of spreads"),
    ),
    axes=(
        Axes(
            "fan-out",
            "spread of the weights",
            (
                Mark("1/√fan-in (LeCun)"),
                Mark("√(2/(fan-in + fan-out)) (Glorot)"),
                Mark("drawn: LeCun", "points", 0),
                Mark("drawn: Glorot", "points", 1),
            ),
            log_x=True,
        ),
    ),
    run=run,
    judge=judge,
    findings={
        "wrong": (
            "1/√fan-in is LeCun's rule: a spread of {lecun_std}. Glorot's, {glorot_std}, is a compromise between both "
            "directions: spread {glorot_forward} going up and {glorot_back} coming back, where LeCun's has {lecun_forward} "
            "and {lecun_back}."
        ),
        "depends": "In a layer this nearly square the two cannot be told apart: {lecun_std} and {glorot_std}.",
    },
    instead=(
        "LeCun (1998) for 1/√fan-in; Glorot and Bengio (2010), whose first author is Xavier, for the rule with both fans."
        " They agree in square layers only."
    ),
    latex=(
        r"\text{LeCun:}\quad \operatorname{Var}(W) = \frac{1}{n_\text{in}}",
        r"\text{Glorot (Xavier):}\quad \operatorname{Var}(W) = \frac{2}{n_\text{in} + n_\text{out}}",
    ),
    live=lambda values: Live("initialization", "init=lecun&init=glorot_normal&width=512&depth=4" + OBLONG),
)
