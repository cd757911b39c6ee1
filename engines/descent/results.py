"""From an experiment to numbers: the trajectories, and what a table says about each."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from core.lazy import lazy
from core.types import Landscape, defaults, namespace
from engines.descent import engine, schedule
from engines.descent.experiment import Experiment, Run
from optimizers import OPTIMIZERS
from wrappers import WRAPPERS

TOLERANCE = 1e-3  # "within": the loss above the lowest minimum has shrunk to this share of what it was at the start
PATIENCE = 2000  # updates over which a constant rate has to prove itself before it is called stable

LARGEST = np.finfo(float).max


@dataclass(frozen=True)
class Summary:
    """What the result table says about one run.

    Attributes:
      final_loss, final_gradient: at the last finite point.
      steps_to_tolerance: first step whose loss gap is ≤ TOLERANCE of the gap at the start; None if never or no minimum.
      outside_after: share of the later steps whose gap is above it again, 0 where the run stays; None where it never got there.
      path_length: Σ‖Δx‖, in the units of the plane.
      reversals: how often a step turns back against the one before, per axis: the zig-zag, counted.
      distance: from the last point to the nearest minimum, or None.
      diverged_at: the first step that was not finite, or None. rising: the run ends higher than it began.
      stable_rate: for a diverged or rising run, a lower rate that is neither, found by running it: a constant one for at
        least PATIENCE updates, and below the limit of its rule where it ends; None otherwise or where none is found.
      limit: the stability constant c of the rule (stable on a quadratic of curvature λ while rate·λ < c), or None.
      gradients: how many gradients all its steps took, those of a line search included; up to the divergence.
    """

    final_loss: float
    final_gradient: float
    steps_to_tolerance: int | None
    outside_after: float | None
    path_length: float
    reversals: tuple[int, int]
    distance: float | None
    diverged_at: int | None
    rising: bool
    stable_rate: float | None
    limit: float | None
    gradients: float


class Conditions:
    """What all runs of an experiment share: surface, noise, minima."""

    def __init__(self, experiment: Experiment):
        self.experiment = experiment
        self.landscape = experiment.landscape
        self.surface: Any = experiment.surface.values  # they can be hashed
        self.noise_scale = experiment.noise.values.get("scale", 0.0)
        self.noise = engine.noise(experiment.noise.key, self.noise_scale, experiment.seed)

    @lazy
    def minima(self) -> np.ndarray:
        """Minima [n, 2] at the experiment's surface values, global ones first; [0, 2] where there are none."""
        return minima(self.landscape, self.surface)

    @lazy
    def lowest(self) -> float | None:
        """Loss at the first minimum, or None on a surface without one."""
        values = tuple(engine.vector(self.landscape.params, self.surface))
        return engine.lowest_loss(self.landscape, values) if len(self.minima) else None

    def descend(self, run: Run, rates: np.ndarray) -> engine.Trajectory:
        """Any run under these conditions, whether it is one of the experiment's own or not, at the given rates."""
        e = self.experiment
        return engine.descend(self.landscape, self.surface, run.rule, run.values, rates, e.start, self.noise, e.seed)


class Descent(Conditions):
    """An experiment with its trajectories computed. What is dearer is computed when asked for."""

    def __init__(self, experiment: Experiment):
        super().__init__(experiment)
        self.trajectories = [self.run(run) for run in experiment.runs]

    def run(self, run: Run) -> engine.Trajectory:
        """`descend` at the rates of the run's own schedule."""
        return self.descend(run, schedule.rates(run.schedule, run.optimizer.values["lr"], self.experiment.steps))

    def counted(self, i: int) -> np.ndarray:
        """The gradients that run i has taken by each step, f64[steps + 1]."""
        return counted(self.experiment.runs[i], self.trajectories[i])

    def averages(self, i: int) -> list[tuple[np.ndarray, np.ndarray]]:
        """The averages around run i: positions [steps + 1, 2] and the loss there."""
        run, t = self.experiment.runs[i], self.trajectories[i]
        paths = [t.state[path] for part in run.around if (path := WRAPPERS[part.key].path)]
        return [(path, engine.losses(self.landscape, self.surface, path)) for path in paths]

    @property
    def nbytes(self) -> int:
        """Bytes of the trajectories."""
        return sum(a.nbytes for t in self.trajectories for a in (t.x, t.loss, t.gradient, t.learning_rate, *t.state.values()))

    def summaries(self) -> list[Summary]:
        """All runs are as long as one another, so what is counted of them is counted together."""
        x = np.stack([t.x for t in self.trajectories])
        loss = np.stack([t.loss for t in self.trajectories])
        with np.errstate(over="ignore"):
            moves = np.diff(x, axis=1)
            path = np.minimum(lengths(moves).sum(1), LARGEST)
            above = loss - self.lowest > TOLERANCE * (loss[:, :1] - self.lowest) if self.lowest is not None else None
        signs = np.sign(moves)
        turns = (signs[:, 1:] * signs[:, :-1] < 0).sum(1)
        slopes = lengths(np.stack([t.gradient[-1] for t in self.trajectories]))
        distances = self.distances(x[:, -1]) if len(self.minima) else None
        made = []
        for i, (run, t) in enumerate(zip(self.experiment.runs, self.trajectories, strict=True)):
            rising = bool(loss[i, -1] > loss[i, 0])
            first, outside = (None, None) if above is None else _within(above[i])
            summary = Summary(
                final_loss=float(loss[i, -1]),
                final_gradient=float(slopes[i]),
                steps_to_tolerance=first,
                outside_after=outside,
                path_length=float(path[i]),
                reversals=(int(turns[i, 0]), int(turns[i, 1])),
                distance=None if distances is None else float(distances[i]),
                diverged_at=t.diverged_at,
                rising=rising,
                stable_rate=self.stable_rate(run) if rising or t.diverged_at is not None else None,
                limit=self.limit(run),
                gradients=cost(run, t),
            )
            made.append(summary)
        return made

    def distances(self, x: np.ndarray) -> np.ndarray:
        """Distance [n] from each x [n, 2] to the nearest minimum; NaN where there is none."""
        if not len(self.minima):
            return np.full(len(x), np.nan)
        return lengths(x[:, None] - self.minima).min(1)

    def stable_rate(self, run: Run) -> float | None:
        """About the largest rate of two digits below this run's at which it neither diverges nor ends higher."""
        low, high = OPTIMIZERS[run.optimizer.key].learning_rate.low, run.optimizer.values["lr"]
        good = high / 2
        while good >= low and not self._settles(run, good):
            high, good = good, good / 2
        if good < low:
            return None
        for _ in range(6):
            middle = math.sqrt(good * high)
            good, high = (middle, high) if self._settles(run, middle) else (good, middle)
        rate = max(low, _two_digits(good))
        while rate >= low and not self._settles(run, rate):  # near the edge one rate may settle and a lower one not
            rate = _two_digits(0.9 * rate)
        return rate if rate >= low else None

    def _settles(self, run: Run, rate: float) -> bool:
        """Whether it ends no higher than it began; at a constant rate also in the long run, and not by luck of the start."""
        rates = schedule.rates(run.schedule, rate, self.experiment.steps)
        constant = run.schedule.key == "constant" and not run.schedule.values["warmup"]
        if constant and len(rates) < PATIENCE:
            rates = np.full(PATIENCE, rate)
        t = self.descend(run.with_rate(rate), rates)
        if t.diverged_at is not None or max(t.loss[self.experiment.steps], t.loss[-1]) > t.loss[0]:
            return False
        limit = self.limit(run)
        if not constant or limit is None:
            return True
        steepest = float(self.landscape_curvature(t.x[-1:])[0, 1])
        return not steepest > 0 or rate * steepest <= limit

    def limit(self, run: Run) -> float | None:
        """The stability constant c of a run's rule at its hyperparameters, or None."""
        rule, values = run.rule, run.values
        if not rule.stability:
            return None
        return float(rule.stability(namespace(rule.params, [values[p.key] for p in rule.params])))

    def landscape_curvature(self, x: np.ndarray) -> np.ndarray:
        """Hessian eigenvalues [n, 2] at x [n, 2], the smaller first."""
        return engine.curvature(self.landscape, self.surface, x)

    def curvature(self, t: engine.Trajectory) -> np.ndarray:
        """Hessian eigenvalues [steps+1, 2] along a path, the smaller first."""
        return self.landscape_curvature(t.x)


def cost(run: Run, t: engine.Trajectory) -> float:
    """How many gradients the steps of a run took, up to where it diverged."""
    return float(counted(run, t)[(len(t.x) if t.diverged_at is None else t.diverged_at) - 1])


def counted(run: Run, t: engine.Trajectory) -> np.ndarray:
    """How many gradients a run has taken by each step, f64[steps + 1] from 0 on, those of a line search included."""
    each = OPTIMIZERS[run.optimizer.key].gradients
    return each * np.arange(float(len(t.x))) if each else np.append(0.0, t.state["gradients"][1:].cumsum())


def minima(landscape: Landscape, values: Mapping[str, float] | None = None) -> np.ndarray:
    """Minima [n, 2] of a surface, at its defaults unless values are given."""
    params = landscape.params
    given = defaults(params) if values is None else namespace(params, [values[p.key] for p in params])
    return np.asarray(landscape.minima(given), float).reshape(-1, 2)


def _two_digits(number: float) -> float:
    """Rounded down to two significant digits."""
    digit = 10.0 ** (math.floor(math.log10(number)) - 1)
    return float(f"{math.floor(number / digit) * digit:.3g}")


def lengths(vectors: np.ndarray) -> np.ndarray:
    """Euclidean lengths [...] of vectors [..., 2]; the largest float where one would overflow, since JSON has no infinity."""
    with np.errstate(over="ignore"):
        return np.minimum(np.hypot(vectors[..., 0], vectors[..., 1]), LARGEST)


def _within(above: np.ndarray) -> tuple[int | None, float | None]:
    """The first step not above the tolerance, and the share of those after it that are again; 0 where there are none."""
    first = int(above.argmin())
    if above[first]:
        return None, None
    later = above[first + 1 :]
    return first, np.count_nonzero(later) / len(later) if len(later) else 0.0
