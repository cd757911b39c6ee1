"""16. Saddles: how common they are, and how long they hold a descent."""

import functools

import numpy as np

from core.types import Param, Values
from engines.descent.codec import number_text
from errata._descend import descend
from errata._record import Axes, Entry, Live, Mark, Outcome, Quantity, updates

STEPS, MATRICES, AWAY, SHOWN = 5000, 20_000, 0.5, 400
RULES = ("sgd", "momentum", "adagrad", "rmsprop", "adam", "newton")


def heights(rule: str, rate: float, offset: float) -> np.ndarray:
    """|y| [STEPS + 1], the distance from the ridge, of a descent that starts `offset` beside it."""
    return np.abs(descend(rule, 1.0 if rule == "newton" else rate, STEPS, (-1.5, offset), "bounded_saddle").x[:, 1])


def steps_to_leave(height: np.ndarray) -> float:
    """The first step further than AWAY from the ridge; ∞ where there is none."""
    away = height > AWAY
    return float(np.argmax(away)) if away.any() else np.inf


@functools.lru_cache(maxsize=16)
def share_of_saddles(dimension: int) -> float:
    """Among critical points with a random symmetric Hessian: the share that has curvatures of both signs."""
    draws = np.random.default_rng(dimension).standard_normal((MATRICES, dimension, dimension))
    curvatures = np.linalg.eigvalsh(draws + draws.transpose(0, 2, 1))
    return float(np.mean((curvatures[:, 0] < 0) & (curvatures[:, -1] > 0)))


def _visible(height: np.ndarray, offset: float) -> np.ndarray:
    """Without what is far closer to the ridge than the start: the scale is logarithmic."""
    return np.where(height < offset / 10, np.nan, height)


def run(values: Values) -> Outcome:
    dimension = int(values.dimension)
    ridge = max(float(heights(rule, values.lr, 0.0).max()) for rule in RULES)
    paths = {rule: heights(rule, values.lr, values.offset) for rule in RULES}
    left = {rule: steps_to_leave(path) for rule, path in paths.items()}
    numbers = {
        "ridge": ridge,
        **left,
        "fastest": min(left.values()),
        "slowest": max(left[rule] for rule in RULES if rule != "newton"),
        "one": share_of_saddles(1),
        "two": share_of_saddles(2),
        "share": share_of_saddles(dimension),
    }
    # All curvatures of a 2 × 2 matrix are positive with probability (2 − √2)/4 (Dean and Majumdar 2006), or negative likewise.
    theory = {"ridge": 0.0, "one": 0.0, "two": 0.5**0.5}
    until = int(min(STEPS, max(20.0, numbers["slowest"] if np.isfinite(numbers["slowest"]) else STEPS)))
    kept = np.unique(np.geomspace(1, until + 1, SHOWN).astype(int)) - 1
    lines = tuple((updates(STEPS)[kept] + 1, _visible(paths[rule][kept], values.offset)) for rule in RULES if rule != "newton")
    dimensions = np.arange(1, 9)
    return Outcome(numbers, theory, (lines, ((dimensions, np.array([share_of_saddles(int(n)) for n in dimensions])),)))


def judge(numbers):
    if numbers["one"] > 0:
        return "wrong"
    return "depends"


entry = Entry(
    key="saddles",
    number=16,
    lectures=("000", "001"),
    title="Saddles almost everywhere",
    claim="In high dimensions saddles are almost everywhere, and gradient descent gets stuck in them.",
    tested=(
        "Random symmetric matrices as Hessians of critical points: the share with curvatures of both signs. Then a saddle"
        " between two basins: starts exactly on its ridge and a hair beside it, up to 5000 updates."
    ),
    params=(
        Param("offset", "y_0", 1e-6, 1e-12, 0.1, "log", "Distance of the start from the ridge."),
        Param("lr", r"\alpha", 0.02, 0.001, 0.2, "log", "Learning rate of all rules but Newton's."),
        Param("dimension", "n", 8, 1, 8, "int", "Dimension."),
    ),
    quantities=(
        Quantity("ridge", "start on the ridge: largest distance from it, any rule"),
        Quantity("sgd", "start beside it: steps of SGD until ½ away"),
        Quantity("momentum", "steps of momentum"),
        Quantity("adagrad", "steps of AdaGrad"),
        Quantity("rmsprop", "steps of RMSProp"),
        Quantity("adam", "steps of Adam"),
        Quantity("newton", "steps of Newton's method"),
        Quantity("fastest", "steps of the fastest rule"),
        Quantity("slowest", "steps of the slowest rule but Newton's"),
        Quantity("one", "share of saddles among critical points, dimension 1"),
        Quantity("two", "share of saddles among critical points, dimension 2"),
        Quantity("share", "share of saddles among critical points, the dimension set above"),
    ),
    axes=(
        Axes(
            "update + 1",
            "distance from the ridge",
            (Mark("SGD"), Mark("Momentum"), Mark("AdaGrad"), Mark("RMSProp"), Mark("Adam")),
            log_x=True,
            log_y=True,
        ),
        Axes("dimension", "share of saddles", (Mark("measured", "points"),)),
    ),
    run=run,
    judge=judge,
    findings={
        "depends": (
            "Saddles are common among critical points, not among points: the share is {one} in one dimension, {two} in two, "
            "and {share} for n = {dimension}. Exactly on the ridge no rule escapes (largest distance "
            "{ridge}). Beside it, the fastest "
            "needs {fastest} steps and the slowest {slowest}; Newton's method ({newton}) is drawn to the saddle."
        ),
        "wrong": "A share of {one} of saddles in one dimension.",
    },
    instead=(
        "Among the critical points of random high-dimensional functions almost all are saddles. A descent meets one only "
        "from its ridge; beside it, it is slowed down: for SGD by ln(1/y₀)/ln(1 + α|λ|) steps."
    ),
    latex=(
        r"\lambda < 0:\quad y_t = (1 + \alpha |\lambda|)^t\, y_0",
        r"P(\lambda_1, \dots, \lambda_n > 0) \approx e^{-\frac{\ln 3}{4} n^2}",
    ),
    live=lambda values: Live(
        "race", "&".join(["surface=bounded_saddle", f"start=-1.5,{number_text(values.offset)}", *_runs(values)])
    ),
)


def _runs(values: Values) -> list[str]:
    rate = number_text(values.lr)
    return ["steps=500", *(f"run={rule}:lr={rate}" for rule in ("sgd", "momentum", "rmsprop", "adam")), "run=newton"]
