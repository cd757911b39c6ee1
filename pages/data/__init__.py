"""Data before training: raw, centred, standardized, rotated, whitened, and the descent on what comes out."""

from collections.abc import Callable, Iterator
from functools import partial

import numpy as np

from core.page import LONG, QUICK, Page
from core.words import N_
from datasets._tables import COLOURS
from pages.data import answer, picture, query, script
from pages.data.presets import PRESETS


def warm() -> Iterator[Callable[[], object]]:
    """Compile the descent on a bowl, which all presets share."""
    yield partial(answer.compute, query.Prepared())


MANY = 40  # features from which the neighbours of all samples take a part of a second

page = Page(
    key="data",
    title="Data",
    summary="Raw, centred, standardized, rotated, whitened: the cloud, its spectrum, and the descent down the loss it makes.",
    look_for=N_(
        "Both clouds, and under each the loss over two weights from the very same points, at true proportion, with a "
        "descent at the same share of its own largest rate; the line in a cloud is where its weights part the last class "
        "from the others. The curvature of the loss is XᵀX/n, so the shape of the cloud is the shape of the valley. The "
        "table counts updates for all features together. Statistics belong to the training set: the leak shows what a "
        "test looks like that has been seen; the last picture whether whitening helps."
    ),
    formulas=(
        (N_("Centred"), r"x - \mu"),
        (N_("Standardized"), r"(x - \mu)/\sigma"),
        (N_("Rotated (PCA)"), r"V^\top (x - \mu), \quad \tfrac1n \textstyle\sum (x-\mu)(x-\mu)^\top = V \Lambda V^\top"),
        (N_("Whitened"), r"\Lambda^{-1/2}\, V^\top (x - \mu)"),
        (N_("Largest rate, and condition number"), r"2/\lambda_{\max}, \qquad \kappa = \lambda_{\max}/\lambda_{\min}"),
        (N_("Gap after t updates"), r"\tfrac{1}{2n} \sum_i (u_i^\top y)^2\, (1 - \alpha\lambda_i)^{2t}"),
    ),
    sources="LeCun, Bottou, Orr, Müller, Efficient BackProp (1998) · Wadia et al. (2020), arXiv:2008.07545",
    holds=(
        lambda see: all(
            np.allclose(view.bowl.curvature, view.points.T @ view.points / len(view.points)) for view in see("data=wine").views
        ),
        lambda see: all(np.isclose(view.rate, 0.5 * view.spectrum.rate) for view in see("data=wine&share=0.5").views),
        lambda see: see("data=wine").chosen.features == 13,
    ),
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
    cost=lambda value: 2500 + 12 * value.steps + (3500 if value.data.key == COLOURS else 0),
    pace=lambda prepared: QUICK if query.FEATURES[prepared.data.key] < MANY else LONG,
    steps=lambda value: value.steps,
    panels={
        "loss": ("loss above its lowest value, two weights",),
        "spectrum": ("eigenvalues of XᵀX/n, all features",),
        "price": ("test accuracy of the nearest neighbour, against components",),
    },
    columns=1,
    warm=warm,
)
