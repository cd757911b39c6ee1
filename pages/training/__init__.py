"""Training: real networks on real data, complete runs under a moving slider."""

from collections.abc import Callable, Iterator
from functools import partial

from core.page import LONG, QUICK, File, Page, Wish
from core.query import encode
from engines.training import codec
from engines.training import experiment as te
from pages.training import answer, in_torch, picture, script, sliders
from pages.training.look_for import HOLDS, LOOK_FOR
from pages.training.presets import PRESETS


def warm() -> Iterator[Callable[[], object]]:
    """Compile what the opening link and the presets need."""
    for query in (encode(codec.pairs(te.default())), *(preset.query for preset in reversed(PRESETS))):
        yield partial(_opened, query)


def _opened(query: str) -> None:
    from urllib.parse import parse_qsl

    answer.arrays(answer.compute(codec.parse(parse_qsl(query))[0]), Wish(answer.FIELDS))


A_SECOND = 30_000  # numbers: what takes so long costs as many, so that all stops of a file are computed in some ten seconds
SHORT = 10**7  # multiply-adds that take a few milliseconds: beyond them nobody's race waits for a training

page = Page(
    key="training",
    title="Training",
    summary="A real network on real data: drag a slider, and the complete training run follows.",
    look_for=LOOK_FOR,
    holds=HOLDS,
    parse=codec.parse,
    pairs=codec.pairs,
    compute=answer.compute,
    document=answer.document,
    table=answer.table,
    script=script.script,
    picture=picture.picture,
    shows=picture.SHOWS,
    presets=PRESETS,
    numbers=te.NUMBERS,
    sliders=sliders.sliders,
    moved=sliders.moved,
    sweepable=sliders.sweepable,
    alone=lambda t, i: t.alone(i),
    offline=lambda t: ["run0.lr"],
    cost=lambda t: max(4 * t.steps * len(t.runs), int(A_SECOND * te.seconds(t))),
    pace=lambda t: QUICK if te.products(t) < SHORT and t.plane.key == "none" else LONG,
    steps=lambda t: t.steps,
    arrays=answer.arrays,
    fields=answer.FIELDS,
    still_fields=answer.FIELDS,
    files={"npz": File("application/octet-stream", answer.file), "torch.py": File("text/x-python", in_torch.program)},
    stream=answer.stream,
    slow=answer.slow,
    limits={"runs": te.MAX_RUNS},
    panels={
        "training": (
            "loss of each batch",
            "validation loss",
            "validation accuracy",
            "norm of the gradient",
            "learning rate",
            "update / weight",
        ),
        "edge": (
            "loss of each batch",
            "sharpness; dotted: the limit",
            "validation loss",
            "validation accuracy",
            "norm of the gradient",
            "learning rate",
        ),
    },
    columns=3,
    warm=warm,
)
