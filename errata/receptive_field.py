"""19. Two formulas that leave something out: the receptive field, and clipping by value."""

import numpy as np

from core.types import Param, Values
from errata._record import Axes, Entry, Mark, Outcome, Quantity, Symbols

GRADIENT = np.array([1.0, -8.0])  # of one layer: one direction is much steeper


def paths(layers: int, kernel: int, stride: int, dilation: int) -> np.ndarray:
    """In how many ways each input reaches one output of a stack of convolutions.

    A one is put in at the output and handed back through layers whose weights are all one, as a gradient is.
    """
    gradient = np.ones(1)
    for _ in range(layers):
        below = np.zeros((len(gradient) - 1) * stride + (kernel - 1) * dilation + 1)
        for tap in range(kernel):
            below[tap * dilation : tap * dilation + (len(gradient) - 1) * stride + 1 : stride] += gradient
        gradient = below
    return gradient


def span(reached: np.ndarray) -> int:
    """From the first input that is reached to the last."""
    at = np.flatnonzero(reached)
    return int(at[-1] - at[0] + 1)


def formula(layers: int, kernel: int, stride: int, dilation: int = 1) -> int:
    return 1 + sum(dilation * (kernel - 1) * stride**i for i in range(layers))


def angle(a: np.ndarray, b: np.ndarray) -> float:
    """Degrees between two vectors."""
    return float(np.degrees(abs(np.arctan2(a[0] * b[1] - a[1] * b[0], a @ b))))


def run(values: Values) -> Outcome:
    stack = int(values.layers), int(values.kernel), int(values.stride)
    dilated = paths(*stack, int(values.dilation))
    plain = paths(*stack, 1)
    by_value = np.clip(GRADIENT, -values.clip, values.clip)
    by_norm = GRADIENT * min(1.0, values.clip / float(np.linalg.norm(GRADIENT)))
    above = np.minimum(GRADIENT, values.clip)
    numbers = {
        "field": span(dilated),
        "printed": formula(*stack),
        "value_angle": angle(GRADIENT, by_value),
        "norm_angle": angle(GRADIENT, by_norm),
        "above": float(np.abs(above).max()),
    }
    theory = {"field": formula(*stack, int(values.dilation)), "norm_angle": 0.0}
    centred = [(np.arange(len(x)) - (len(x) - 1) / 2, x) for x in (dilated, plain)]
    arrows = tuple((np.array([0, g[0]]), np.array([0, g[1]])) for g in (GRADIENT, by_value, by_norm))
    return Outcome(numbers, theory, (tuple(centred), arrows))


def judge(numbers):
    field, direction = numbers["field"] == numbers["printed"], numbers["value_angle"] < 1e-6
    return "right" if field and direction else "depends" if field else "wrong"


entry = Entry(
    key="receptive_field",
    number=19,
    lectures=("003", "004"),
    title="Receptive field; clipping by value",
    claim=(
        "The receptive field is given as Σ(k − 1)Πs + 1, beside an output size that does have a dilation. Gradients are "
        "clipped where they exceed a threshold."
    ),
    tested=(
        "A one is handed back from one output through convolutions of ones, and the inputs it reaches are counted. Then "
        "the gradient (1, −8) is clipped by value, by norm, and from above only."
    ),
    params=(
        Param("dilation", "d", 2, 1, 4, "int", "Dilation of every layer."),
        Param("kernel", "k", 3, 1, 7, "int", "Kernel size."),
        Param("layers", "L", 3, 1, 4, "int", "Layers."),
        Param("stride", "s", 1, 1, 2, "int", "Stride of every layer."),
        Param("clip", "c", 1.0, 0.1, 10.0, "log", "Threshold of the clipping."),
    ),
    quantities=(
        Quantity("field", "receptive field, counted"),
        Quantity("printed", "receptive field by the printed formula"),
        Quantity("value_angle", "clipping by value turns the gradient by (degrees)"),
        Quantity("norm_angle", "clipping by norm turns it by (degrees)"),
        Quantity("above", "clipping from above only: largest entry left"),
    ),
    axes=(
        Axes("input", "paths to the output", (Mark("the dilation set above", "bars"), Mark("without dilation"))),
        Axes(
            Symbols("∂/∂w₁"),
            Symbols("∂/∂w₂"),
            (Mark("gradient", "dashed"), Mark("clipped by value"), Mark("clipped by norm")),
            equal=True,
        ),
    ),
    run=run,
    judge=judge,
    findings={
        "wrong": (
            "The field is {field} inputs wide, not {printed}: the dilation is missing. At c = {clip}, clipping by value turns "
            "the gradient by {value_angle}°, by norm by {norm_angle}°; from above only, an entry of {above} is left."
        ),
        "depends": (
            "Here the formula holds: {field} and {printed}. But clipping by value turns the gradient by "
            "{value_angle}°; clipping by norm by {norm_angle}°."
        ),
        "right": "Here both hold: {field} and {printed} inputs, and nothing is clipped askew ({value_angle}°).",
    },
    instead="The dilation belongs into the sum. Clip by value to ±c, or by norm, which keeps the direction.",
    latex=(
        r"r = 1 + \sum_{l} d_l\,(k_l - 1) \prod_{i < l} s_i",
        r"\lvert g_i \rvert \le c:\quad g_i \leftarrow \min(\max(g_i, -c), c)",
        r"\lVert g \rVert \le c:\quad g \leftarrow g\, \min\bigl(1, \tfrac{c}{\lVert g \rVert}\bigr)",
    ),
)
