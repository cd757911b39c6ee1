"""The sliders of an experiment by name: `run0.lr`, `run0.schedule.warmup`, `run0.l2.strength`, `noise.scale`, and so on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from core.types import Param, Spec
from engines.descent import experiment as ex
from engines.descent.experiment import Experiment


def sliders(experiment: Experiment) -> Iterator[tuple[str, Param]]:
    """Every slider of the page; one that counts updates reaches to the end of the run."""
    for i, run in enumerate(experiment.runs):
        yield from ((f"run{i}.{p.key}", p) for p in ex.optimizer_params(run.optimizer.key))
        rows = ex.schedule_params(run.schedule.key)
        yield from ((f"run{i}.schedule.{p.key}", _within(p, run.schedule, experiment.steps)) for p in rows)
        for part in run.around:
            own = ex.wrapper_params(part.key)
            yield from ((f"run{i}.{part.key}.{p.key}", _within(p, part, experiment.steps)) for p in own)
    yield from ((f"noise.{p.key}", p) for p in ex.NOISES[experiment.noise.key])
    yield from ((f"surface.{p.key}", p) for p in experiment.surface_params)


def _within(param: Param, part: Spec, steps: int) -> Param:
    if param.counts != "updates":
        return param
    value = part.values[param.key]
    high = max(float(steps), value, 2.0)
    return replace(param, high=high, default=min(param.default, high))


def moved(experiment: Experiment, name: str, value: float) -> Experiment:
    """The experiment with one slider at another value."""
    where, *keys = name.split(".")
    if where in ("noise", "surface"):
        return replace(experiment, **{where: _with(getattr(experiment, where), keys[0], value)})
    index = int(where.removeprefix("run"))
    run = experiment.runs[index]
    if keys[0] == "schedule":
        run = replace(run, schedule=_with(run.schedule, keys[1], value))
    elif len(keys) > 1:
        around = tuple(_with(part, keys[1], value) if part.key == keys[0] else part for part in run.around)
        run = replace(run, around=around)
    else:
        run = replace(run, optimizer=_with(run.optimizer, keys[0], value))
    return replace(experiment, runs=(*experiment.runs[:index], run, *experiment.runs[index + 1 :]))


def _with(spec: Spec, key: str, value: float) -> Spec:
    return Spec(spec.key, {**spec.values, key: value})


def alone(experiment: Experiment, index: int) -> Experiment:
    """The experiment with one of its runs only: each run goes its way whatever the others do."""
    return replace(experiment, runs=(experiment.runs[index],))


def sweepable(name: str) -> bool:
    """A slider of the surface moves the picture that the paths are drawn on."""
    return not name.startswith("surface.")
