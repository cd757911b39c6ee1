"""4. What the loss should be before any training: it depends on the loss."""

import math

import numpy as np

from core.types import Param, Values
from errata._record import Axes, Entry, Live, Mark, Outcome, Quantity, Symbols
from errata.natural_log import OF_CLASSES, softmax_loss

SAMPLES, MOST = 2000, 50
SMALL = 0.1  # spread up to which the softmax loss is ln C to half a percent


def hinge_loss(scores: np.ndarray) -> np.ndarray:
    """Multi-class hinge loss [n] of scores [n, classes] with margin 1, whose right class is the first."""
    return np.maximum(0, scores[:, 1:] - scores[:, :1] + 1).sum(1)


def run(values: Values) -> Outcome:
    rng = np.random.default_rng(0)
    counts = np.arange(2, MOST + 1, 4)
    scores = [values.spread * rng.standard_normal((SAMPLES, c)) for c in counts]
    here = values.spread * rng.standard_normal((SAMPLES, int(values.classes)))
    numbers = {
        "hinge": float(hinge_loss(here).mean()),
        "softmax": float(softmax_loss(here).mean()),
        "less_one": values.classes - 1,
    }
    means = [np.array([loss(s).mean() for s in scores]) for loss in (hinge_loss, softmax_loss)]
    picture = ((counts, means[0]), (counts, means[1]), (counts, counts - 1.0), (counts, np.log(counts)))
    return Outcome(numbers, _theory(values.classes, values.spread), (picture,))


def _theory(classes: float, spread: float) -> dict[str, float]:
    """Mean losses of Gaussian scores: hinge, E max(0, 1 + d) with d ~ N(0, 2σ²); softmax where the spread is small."""
    s = spread * 2**0.5
    margin = 1.0
    if s:
        normal = 0.5 * (1 + math.erf(1 / s / 2**0.5))
        margin = normal + s * math.exp(-1 / (2 * s**2)) / (2 * math.pi) ** 0.5
    return {"hinge": (classes - 1) * margin} | ({"softmax": math.log(classes)} if spread <= SMALL else {})


def judge(numbers):
    hinge, softmax = (abs(numbers[key] / numbers["less_one"] - 1) < 0.05 for key in ("hinge", "softmax"))
    return "right" if hinge and softmax else "depends" if hinge else "wrong"


entry = Entry(
    key="initial_loss",
    number=4,
    lectures=("004",),
    title="First loss = classes − 1",
    claim="Before training, with small weights, the loss should be the number of classes minus one.",
    tested="Both losses on 2000 samples with small random scores, averaged.",
    params=(
        Param("classes", "C", 10, 2, MOST, "int", "Number of classes."),
        Param("spread", r"\sigma", 0.01, 0.0, 1.0, "linear", "Spread of the scores."),
    ),
    quantities=(
        Quantity("hinge", "hinge loss, mean"),
        Quantity("softmax", "softmax loss, mean"),
        Quantity("less_one", "classes − 1"),
    ),
    axes=(
        Axes(
            "classes",
            "loss",
            (
                Mark("hinge loss", "points"),
                Mark("softmax loss", "points"),
                Mark(Symbols("C − 1"), "dashed", 0),
                Mark(Symbols("ln C"), "dashed", 1),
            ),
            log_y=True,
        ),
    ),
    run=run,
    judge=judge,
    findings={
        "depends": "It holds for the hinge loss, {hinge}, and not for softmax, whose loss is {softmax}.",
        "wrong": "With scores this large it holds for neither: hinge {hinge}, softmax {softmax}, against {less_one}.",
        "right": "Both losses are near {less_one}.",
    },
    instead="Name the loss: C − 1 for the hinge loss with margin 1, ln C for softmax. Both hold for scores near zero only.",
    latex=(r"L_\text{hinge} = \sum_{j \ne y} \max(0, 0 - 0 + 1) = C - 1", r"L_\text{softmax} = \ln C"),
    lab=lambda values: (
        Live("training", f"data={OF_CLASSES[int(values.classes)]}&init=normal:std=0.001&loss=hinge&steps=200&run=sgd")
        if int(values.classes) in OF_CLASSES
        else None
    ),
)
