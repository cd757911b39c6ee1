"""What schedules do: the same noisy descent under each of them, under one seed as a path and under many as statistics."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engines.descent import ensemble, results, schedule
from engines.descent.experiment import Experiment, Run

LAST = 0.1  # share of the descent over which the floor is averaged
SLACK = 0.05  # by which the last tenth may differ from the tenth before and still count as level
BAND = (10, 90)  # percentiles of the seeds


@dataclass(frozen=True)
class SeededRun:
    """One schedule and what came of it; T updates are computed, n of them drawn (engines.descent.ensemble.kept).

    Attributes:
      rates: f64[T], the whole schedule.
      rate_low, rate_high: f64[n], the lowest and highest rate of the T/n updates that each drawn one stands for.
      x, loss: f64[n+1, 2] and f64[n+1], the descent under the experiment's own seed.
      diverged_at: the update, of all T, after which that was not finite, or None.
      mean, low, high: f64[n+1], mean and 10th and 90th percentile, over the seeds that are still finite, of the loss above
        the lowest minimum (of the loss itself where there is none); NaN where no seed is left.
      floor: mean of that over the last tenth and all seeds that stay finite, None where none does.
      gap: f64[n+1], that of the experiment's own seed. ends: f64[SEEDS], that of every seed after the last update.
      diverged: how many of the seeds diverged. rising: the mean ends higher than it began.
      trend: of the mean, "level" where the last tenth is within SLACK of the tenth before, else "falling" or "rising".
    """

    rates: np.ndarray
    rate_low: np.ndarray
    rate_high: np.ndarray
    x: np.ndarray
    loss: np.ndarray
    diverged_at: int | None
    mean: np.ndarray
    low: np.ndarray
    high: np.ndarray
    floor: float | None
    diverged: int
    rising: bool
    gap: np.ndarray
    ends: np.ndarray
    trend: str


class SeededRuns(results.Conditions):
    """An experiment of up to 100,000 steps, seen through its schedules."""

    def __init__(self, experiment: Experiment):
        super().__init__(experiment)
        self.at = ensemble.kept(experiment.steps)
        self.updates = len(self.at) - 1
        self.runs = [self._seeded(run) for run in experiment.runs]

    def _seeded(self, run: Run) -> SeededRun:
        e = self.experiment
        rates = schedule.rates(run.schedule, run.optimizer.values["lr"], e.steps)
        what = (self.landscape, self.surface, run.rule, run.values, rates, e.start)
        paths = ensemble.descend(*what, e.noise.key, self.noise_scale, e.seed, LAST)
        lowest = self.lowest or 0.0
        mean, low, high = _spread(paths.losses - lowest)
        return SeededRun(
            rates=rates,
            rate_low=np.minimum.reduceat(rates, self.at[:-1]),
            rate_high=np.maximum.reduceat(rates, self.at[:-1]),
            x=paths.x,
            loss=paths.loss,
            diverged_at=paths.diverged_at,
            mean=mean,
            low=low,
            high=high,
            floor=_floor(paths.late - lowest),
            diverged=int(np.isnan(paths.late).sum()),
            rising=bool(mean[-1] > mean[0]),
            gap=paths.loss - lowest,
            ends=paths.losses[-1] - lowest,
            trend=trend(mean),
        )


def _spread(gap: np.ndarray) -> tuple[np.ndarray, ...]:
    """Mean, 10th and 90th percentile (of the nearest rank) over the seeds that are still finite; NaN where none is."""
    ranked = np.sort(gap, axis=1)  # NaN last
    count = (~np.isnan(ranked)).sum(1)
    ranks = [np.rint(share / 100 * np.maximum(count - 1, 0)).astype(int) for share in BAND]
    low, high = (ranked[np.arange(len(gap)), rank] for rank in ranks)
    with np.errstate(over="ignore", invalid="ignore"):
        return np.minimum(np.nansum(ranked, axis=1), results.LARGEST) / count, low, high


def trend(mean: np.ndarray) -> str:
    """What a curve [n] does at its end."""
    tenth = max(1, round(LAST * len(mean)))
    before, last = mean[-2 * tenth : -tenth].mean() if len(mean) > tenth else mean[0], mean[-tenth:].mean()
    if abs(last - before) <= SLACK * abs(before):
        return "level"
    return "falling" if last < before else "rising"


def _floor(late: np.ndarray) -> float | None:
    """Mean over the seeds that stay finite; None where none does."""
    kept = late[~np.isnan(late)]
    with np.errstate(over="ignore"):
        return float(min(kept.mean(), results.LARGEST)) if kept.size else None
