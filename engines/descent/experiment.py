"""The experiment: one frozen value that the page, the API, the link and the tests all start from."""

from __future__ import annotations

import functools
from dataclasses import dataclass, replace

from core.types import Landscape, Param, Point, Spec, spec
from engines.descent import rates
from engines.descent.around import Wrapped
from engines.formula import surface as formula
from landscapes import LANDSCAPES
from optimizers import OPTIMIZERS
from schedules import SCHEDULES
from wrappers import WRAPPERS

MAX_STEPS, MAX_RUNS = 5000, 16
STEPS = Param("steps", "T", 200, 1, MAX_STEPS, "int", "Number of updates.")
SEED = Param("seed", "s", 0, 0, 2**32 - 1, "int", "Seed of the noise and of the minibatches.")
RATE = Param("lr", r"\alpha_0", 0.1, 1e-9, 1e3, "log", "The learning rate that a schedule starts from.")
COORDINATE = Param("start", "x_0", 0, -1e6, 1e6, "linear", "Where every run begins.")
HALF_WIDTH = Param("scale", "a", 1.0, 0.0, 20.0, "linear", "Half-width of the noise: even between −a and a, deviation a/√3.")
DEVIATION = Param("scale", r"\sigma", 1.0, 0.0, 20.0, "linear", "Standard deviation of the noise added to the gradient.")
NOISES: dict[str, tuple[Param, ...]] = {"none": (), "uniform": (HALF_WIDTH,), "gaussian": (DEVIATION,)}
HORIZON = Param("steps", "T", 200, 1, 100_000, "int", "Number of updates.")
DOMAIN = (-5.0, 5.0, -5.0, 5.0)


@dataclass(frozen=True)
class Run(Wrapped):
    """One optimizer (`lr` is among its values), its schedule, and what is around the optimizer, in the order of wrappers/."""

    optimizer: Spec
    schedule: Spec
    around: tuple[Spec, ...] = ()

    def with_rate(self, learning_rate: float) -> Run:
        return replace(self, optimizer=Spec(self.optimizer.key, {**self.optimizer.values, "lr": learning_rate}))


@dataclass(frozen=True)
class ScheduleAlone:
    """A schedule without a descent: `steps` updates from `learning_rate`."""

    schedule: Spec
    learning_rate: float
    steps: int


@dataclass(frozen=True)
class Experiment:
    """Everything a picture depends on. `formula`, `domain` and `ranges` count only where surface.key is "formula".

    `ranges`: (parameter of the formula, low, high) of those whose slider has another range than usual.
    """

    surface: Spec
    start: Point
    steps: int
    noise: Spec
    seed: int
    runs: tuple[Run, ...]
    formula: str = ""
    domain: tuple[float, float, float, float] = DOMAIN
    ranges: tuple[tuple[str, float, float], ...] = ()

    @property
    def landscape(self) -> Landscape:
        if not self.formula:
            return LANDSCAPES[self.surface.key]
        spans = {letter: (low, high) for letter, low, high in self.ranges}
        return formula.landscape(self.formula, self.domain, self.surface.values, spans)

    @property
    def surface_params(self) -> tuple[Param, ...]:
        """The rows of the surface: those of a formula are its own."""
        return self.landscape.params


def surface_params(key: str) -> tuple[Param, ...]:
    return LANDSCAPES[key].params if key in LANDSCAPES else ()


def optimizer_params(key: str) -> tuple[Param, ...]:
    return OPTIMIZERS[key].all_params


def schedule_params(key: str) -> tuple[Param, ...]:
    return rates.params(SCHEDULES[key])


def wrapper_params(key: str) -> tuple[Param, ...]:
    return WRAPPERS[key].params


def run(optimizer: str, schedule: str = "constant", **values: float) -> Run:
    return Run(spec(optimizer, optimizer_params(optimizer), **values), spec(schedule, schedule_params(schedule)))


@functools.cache
def default() -> Experiment:
    """The picture that opens first: three ways down the taco."""
    surface = LANDSCAPES["taco"]
    return Experiment(
        surface=spec("taco", surface.params),
        start=surface.start,
        steps=int(STEPS.default),
        noise=Spec("none", {}),
        seed=int(SEED.default),
        runs=tuple(run(key) for key in ("sgd", "momentum", "adam")),
    )


def plane(experiment: Experiment) -> tuple[tuple[float, float, float, float], list[str]]:
    """What a still figure of the surface depends on: the domain, and the name of each run's rule."""
    return experiment.landscape.domain, [OPTIMIZERS[run.optimizer.key].name for run in experiment.runs]
