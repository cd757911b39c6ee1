"""17. How strongly an L2 penalty shrinks, and whether it is weight decay."""

import numpy as np

from core.types import Landscape, Param, Values
from engines.descent.codec import number_text
from errata._descend import descend
from errata._record import Axes, Entry, Live, Mark, Outcome, Quantity, Symbols, updates

STEPS, SETTLED, START, TARGET, CURVATURE = 100, 3000, (2.0, 2.0), 1.0, (1.0, 100.0)

# ½ Σ aᵢ(wᵢ − 1)² + c Σ wᵢ²: a data term of two curvatures, and a penalty.
PENALISED = Landscape(
    key="penalised",
    name="",
    summary="",
    latex=r"\tfrac12 \sum_i a_i (w_i - 1)^2 + c \sum_i w_i^2",
    fn=lambda w, v: (v.a * (w[0] - TARGET) ** 2 + v.b * (w[1] - TARGET) ** 2) / 2 + v.c * (w[0] ** 2 + w[1] ** 2),
    domain=(-1.0, 3.0, -1.0, 3.0),
    start=START,
    minima=lambda values: (),
    checks=(),
    look_for="",
    params=tuple(Param(key, key, 0.0, 0.0, 1e3) for key in "abc"),
)


def shrink(rule: str, rate: float, penalty: float = 0.0, **hyper: float) -> np.ndarray:
    """w/w₀ [STEPS + 1] of a weight that no data pulls at."""
    return descend(rule, rate, STEPS, START, PENALISED, {"c": penalty}, **hyper).x[:, 0] / START[0]


def settled(rule: str, rate: float, decay: float, penalty: float = 0.0, **hyper: float) -> np.ndarray:
    """Where the two weights of a data term [2] end under a penalty; with decay taken off in the update as well."""
    on = {"a": CURVATURE[0], "b": CURVATURE[1], "c": penalty}
    if decay:
        w = np.array(START)
        for _ in range(SETTLED):
            w = (1 - rate * decay) * w - rate * np.array(CURVATURE) * (w - TARGET)
        return w
    return descend(rule, rate, SETTLED, START, PENALISED, on, **hyper).x[-1]


def run(values: Values) -> Outcome:
    rate, decay = values.lr, values.decay
    whole, half = shrink("sgd", rate, decay), shrink("sgd", rate, decay / 2)
    adam, adamw = shrink("adam", rate, decay / 2), shrink("adamw", rate, weight_decay=decay)
    sgd_apart = np.abs(settled("sgd", rate, decay) - settled("sgd", rate, 0.0, decay / 2)).max()
    pair = settled("adam", rate, 0.0, decay / 2), settled("adamw", rate, 0.0, weight_decay=decay)
    numbers = {
        "whole": float(whole[1]),
        "half": float(half[1]),
        "sgd_apart": float(sgd_apart),
        "adam": float(adam[1]),
        "adamw": float(adamw[1]),
        "adam_apart": float(np.abs(pair[0] - pair[1]).max()),
    }
    theory = {
        "whole": 1 - 2 * rate * decay,
        "half": 1 - rate * decay,
        "sgd_apart": 0.0,
        "adam": 1 - rate / START[0] if decay else 1.0,  # a step of the rate, whatever the penalty
        "adamw": 1 - rate * decay,
    }
    return Outcome(numbers, theory, (tuple((updates(STEPS), line) for line in (whole, half, adam, adamw)),))


def judge(numbers):
    same_for_sgd = numbers["sgd_apart"] < 1e-9
    same_for_adam = numbers["adam_apart"] < 1e-9
    return "right" if same_for_sgd and same_for_adam else "depends" if same_for_sgd else "wrong"


entry = Entry(
    key="weight_decay",
    number=17,
    lectures=("000", "003"),
    title="L2 is weight decay",
    claim="An L2 penalty is written as λΣw² in one place and λ/2·Σw² in another, and is called weight decay.",
    tested=(
        "One weight without data, to see by how much each rule shrinks it in a step. Then two weights with data of "
        "different curvature: penalty against decay, after 3000 updates."
    ),
    params=(
        Param("lr", r"\alpha", 0.01, 0.001, 0.015, "linear", "Learning rate."),
        Param("decay", r"\lambda", 1.0, 0.0, 5.0, "linear", "Strength of the penalty.", word="penalty"),
    ),
    quantities=(
        Quantity("whole", "SGD, λΣw²: a weight after one step / before"),
        Quantity("half", "SGD, λ/2·Σw²: a weight after one step / before"),
        Quantity("adam", "Adam, λ/2·Σw²: a weight after one step / before"),
        Quantity("adamw", "AdamW, decay λ: a weight after one step / before"),
        Quantity("sgd_apart", "SGD with data: penalty λ/2·Σw² against decay, largest difference"),
        Quantity("adam_apart", "Adam with data: penalty λ/2·Σw² against decay, largest difference"),
    ),
    axes=(
        Axes(
            "update",
            "weight / weight at the start",
            (
                Mark(Symbols("SGD, λΣw²")),
                Mark(Symbols("SGD, λ/2·Σw²")),
                Mark(Symbols("Adam, λ/2·Σw²")),
                Mark("AdamW, decay λ", "dashed"),
            ),
        ),
    ),
    run=run,
    judge=judge,
    findings={
        "depends": (
            "λΣw² shrinks a weight to {whole} per step, λ/2·Σw² to {half}: a factor of two in λ. For SGD the second is weight"
            " decay (difference {sgd_apart}). For Adam it is not: after its division a penalty of any strength moves a "
            "weight by the learning rate, to {adam} of what it was; with data the weights are {adam_apart} apart after 3000"
            " updates."
        ),
        "right": "Penalty and decay agree: {sgd_apart} for SGD, {adam_apart} for Adam.",
        "wrong": "Penalty and decay differ even for SGD, by {sgd_apart}.",
    },
    instead=(
        "Write the penalty as λ/2·Σw², so that a step shrinks by 1 − αλ. Weight decay is that for SGD only; with Adam "
        "take the decay from the weights themselves, as AdamW does."
    ),
    latex=(
        r"\lambda \textstyle\sum w^2:\quad w \leftarrow (1 - 2\alpha\lambda)\, w - \alpha \nabla f",
        r"\tfrac{\lambda}{2} \textstyle\sum w^2:\quad w \leftarrow (1 - \alpha\lambda)\, w - \alpha \nabla f",
    ),
    live=lambda values: Live("race", "&".join(_runs(values))),
    lab=lambda values: Live(
        "training",
        f"penalty=l2:strength={number_text(min(values.decay, 1.0))}&penalty=l2&steps=500&" + "&".join(_runs(values)),
    ),
)


def _runs(values: Values) -> list[str]:
    rate = number_text(values.lr)
    return [f"run=adam:lr={rate}", f"run=adamw:lr={rate},weight_decay={number_text(min(values.decay, 1.0))}"]
