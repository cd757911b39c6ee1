"""What schedules do: the same noisy descent under each of them, under one seed as a path and under many as statistics."""

from __future__ import annotations

import functools
from dataclasses import dataclass

import numpy as np

from core import engine, ensemble, results, schedule
from core.experiment import Experiment, Run
from core.types import Landscape
from optimizers import OPTIMIZERS

LAST = 0.1  # share of the descent over which the floor is averaged
BAND = (10, 90)  # percentiles of the seeds


@dataclass(frozen=True)
class Course:
    """One schedule and what came of it; T updates are scheduled, n of them descended.

    Attributes:
      rates: f64[T], the whole schedule.
      rate_low, rate_high: f64[n], the lowest and highest rate of the T/n updates that each drawn one stands for.
      path: the descent under the experiment's own seed, at rates[⌊j T/n⌋].
      mean, low, high: f64[n+1], mean and 10th and 90th percentile, over the seeds that are still finite, of the loss above
        the lowest minimum (of the loss itself where there is none); NaN where no seed is left.
      floor: mean of that over the last tenth and all seeds that stay finite, None where none does.
      diverged: how many of the seeds diverged. rising: the mean ends higher than it began.
    """

    rates: np.ndarray
    rate_low: np.ndarray
    rate_high: np.ndarray
    path: engine.Trajectory
    mean: np.ndarray
    low: np.ndarray
    high: np.ndarray
    floor: float | None
    diverged: int
    rising: bool


class Courses:
    """An experiment of up to 100,000 steps, seen through its schedules."""

    def __init__(self, experiment: Experiment):
        self.experiment = experiment
        self.updates = min(experiment.steps, ensemble.MAX_UPDATES)
        self.edges = np.arange(self.updates + 1) * experiment.steps // self.updates
        self.courses = [self._course(run) for run in experiment.runs]

    @property
    def landscape(self) -> Landscape:
        return self.experiment.landscape

    @functools.cached_property
    def minima(self) -> np.ndarray:
        """Minima [n, 2] of the surface, global ones first."""
        return results.minima(self.landscape, self.experiment.surface.values)

    @functools.cached_property
    def lowest(self) -> float | None:
        """Loss at the first minimum, or None on a surface without one."""
        return engine.loss_at(self.landscape, self.experiment.surface.values, self.minima[0]) if len(self.minima) else None

    def _course(self, run: Run) -> Course:
        e, rule = self.experiment, OPTIMIZERS[run.optimizer.key]
        rates = schedule.rates(run.schedule, run.optimizer.values["lr"], e.steps)
        sampled, starts = rates[self.edges[:-1]], self.edges[:-1]
        what = (self.landscape, e.surface.values, rule, run.optimizer.values, sampled, e.start)
        scale = e.noise.values.get("scale", 0.0)
        gap = ensemble.losses(*what, e.noise.key, scale, e.seed) - (self.lowest or 0.0)
        mean, low, high = _spread(gap)
        return Course(
            rates=rates,
            rate_low=np.minimum.reduceat(rates, starts),
            rate_high=np.maximum.reduceat(rates, starts),
            path=engine.descend(*what, engine.noise(e.noise.key, scale, e.seed), e.seed),
            mean=mean,
            low=low,
            high=high,
            floor=_floor(gap),
            diverged=int(np.isnan(gap[-1]).sum()),
            rising=bool(mean[-1] > mean[0]),
        )


def _spread(gap: np.ndarray) -> tuple[np.ndarray, ...]:
    """Mean, 10th and 90th percentile (of the nearest rank) over the seeds that are still finite; NaN where none is."""
    ranked = np.sort(gap, axis=1)  # NaN last
    count = (~np.isnan(ranked)).sum(1)
    ranks = [np.rint(share / 100 * np.maximum(count - 1, 0)).astype(int) for share in BAND]
    low, high = (ranked[np.arange(len(gap)), rank] for rank in ranks)
    with np.errstate(over="ignore", invalid="ignore"):
        return np.minimum(np.nansum(ranked, axis=1), results.LARGEST) / count, low, high


def _floor(gap: np.ndarray) -> float | None:
    kept = gap[:, ~np.isnan(gap[-1])]
    if not kept.size:
        return None
    with np.errstate(over="ignore"):
        return float(min(kept[-max(1, round(LAST * len(gap))) :].mean(), results.LARGEST))
