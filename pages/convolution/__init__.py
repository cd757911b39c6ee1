"""Convolution arithmetic: sizes, parameters, work and receptive fields of a network, and a convolution number by number."""

from core.page import Page
from pages.convolution import answer, picture, query, script, sliders
from pages.convolution.presets import PRESETS

page = Page(
    key="convolution",
    title="Convolution",
    summary="Layers in a table: sizes, parameters, work, and what a unit sees of the input; a convolution number by number.",
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
    cost=lambda stack: 2500 + 100 * len(stack.layers),
    limits={"layers": query.MOST},
    panels={"convolution": ("what the unit sees along a row of the input",)},
    columns=1,
)
