"""An experiment in plain Python values, as a script spells it out, and the modules that it needs."""

from __future__ import annotations

from typing import Any

from engines.descent.experiment import Experiment


def plain(e: Experiment) -> dict[str, Any]:
    """The fields of an experiment by name; a run is (optimizer, values, schedule, values)."""
    own: dict[str, Any] = {"formula": e.formula, "domain": e.domain} if e.formula else {"surface": e.surface.key}
    own["on"] = dict(e.surface.values)
    runs = [(r.optimizer.key, dict(r.optimizer.values), r.schedule.key, dict(r.schedule.values)) for r in e.runs]
    noise = (e.noise.key, e.noise.values.get("scale", 0.0))
    return {**own, "start": e.start, "steps": e.steps, "noise": noise, "seed": e.seed, "runs": runs}


def modules(e: Experiment) -> tuple[str, ...]:
    """The files of rules, surface and schedules."""
    surface = "engines.formula.surface" if e.formula else f"landscapes.{e.surface.key}"
    rules = dict.fromkeys(f"optimizers.{run.optimizer.key}" for run in e.runs)
    courses = dict.fromkeys(f"schedules.{run.schedule.key}" for run in e.runs)
    return (*rules, surface, *courses)
