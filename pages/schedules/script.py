"""Schedules and the mean over their seeds, as a program of its own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from core.page import Script
from engines.descent.experiment import Experiment
from engines.descent.plain import modules, plain


def script(e: Experiment) -> Script:
    """The rate of every drawn update, and the loss over the seeds."""
    what = f"What {', '.join(dict.fromkeys(run.schedule.key for run in e.runs))} do to a descent, over 64 seeds"
    return Script(what, (*modules(e), "pages.schedules.seeds", "pages.schedules.answer"), schedules, plain(e))


def schedules(noise: tuple[str, float], runs: Sequence[Any], surface: str = "formula", **given: Any) -> Iterator[Sequence[Any]]:
    """Yield one row per run and drawn update."""
    from core.types import Spec
    from engines.descent.experiment import Experiment, Run
    from pages.schedules.answer import table
    from pages.schedules.seeds import SeededRuns

    named = tuple(
        Run(Spec(rule, values), Spec(schedule, shape), tuple(Spec(*part) for part in around))
        for rule, values, schedule, shape, around in runs
    )
    ground = Spec(surface, given.pop("on", {}))
    disturbance = Spec(noise[0], {} if noise[0] == "none" else {"scale": noise[1]})
    heads, rows = table(SeededRuns(Experiment(surface=ground, noise=disturbance, runs=named, **given)))
    yield heads
    yield from rows
