"""What the checks beside the sentences of `landscapes/`, `optimizers/`, … are given: `see`, which computes what they ask for.

One class per folder. Everything is asked of the engines that the pages ask.
"""

from collections.abc import Callable
from functools import cached_property
from urllib.parse import parse_qsl

import jax
import numpy as np

from core.types import Landscape, Optimizer, defaults, spec
from engines.descent import codec
from engines.descent.results import Descent


class Paths(Descent):
    """A race, and what sentences say of paths. Runs are counted from 0."""

    @cached_property
    def loss(self) -> np.ndarray:
        return np.array([t.loss for t in self.trajectories])

    @cached_property
    def gap(self) -> np.ndarray:
        """Loss above the lowest minimum [runs, steps + 1]."""
        return self.loss - (self.lowest or 0.0)

    @property
    def within(self) -> list[float]:
        """Of each run the first step within 0.1 % of the gap at the start."""
        return [self.falls_to(1e-3, i) for i in range(len(self.trajectories))]

    def x(self, i: int = 0) -> np.ndarray:
        return self.trajectories[i].x

    def ends(self, point: tuple[float, float], near: float = 0.02, runs: slice = slice(None)) -> bool:
        """Whether these runs all end this near to a point."""
        return all(np.linalg.norm(t.x[-1] - point) < near for t in self.trajectories[runs])

    def falls_to(self, share: float, i: int = 0) -> float:
        """First step whose gap is at most this share of the first one, ∞ where there is none."""
        return self._first(self.gap[i] <= share * self.gap[i][0])

    def first(self, holds: Callable[[np.ndarray, np.ndarray], np.ndarray], i: int = 0) -> float:
        """First step at which this holds of x and y."""
        return self._first(holds(*self.x(i).T))

    def _first(self, flags: np.ndarray) -> float:
        return float(np.argmax(flags)) if flags.any() else np.inf

    def lost(self, i: int = 0) -> bool:
        """Diverged, or higher at the end than at the start."""
        return self.trajectories[i].diverged_at is not None or bool(self.loss[i][-1] > self.loss[i][0])


def race(query: str) -> Paths:
    experiment, problems = codec.parse(parse_qsl(query, keep_blank_values=True))
    assert not problems, problems
    return Paths(experiment)


class Surface:
    """`see(query)` is a race on this surface; `see.at(point)` is its value, gradient and eigenvalues there."""

    def __init__(self, surface: Landscape):
        self.surface = surface

    def __call__(self, *runs: str, more: str = "", **on: float | str) -> Paths:
        """Races `runs`; `more` are further fields of the query, `on` values of the surface."""
        at = "" if not on else ":" + ",".join(f"{key}={value}" for key, value in on.items())
        return race("&".join([f"surface={self.surface.key}{at}", *(f"run={run}" for run in runs), *([more] if more else [])]))

    def at(self, point: tuple[float, float], **on: float) -> tuple[float, np.ndarray, np.ndarray]:
        values = defaults(self.surface.params)
        vars(values).update(on)

        def fn(x):
            return self.surface.fn(x, values)

        x = np.asarray(point, float)
        return float(fn(x)), np.asarray(jax.grad(fn)(x)), np.linalg.eigvalsh(np.asarray(jax.hessian(fn)(x)))

    def value(self, x: float, y: float, **on: float) -> float:
        return self.at((x, y), **on)[0]

    def grid(self, columns: int, rows: int) -> np.ndarray:
        """Values [rows, columns] over the window that is drawn."""
        x0, x1, y0, y1 = self.surface.domain
        points = np.stack(np.meshgrid(np.linspace(x0, x1, columns), np.linspace(y0, y1, rows)), axis=-1).reshape(-1, 2)
        values = defaults(self.surface.params)
        return np.asarray(jax.vmap(lambda x: self.surface.fn(x, values))(points)).reshape(rows, columns)

    def lowest(self, x: float, between: tuple[float, float]) -> float:
        """The smallest value at this x."""
        points = np.stack([np.full(20001, x), np.linspace(*between, 20001)], axis=-1)
        return float(jax.vmap(lambda point: self.surface.fn(point, defaults(self.surface.params)))(points).min())

    @property
    def depths(self) -> list[float]:
        """Values at its minima."""
        return [self.value(*point) for point in self.surface.minima(defaults(self.surface.params))]


class Rule:
    """`see(query)` is a race; `see.bowl(rate, curvature, …)` is one on ½·curvature·x²."""

    def __init__(self, rule: Optimizer):
        self.rule = rule

    def __call__(self, query: str) -> Paths:
        return race(query)

    @property
    def rates(self):
        return spec("", self.rule.all_params)
