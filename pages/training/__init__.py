"""Training: real networks on real data, complete runs under a moving slider."""

from core.page import File, Page
from engines.training import codec
from engines.training.experiment import MAX_RUNS, NUMBERS
from pages.training import answer

page = Page(
    key="training",
    title="Training",
    summary="A real network on real data: drag a slider, and the complete training run follows.",
    parse=codec.parse,
    pairs=codec.pairs,
    compute=answer.compute,
    document=answer.document,
    table=answer.table,
    files={"npz": File("application/octet-stream", answer.file)},
    stream=answer.stream,
    numbers=NUMBERS,
    cost=lambda t: t.steps * len(t.runs),
    limits={"runs": MAX_RUNS},
)
