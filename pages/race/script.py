"""The race as a program of its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from core.page import Script
from engines.descent import codec
from engines.descent.experiment import Experiment
from engines.descent.plain import modules, plain


def script(e: Experiment) -> Script:
    """Every run of an experiment, step by step."""
    what = f"{e.landscape.name} from ({e.start[0]:g}, {e.start[1]:g}): {', '.join(codec.run_text(run) for run in e.runs)}"
    return Script(
        what, (*modules(e), "engines.descent.engine", "engines.descent.rates", "engines.descent.around"), race, plain(e)
    )


def race(
    start: Sequence[float],
    steps: int,
    noise: tuple[str, float],
    seed: int,
    runs: Sequence[Any],
    surface: str = "",
    on: Mapping[str, float] = {},
    formula: str = "",
    domain: tuple[float, float, float, float] = (-5, 5, -5, 5),
) -> Iterator[Sequence[Any]]:
    """Yield one row per run and step."""
    from core.types import Spec
    from engines.descent import engine
    from engines.descent.around import values as around_values
    from engines.descent.around import wrapped
    from engines.descent.rates import rates
    from optimizers import OPTIMIZERS
    from schedules import SCHEDULES

    if formula:
        from engines.formula.surface import landscape

        ground = landscape(formula, domain, on)
    else:
        from landscapes import LANDSCAPES

        ground = LANDSCAPES[surface]
    disturbance = engine.noise(*noise, seed)
    yield "run", "optimizer", "step", "x", "y", "loss", "gradient_x", "gradient_y", "learning_rate"
    for i, (optimizer, values, schedule, shape, around) in enumerate(runs):
        course = rates(SCHEDULES[schedule], shape, values["lr"], steps)
        rule = wrapped(OPTIMIZERS[optimizer], tuple(key for key, _ in around))
        numbers = {**values, **around_values([Spec(*part) for part in around])}
        path = engine.descend(ground, on, rule, numbers, course, start, disturbance, seed)
        arrived = [None, *course.tolist()]  # the rate of the update that led to each step
        for step in range(steps + 1):
            yield (
                i,
                optimizer,
                step,
                *path.x[step].tolist(),
                float(path.loss[step]),
                *path.gradient[step].tolist(),
                arrived[step],
            )
