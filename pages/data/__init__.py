"""Data before training: raw, centred, standardized, rotated, whitened, and the descent on what comes out."""

from collections.abc import Callable, Iterator
from functools import partial

from core.page import Page
from pages.data import answer, picture, query, script
from pages.data.presets import PRESETS


def warm() -> Iterator[Callable[[], object]]:
    """Compile the descent on a bowl, which all presets share."""
    yield partial(answer.compute, query.Prepared())


page = Page(
    key="data",
    title="Data",
    summary="Raw, centred, standardized, rotated, whitened: the cloud, its spectrum, and the descent down the loss it makes.",
    parse=query.parse,
    pairs=query.pairs,
    compute=answer.compute,
    document=answer.document,
    table=answer.table,
    picture=picture.picture,
    shows=picture.SHOWS,
    translated=True,
    script=script.script,
    presets=PRESETS,
    numbers=query.NUMBERS,
    sliders=query.sliders,
    moved=query.moved,
    offline=lambda value: ["data.correlation" if value.data.key == query.CLOUD else "share"],
    cost=lambda value: 2500 + 8 * value.steps,
    steps=lambda value: value.steps,
    panels={
        "loss": ("loss above its lowest value, two weights",),
        "spectrum": ("eigenvalues of XᵀX/n, all features",),
        "price": ("test accuracy of the nearest neighbour, against components",),
    },
    columns=1,
    warm=warm,
)
