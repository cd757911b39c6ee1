"""An experiment in plain Python values, as a script spells it out, and the modules that it needs."""

from __future__ import annotations

from typing import Any

from engines.descent.experiment import Experiment, Run


def plain(e: Experiment) -> dict[str, Any]:
    """The fields of an experiment by name; a run is (optimizer, values, schedule, values, [(wrapper, values), …])."""
    own: dict[str, Any] = {"formula": e.formula, "domain": e.domain} if e.formula else {"surface": e.surface.key}
    own["on"] = dict(e.surface.values)
    runs = [(r.optimizer.key, dict(r.optimizer.values), r.schedule.key, dict(r.schedule.values), _around(r)) for r in e.runs]
    noise = (e.noise.key, e.noise.values.get("scale", 0.0))
    return {**own, "start": e.start, "steps": e.steps, "noise": noise, "seed": e.seed, "runs": runs}


def _around(run: Run) -> list[tuple[str, dict[str, float]]]:
    return [(part.key, dict(part.values)) for part in run.around]


def modules(e: Experiment) -> tuple[str, ...]:
    """The files of rules, surface and schedules."""
    surface = "engines.formula.surface" if e.formula else f"landscapes.{e.surface.key}"
    rules = dict.fromkeys(f"optimizers.{run.optimizer.key}" for run in e.runs)
    courses = dict.fromkeys(f"schedules.{run.schedule.key}" for run in e.runs)
    around = dict.fromkeys(f"wrappers.{part.key}" for run in e.runs for part in run.around)
    return (*rules, *around, surface, *courses)
