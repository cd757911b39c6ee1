"""3. The loss at zero scores is a natural logarithm."""

import math

import numpy as np

from core.types import Param, Values
from errata._record import Axes, Entry, Live, Mark, Outcome, Quantity, Symbols

MOST = 100
OF_CLASSES = {2: "breast_cancer", 3: "iris", 10: "digits"}  # data of so many classes


def softmax_loss(scores: np.ndarray) -> np.ndarray:
    """Cross-entropy [n] of softmax scores [n, classes] whose right class is the first."""
    top = scores.max(1, keepdims=True)
    return np.log(np.exp(scores - top).sum(1)) + top[:, 0] - scores[:, 0]


def run(values: Values) -> Outcome:
    classes = int(values.classes)
    counts = np.unique(np.geomspace(2, MOST, 25).astype(int))
    measured = np.array([softmax_loss(np.zeros((1, c)))[0] for c in counts])
    numbers = {"loss": float(softmax_loss(np.zeros((1, classes)))[0]), "decimal": math.log10(classes)}
    picture = ((counts, measured), (counts, np.log(counts)), (counts, np.log10(counts)))
    return Outcome(numbers, {"loss": math.log(classes)}, (picture,))


def judge(numbers):
    return "right" if abs(numbers["loss"] - numbers["decimal"]) < 1e-3 else "wrong"


entry = Entry(
    key="natural_log",
    number=3,
    lectures=("000",),
    title=Symbols("log 3 ≈ 0.477"),
    claim="With three classes and scores near zero, the first loss should be log 3, given as about 0.477.",
    tested="The softmax cross-entropy of scores that are all zero, beside both logarithms.",
    params=(Param("classes", "C", 3, 2, MOST, "int", "Number of classes."),),
    quantities=(
        Quantity("loss", "softmax loss at zero scores"),
        Quantity("decimal", "base-10 logarithm of the number of classes"),
    ),
    axes=(
        Axes(
            "classes",
            "loss",
            (
                Mark("softmax loss at zero scores", "points"),
                Mark(Symbols("ln C"), "dashed", 0),
                Mark(Symbols("log₁₀ C")),
            ),
            log_x=True,
        ),
    ),
    run=run,
    judge=judge,
    findings={
        "wrong": (
            "The loss is {loss}, the natural logarithm. {decimal} is the base-10 logarithm; a network that is right at the "
            "start would look as if it were not."
        ),
        "right": "The loss is {loss}.",
    },
    instead="ln C: 1.0986 for three classes, 2.3026 for ten. Where a formula says log, it is the natural one.",
    latex=(r"L = -\ln \frac{e^{0}}{\sum_{j=1}^{C} e^{0}} = \ln C",),
    code="expected = math.log(classes)  # not math.log10",
    lab=lambda values: (
        Live("training", f"data={OF_CLASSES[int(values.classes)]}&init=normal:std=0.001&steps=200&run=sgd")
        if int(values.classes) in OF_CLASSES
        else None
    ),
)
