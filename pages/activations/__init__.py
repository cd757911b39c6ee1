"""Activations: curve and slope, where a unit saturates, and what that does to learning."""

from collections.abc import Callable, Iterator
from functools import partial

import numpy as np

from core.page import Page
from core.types import Spec
from core.words import N_
from engines.activation import curve, learning
from pages.activations import answer, picture, query, script, sliders
from pages.activations.presets import PRESETS


def warm() -> Iterator[Callable[[], object]]:
    """Compile the small network of the activations that open the page."""
    yield from (partial(learning.dying, spec) for spec in query.default().activations)


page = Page(
    key="activations",
    title="Activations",
    summary="Curve and slope under a probe, saturation, what depth leaves of a gradient, zig-zag, dead units.",
    look_for=N_(
        "Drag across the curves: the marks show value and slope at x. A gradient is multiplied by the slope of every unit"
        " that it passes, so where the slope is small, learning stops. Two experiments belong to the first activation:"
        " two weights that learn from its outputs, and a small network whose units may die."
    ),
    holds=(
        lambda see: np.allclose(curve.product(Spec("sigmoid", {}), 5)["largest"], 0.25 ** np.arange(1, 6)),
        lambda see: curve.product(Spec("sigmoid", {}), 10)["typical"][-1] < 1e-5,
        lambda see: len(see("activation=tanh&activation=relu").activations) == 2,
    ),
    parse=query.parse,
    pairs=query.pairs,
    compute=lambda chosen: chosen,
    document=answer.document,
    table=answer.table,
    script=script.script,
    picture=picture.picture,
    shows=picture.SHOWS,
    presets=PRESETS,
    numbers=query.NUMBERS,
    sliders=sliders.sliders,
    moved=sliders.moved,
    offline=lambda chosen: ["rate"],
    cost=lambda chosen: 2 * chosen.points * len(chosen.activations),
    aliases=("activation", "gallery"),
    limits={"curves": query.MAX_CURVES, "units": learning.UNITS},
    panels={
        "activations": ("f(x)", "its slope f\u2032(x)"),
        "slopes": ("what the slopes leave of a gradient, layer by layer",),
        "dying": ("loss while a small network learns", "dead units of 64"),
    },
    warm=warm,
)
