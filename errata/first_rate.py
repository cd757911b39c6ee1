"""18. The rate of the very first update."""

import numpy as np

from core.types import Param, Values, spec
from engines.descent import schedule
from engines.descent.codec import number_text
from engines.descent.experiment import schedule_params
from errata._record import Axes, Entry, Live, Mark, Outcome, Quantity

STEPS = 60


def rates(key: str, rate: float, warmup: float = 0.0) -> np.ndarray:
    """The rates [STEPS] of updates 1, 2, …, as the engine uses them."""
    return schedule.rates(spec(key, schedule_params(key), warmup=warmup), rate, STEPS)


def run(values: Values) -> Outcome:
    warm, root = rates("constant", values.lr, values.warmup), rates("inverse_sqrt", values.lr)
    with np.errstate(divide="ignore"):
        zero = values.lr / np.sqrt(np.float64(0))
    numbers = {"first": float(warm[0]), "full": float(warm[-1]), "zero": float(zero), "root": float(root[0])}
    theory = {"first": values.lr / values.warmup, "full": values.lr, "root": values.lr}
    update = np.arange(1, STEPS + 1)
    naive = values.lr * np.minimum(1, (update - 1) / values.warmup)
    return Outcome(numbers, theory, (((update, warm), (update, naive), (update, root)),))


def judge(numbers):
    return "wrong" if numbers["first"] > 0 and np.isinf(numbers["zero"]) else "right"


entry = Entry(
    key="first_rate",
    number=18,
    lectures=("000",),
    title="Warm-up from 0; 1/√t from t = 0",
    claim="Warm-up is said to rise from 0, with a formula whose t runs from 1; and the inverse root is given for t from 0 on.",
    tested="The rates that the first updates of the app's own schedules run at, and the formula at t = 0.",
    params=(
        Param("lr", r"\alpha_0", 0.1, 0.001, 1.0, "log", "The rate that is set."),
        Param("warmup", "n", 10, 1, 50, "int", "Updates of warm-up."),
    ),
    quantities=(
        Quantity("first", "warm-up: rate of update 1"),
        Quantity("full", "warm-up: rate at the end"),
        Quantity("zero", "α₀/√t at t = 0"),
        Quantity("root", "inverse root, counted from 1: rate of update 1"),
    ),
    axes=(
        Axes(
            "update",
            "learning rate",
            (Mark("warm-up, t from 1"), Mark("warm-up, t from 0", "dashed"), Mark("inverse root, t from 1")),
        ),
    ),
    run=run,
    judge=judge,
    findings={
        "wrong": (
            "With t from 1 the first update runs at {first}, which is α₀/{warmup}, not 0; from 0 it would be wasted. And "
            "α₀/√t is {zero} at t = 0; counted from 1 it begins at {root}."
        ),
        "right": "The first update runs at {first}.",
    },
    instead="Warm-up starts at α₀/n. Count the inverse root from 1. Decays that start at α₀, such as the cosine, count from 0.",
    latex=(
        r"\alpha_t = \alpha_0 \min\left(1, \tfrac{t}{n}\right), \quad t = 1, 2, \dots",
        r"\alpha_t = \frac{\alpha_0}{\sqrt t}, \quad t = 1, 2, \dots",
    ),
    live=lambda values: Live("schedules", "&".join(_courses(values))),
)


def _courses(values: Values) -> list[str]:
    rate, n = number_text(min(values.lr, 0.04)), number_text(values.warmup)
    return ["surface=noisy_taco", f"steps={STEPS}", f"run=sgd:lr={rate}~constant:warmup={n}", f"run=sgd:lr={rate}~inverse_sqrt"]
