"""The same experiment at every stop of one slider, so that a drag needs no network: `run0.lr:65`, `noise.scale:33`."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

from core.problems import Problem, outside, unknown
from core.types import Param, Spec
from engines.descent import experiment as ex
from engines.descent.experiment import Experiment, Run

COUNT = Param("sweep", "n", 65, 2, 129, "int", "Stops along the slider.")
POSITIONS = 1000  # of a slider on the page
LIVE = 1000  # steps × runs of a sweep that the page asks for when a slider is taken hold of: a megabyte or two


@dataclass(frozen=True)
class Sweep:
    """One slider of an experiment and the values it is tried at; `run` is the number of the only run that changes, or None."""

    name: str
    param: Param
    values: tuple[float, ...]
    run: int | None

    def points(self, experiment: Experiment) -> int:
        """How many points of paths it takes: stops × steps × runs that move."""
        return len(self.values) * experiment.steps * (len(experiment.runs) if self.run is None else 1)

    def at(self, experiment: Experiment, value: float) -> Experiment:
        """The experiment with the slider at `value`."""
        return _moved(experiment, self.name, value)


def parse(text: str, experiment: Experiment) -> Sweep | Problem:
    """Read `name` or `name:count`; the problem with it where there is one."""
    name, _, count = text.partition(":")
    known = dict(sliders(experiment))
    if name not in known:
        return unknown("sweep", "parameter", name[:40], list(known))
    if count and not (count.isdigit() and COUNT.accepts(float(count))):
        return outside("sweep", "sweep", count[:40], COUNT.low, COUNT.high, True)
    values = stops(known[name], int(count) if count else int(COUNT.default), _reach(known[name], name, experiment))
    return Sweep(name, known[name], values, int(name.split(".")[0][3:]) if name.startswith("run") else None)


def sliders(experiment: Experiment) -> Iterator[tuple[str, Param]]:
    """Every slider that leaves the surface as it is, by the name it has on the page."""
    for i, run in enumerate(experiment.runs):
        yield from ((f"run{i}.{p.key}", p) for p in ex.optimizer_params(run.optimizer.key))
        yield from ((f"run{i}.schedule.{p.key}", p) for p in ex.schedule_params(run.schedule.key))
    yield from ((f"noise.{p.key}", p) for p in ex.NOISES[experiment.noise.key])


def _reach(param: Param, name: str, experiment: Experiment) -> float:
    """How far the slider goes on the page: one that counts updates goes to the end of the run."""
    if param.counts != "updates":
        return param.high
    run = experiment.runs[int(name.split(".")[0][3:])]
    return max(float(experiment.steps), run.schedule.values[param.key], 2.0)


def stops(param: Param, count: int, high: float) -> tuple[float, ...]:
    """`count` values evenly along the slider of the page (player/dom.js), as a person would type them; each once."""
    if param.scale == "bool":
        return 0.0, 1.0
    places = (math.floor(k * POSITIONS / (count - 1) + 0.5) / POSITIONS for k in range(count))
    return tuple(dict.fromkeys(_value(param, place, high) for place in places))


def _value(param: Param, along: float, high: float) -> float:
    wide = param.scale == "int" and high / max(1.0, param.low) > 200
    lowest = param.low if param.scale == "log" else max(1.0, param.low)
    logarithmic = param.scale == "log" or wide
    value = lowest * (high / lowest) ** along if logarithmic else param.low + along * (high - param.low)
    if param.scale == "int":
        return param.low if wide and along == 0 else float(math.floor(value + 0.5))
    size = value if param.scale == "log" else (high - param.low) / 10
    unit = 10.0 ** (math.floor(math.log10(size)) - 2)
    return min(high, max(param.low, float(f"{math.floor(value / unit + 0.5) * unit:.6g}")))


def _moved(experiment: Experiment, name: str, value: float) -> Experiment:
    where, *keys = name.split(".")
    if where == "noise":
        return replace(experiment, noise=_with(experiment.noise, keys[0], value))
    index = int(where[3:])
    run = experiment.runs[index]
    if keys[0] == "schedule":
        run = replace(run, schedule=_with(run.schedule, keys[1], value))
    else:
        run = Run(_with(run.optimizer, keys[0], value), run.schedule)
    return replace(experiment, runs=(*experiment.runs[:index], run, *experiment.runs[index + 1 :]))


def _with(spec: Spec, key: str, value: float) -> Spec:
    return Spec(spec.key, {**spec.values, key: value})
