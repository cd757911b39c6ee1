"""Schedules: the rate against the update, any number of them, and what they do to the same noisy descent."""

from collections.abc import Callable, Iterator
from functools import partial
from urllib.parse import parse_qsl

import numpy as np

from core import claims
from core.page import Page, Question
from core.words import N_
from engines.descent import codec, ensemble, sliders
from engines.descent.experiment import HORIZON, MAX_RUNS, SEED, plane
from pages.schedules import answer, picture, script, single
from pages.schedules.presets import PRESETS
from pages.schedules.seeds import SeededRuns

parse = partial(codec.parse, steps=HORIZON)


def warm() -> Iterator[Callable[[], object]]:
    """Compile what the presets need."""
    yield from (partial(SeededRuns, parse(parse_qsl(preset.query))[0]) for preset in PRESETS)


NOISY = "surface=noisy_taco&steps=3000"


def floor(see: Callable, run: str) -> float:
    """Where the loss of one run ends."""
    return see(f"{NOISY}&run={run}").runs[0].floor


page = Page(
    key="schedules",
    title="Schedules",
    summary="Learning rates against the update, and what each does to the same noisy descent under 64 seeds.",
    look_for=N_(
        "Every curve runs the same descent with the same noise, under 64 seeds at once. With a constant rate the loss "
        "stalls at a floor that grows with the rate, in proportion while it is small and faster towards the limit; where "
        "the rate falls, so does the floor. Large rates travel, small rates settle."
    ),
    holds=(
        lambda see: len(see("run=sgd").runs[0].ends) == 64,
        lambda see: np.array_equal(see(f"{NOISY}&run=sgd").runs[0].mean, see(f"{NOISY}&run=adam&run=sgd").runs[1].mean),
        lambda see: claims.level([floor(see, f"sgd:lr={rate}") / rate for rate in (0.005, 0.01)], 0.05),
        lambda see: floor(see, "sgd:lr=0.08") / 0.08 > 1.3 * floor(see, "sgd:lr=0.01") / 0.01,
        lambda see: floor(see, "sgd:lr=0.08~step:every=1000") < floor(see, "sgd:lr=0.08") / 2,
    ),
    parse=parse,
    pairs=codec.pairs,
    compute=SeededRuns,
    document=answer.document,
    table=answer.table,
    script=script.script,
    arrays=answer.arrays,
    fields=answer.FIELDS,
    still_fields=answer.FIELDS,
    picture=picture.picture,
    shows=picture.SHOWS,
    presets=PRESETS,
    opens=True,
    settings={"scale": ("linear", "log")},
    numbers=(HORIZON, SEED),
    sliders=sliders.sliders,
    moved=sliders.moved,
    sweepable=sliders.sweepable,
    alone=sliders.alone,
    offline=lambda experiment: [f"run{i}.lr" for i in range(len(experiment.runs))],
    cost=lambda experiment: max(3 * min(experiment.steps, ensemble.DRAWN), experiment.steps) * len(experiment.runs),
    steps=lambda experiment: experiment.steps,
    questions=(Question("schedule", codec.schedule_alone, single.answer),),
    aliases=("courses",),
    limits={"runs": MAX_RUNS, "seeds": ensemble.SEEDS},
    plane=plane,
    panels={"schedules": ("learning rate of every update", "loss, mean of 64 seeds")},
    columns=1,
    warm=warm,
)
