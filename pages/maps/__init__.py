"""Maps: where every start ends, which learning rates work, and where a rule is stable."""

from functools import partial

from core.page import Page, Question
from pages.maps import answer, query

page = Page(
    key="maps",
    title="Maps",
    summary="Where every start ends, which learning rates work, and where a rule is stable: each point is a race.",
    parse=query.parse,
    pairs=query.pairs,
    compute=answer.compute,
    document=answer.document,
    table=answer.table,
    questions=(
        Question("basin", partial(query.parse, only="basins"), answer.basin),
        Question("rates", partial(query.parse, only="rates"), answer.rates),
        Question("stability", partial(query.parse, only="stability"), answer.stability),
    ),
    limits={"runs": max(query.MAX_RUNS.values())},
)
