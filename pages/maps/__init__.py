"""Maps: where every start ends, which learning rates work, and where a rule is stable."""

from collections.abc import Callable, Iterator
from functools import partial
from urllib.parse import parse_qsl

from core.page import LONG, QUICK, Page, Question
from engines.descent import experiment as ex
from pages.maps import answer, picture, query, script, sliders
from pages.maps.look_for import HOLDS, LOOK_FOR
from pages.maps.presets import PRESETS


def warm() -> Iterator[Callable[[], object]]:
    """Compile what the presets need; a small map compiles all there is to a large one."""
    for preset in PRESETS:
        value, _ = query.parse([*(pair for pair in parse_qsl(preset.query) if pair[0] != "size"), ("size", "2")])
        yield partial(answer.compute, value)


SHORT = 2 * 10**6  # updates: 32 × 32 cells, as while something moves; all the cells wait in a line of their own

page = Page(
    key="maps",
    title="Maps",
    summary="Where every start ends, which learning rates work, and where a rule is stable: each point is a race.",
    look_for=LOOK_FOR,
    holds=HOLDS,
    parse=query.parse,
    pairs=query.pairs,
    compute=answer.compute,
    document=answer.document,
    table=answer.table,
    translated=True,
    questions=(
        Question("basin", partial(query.parse, only="basins"), answer.basin, pace=LONG),
        Question("rates", partial(query.parse, only="rates"), answer.rates, pace=LONG),
        Question("stability", partial(query.parse, only="stability"), answer.stability, pace=LONG),
    ),
    script=script.script,
    picture=picture.picture,
    shows=picture.SHOWS,
    presets=PRESETS,
    opens=True,
    numbers=(ex.STEPS, ex.SEED, query.SEEDS, query.LOW, query.HIGH, query.SIZE["basins"]),
    sliders=sliders.sliders,
    moved=sliders.moved,
    alone=sliders.alone,
    offline=sliders.offline,
    cost=sliders.cost,
    pace=lambda atlas: QUICK if atlas.updates <= SHORT else LONG,
    warm=warm,
    limits={
        "runs": query.MAX_RUNS["rates"],
        "maps": query.MAX_RUNS["basins"],
        **{f"size_{kind}": int(param.default) for kind, param in query.SIZE.items()},
    },
)
