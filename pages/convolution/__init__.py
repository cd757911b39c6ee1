"""Convolution arithmetic: sizes, parameters, work and receptive fields of a network, and a convolution number by number."""

from collections.abc import Callable
from typing import Any

from core import claims
from core.page import LONG, QUICK, Page
from core.words import N_
from engines.convolution.field import effective_size
from pages.convolution import answer, picture, query, script, sliders
from pages.convolution.learned import learned
from pages.convolution.presets import PRESETS


def share(see: Callable[[str], Any], depth: int) -> float:
    """Side of the square where the gradient arrives over that of the field, behind `depth` layers of 3 × 3."""
    deep = see("input=99x99x1" + depth * "&layer=conv:filters=1,kernel=3,padding=1")
    return effective_size(deep.seen.gradient) / deep.rows[-1].views[0].field


page = Page(
    key="convolution",
    title="Convolution",
    summary="Layers in a table: sizes, parameters, work, and what a unit sees of the input; a convolution number by number.",
    look_for=N_(
        "Click a bar of the stack: the units that one unit sees light up in every layer below, down to the pixels. The "
        "bright spot in the field is where its gradient really arrives, averaged over all random weights of a linear "
        "network: the more layers it passes, the smaller its part of the field that the formula gives. Layers can be "
        "edited in the table; what does not fit says what would. Below it a convolution is walked through number by "
        "number, or a photograph under six filters: choose one and paint another in its place."
    ),
    formulas=(
        (N_("Output"), r"n' = \left\lfloor \frac{n + 2p - d(k-1) - 1}{s} \right\rfloor + 1"),
        (N_("Output of a transposed convolution"), r"n' = (n-1)s - 2p + d(k-1) + 1"),
        (N_("Parameters, with a bias per filter"), r"f\,(k^2 c/g + 1)"),
        (N_("Multiply–adds; operations are twice as many"), r"n'^2 f\, k^2 c/g"),
        (N_("Receptive field, with dilation"), r"r = 1 + \sum_l d_l\,(k_l - 1) \prod_{i<l} s_i"),
        (N_("Effective stride and padding"), r"S = \prod_l s_l, \qquad P = \sum_l p_l \prod_{i<l} s_i"),
    ),
    sources="Dumoulin, Visin (2016), arXiv:1603.07285 · Araujo, Norris, Sim (2019), Distill · "
    "Luo et al. (2016), arXiv:1701.04128",
    holds=(lambda see: claims.falls([share(see, depth) for depth in (2, 6, 16)]),),
    parse=query.parse,
    pairs=query.pairs,
    compute=answer.compute,
    document=answer.document,
    table=answer.table,
    translated=True,
    picture=picture.picture,
    shows=picture.SHOWS,
    script=script.script,
    presets=PRESETS,
    opens=True,
    numbers=query.NUMBERS,
    sliders=sliders.sliders,
    moved=sliders.moved,
    offline=lambda stack: ["dilation"],
    cost=lambda stack: 2500 + 100 * len(stack.layers) + (6000 if stack.photo != query.NONE else 0),
    pace=lambda stack: LONG if (stack.photo != query.NONE and stack.bank == query.LEARNED) else QUICK,
    steps=query.steps,
    limits={"layers": query.MOST},
    panels={"convolution": ("what the unit sees along a row of the input",)},
    columns=1,
    warm=lambda: [learned],
)
