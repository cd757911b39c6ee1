"""The race: one surface, several optimizers, side by side."""

from core.page import AT_ONCE, LONG, QUICK, Page, Question
from engines.descent import codec, sliders
from engines.descent.experiment import MAX_RUNS, SEED, STEPS, plane
from engines.descent.results import Descent
from pages.race import answer, local, picture, script, tune, warm
from pages.race.presets import PRESETS

SHORT = 4000  # steps of all runs together: some milliseconds

page = Page(
    key="race",
    title="The race",
    summary="Surfaces and optimizers: paths side by side, loss, rate, gradient, and each optimizer's own state.",
    parse=codec.parse,
    pairs=codec.pairs,
    compute=Descent,
    document=answer.document,
    table=answer.table,
    script=script.script,
    arrays=answer.arrays,
    fields=answer.FIELDS,
    stop_fields=("lr", "gap", "distance", "counted", "average"),
    still_fields=("lr", "gradient", "move", "gap", "distance", "curvature", "counted", "state", "average", "grid"),
    picture=picture.picture,
    shows=picture.SHOWS,
    presets=PRESETS,
    numbers=(STEPS, SEED),
    sliders=sliders.sliders,
    moved=sliders.moved,
    sweepable=sliders.sweepable,
    alone=sliders.alone,
    offline=lambda experiment: [f"run{i}.lr" for i in range(len(experiment.runs))],
    cost=lambda experiment: experiment.steps * len(experiment.runs),
    pace=lambda experiment: AT_ONCE if experiment.steps * len(experiment.runs) <= SHORT else QUICK,
    steps=lambda experiment: experiment.steps,
    questions=(
        Question("tune", codec.parse, tune.answer, ("runs",), LONG),
        Question("local", codec.parse, local.answer, ("of", "at")),
    ),
    aliases=("descent",),
    limits={"runs": MAX_RUNS},
    plane=plane,
    plane_leads=True,
    panels={"race": ("loss", "learning rate", "gradient norm", "distance to a minimum")},
    warm=warm.jobs,
)
