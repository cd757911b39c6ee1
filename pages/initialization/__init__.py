"""Initialization: outputs and gradients of every layer of a deep network, beside theory and print."""

from collections.abc import Callable, Iterator
from functools import partial

import numpy as np

from core.page import LONG, QUICK, Page, Question
from core.words import N_
from engines.signal import network, statistics
from engines.signal.statistics import measure, signal
from pages.initialization import answer, picture, query, script, sliders
from pages.initialization.presets import PRESETS


def warm() -> Iterator[Callable[[], object]]:
    """Compile what the network that opens the page needs."""
    yield partial(measure, network.default())


def cost(networks: tuple[network.Network, ...]) -> int:
    """Numbers in the answer, and what it takes to get them."""
    return sum(n.depth * 200 + n.batch * n.width**2 * n.depth // 10**5 for n in networks)


page = Page(
    key="initialization",
    title="Initialization",
    summary="Outputs and gradients of every layer, up to four networks over one another, beside theory and print.",
    look_for=N_(
        "Each column is a layer: above what it puts out, below the gradient that arrives there. Choose one by a click or "
        "the arrow keys. Thin dotted lines are what theory predicts for wide layers; crosses are numbers that a lecture "
        "prints. A layer learns only where both rows are alive: outputs that are not all alike, and a gradient that "
        "neither fades nor explodes."
    ),
    holds=(
        lambda see: see("init=zeros&width=64&depth=5")[0].weight_grad_norm[-1] == 0,
        lambda see: (
            see("init=normal&width=64&depth=5")[0].weight_grad_norm.max()
            < 0.2 * see("init=lecun&width=64&depth=5")[0].weight_grad_norm.min()
        ),
        lambda see: np.allclose((wide := see("init=lecun&width=512&depth=5&batch=64")[0]).std, wide.predicted.std, rtol=0.1),
    ),
    parse=query.parse,
    pairs=query.pairs,
    compute=lambda networks: tuple(map(signal, networks)),
    document=answer.documents,
    table=answer.table,
    script=script.script,
    picture=picture.picture,
    shows=picture.SHOWS,
    presets=PRESETS,
    opens=True,
    numbers=network.NUMBERS,
    sliders=sliders.sliders,
    moved=sliders.moved,
    alone=lambda networks, index: networks[index : index + 1],
    items="networks",
    offline=lambda networks: [sliders.widest_param(networks)],
    cost=cost,
    pace=lambda networks: QUICK if cost(networks) < 20_000 else LONG,
    questions=(Question("signal", network.parse, answer.single, ("hist",)),),
    aliases=("signals",),
    limits={"networks": query.MOST, "rank": statistics.SKETCH},
    panels={
        "initialization": (
            "mean of the outputs",
            "std of the outputs",
            "std of the gradient",
            "share of saturated outputs",
            "share of dead units",
            "norm of the weight gradient",
        )
    },
    columns=3,
    warm=warm,
)
