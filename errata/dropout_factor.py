"""8. What a test multiplies by after dropout."""

import numpy as np

from core.query import number_text
from core.types import Param, Values
from errata._record import Axes, Entry, Live, Mark, Outcome, Quantity

INPUTS, MASKS, SIGMAS = 64, 20_000, 5
GRID = np.linspace(0.1, 0.9, 9)


def unit() -> tuple[np.ndarray, np.ndarray]:
    """Weights and inputs [INPUTS] of one unit, whose output w·x is not near zero."""
    rng = np.random.default_rng(0)
    return rng.uniform(0.5, 1.5, INPUTS), rng.uniform(0.5, 1.5, INPUTS)


def outputs(keep: float, seed: int = 1) -> np.ndarray:
    """The unit's output [MASKS] while each input is kept with probability `keep`, as in training."""
    w, x = unit()
    return (np.random.default_rng(seed).random((MASKS, INPUTS), dtype=np.float32) < keep) @ (w * x)


def behind_relu(keep: float) -> float:
    """Mean output of a ReLU unit under inverted dropout over the one in a test, for inputs around zero."""
    rng = np.random.default_rng(2)
    x, mask = rng.standard_normal((MASKS, INPUTS)), rng.random((MASKS, INPUTS)) < keep
    w = unit()[0]
    return float(np.maximum((mask * x) @ w / keep, 0).mean() / np.maximum(x @ w, 0).mean())


def run(values: Values) -> Outcome:
    w, x = unit()
    full = float(w @ x)
    sampled = outputs(values.keep)
    numbers = {
        "factor": float(sampled.mean()) / full,
        "error": float(sampled.std()) / full / MASKS**0.5,
        "keep": values.keep,
        "drop": 1 - values.keep,
        "inverted": float(sampled.mean()) / values.keep / full,
        "relu": behind_relu(values.keep),
    }
    means = np.array([outputs(p, seed).mean() / full for seed, p in enumerate(GRID)])
    return Outcome(
        numbers,
        {"factor": values.keep, "inverted": 1.0, "relu": values.keep**-0.5},
        (((GRID, means), (GRID, GRID), (GRID, 1 - GRID)),),
    )


def judge(numbers):
    keep, drop = (abs(numbers["factor"] - numbers[key]) < SIGMAS * numbers["error"] for key in ("keep", "drop"))
    return "depends" if keep and drop else "right" if drop else "wrong"


entry = Entry(
    key="dropout_factor",
    number=8,
    lectures=("000", "003", "004"),
    title="Dropout: multiply by the dropout rate",
    claim="At test time, outputs are multiplied by the dropout probability.",
    tested=(
        "The mean output of a unit over 20,000 random masks, divided by its output without dropout: that is what a test "
        "has to multiply by."
    ),
    params=(Param("keep", "p", 0.8, 0.05, 0.95, "linear", "Probability that an input is kept."),),
    quantities=(
        Quantity("factor", "mean output under dropout / output without"),
        Quantity("error", "standard error of that"),
        Quantity("keep", "probability to keep"),
        Quantity("drop", "probability to drop"),
        Quantity("inverted", "the same under inverted dropout, divided by p in training"),
        Quantity("relu", "behind a ReLU, inputs around zero: mean in training / in a test"),
    ),
    axes=(
        Axes(
            "probability to keep",
            "factor",
            (Mark("measured", "points"), Mark("probability to keep", "dashed", 0), Mark("probability to drop")),
        ),
    ),
    run=run,
    judge=judge,
    findings={
        "wrong": (
            "The factor is {factor}, give or take {error}: the probability to keep, {keep}, and not the one to drop, {drop}. "
            "Behind a ReLU no factor is exact: the noise of the masks raises its mean, here {relu} times."
        ),
        "depends": (
            "Here the two cannot be told apart: to keep and to drop are equally likely, {keep} and {drop}. Move p away from ½."
        ),
        "right": "The factor is {factor}, the probability to drop.",
    },
    instead=(
        "Multiply by the probability to keep; or divide by it in training (inverted dropout) and leave the test alone. "
        "Where a library asks for a rate, it means the probability to drop: Dropout(0.2) keeps 0.8."
    ),
    latex=(
        r"\mathbb E\Bigl[\sum_i m_i w_i x_i\Bigr] = p \sum_i w_i x_i, \quad m_i \sim \text{Bernoulli}(p),\; p = P(m_i = 1)",
    ),
    lab=lambda values: Live(
        "training",
        f"steps=500&dropout=vanilla:keep={number_text(values.keep)}&dropout=misread:keep={number_text(values.keep)}"
        "&run=sgd&run=sgd",
    ),
    code="h = x * (np.random.rand(*x.shape) < keep) / keep  # in training; nothing to do in a test",
)
