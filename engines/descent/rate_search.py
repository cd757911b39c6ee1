"""A good learning rate for each run: what arrives soonest and stays, and never worse than the rate it has.

A 1-2-5 ladder is tried first, then rates between the rungs around the best one, in two digits.
"""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from core.types import Param
from engines.descent.experiment import Experiment, Run
from engines.descent.results import TOLERANCE, Descent, lengths
from optimizers import OPTIMIZERS

BETWEEN = 12  # rates tried between the rungs below and above the best, twice, the second time closer


class Score(NamedTuple):
    """How a run did; less is better, from left to right.

    Attributes:
      settled: the step from which the loss above the minimum stays within TOLERANCE of that at the start, ∞ where it does not.
      left: decades of that loss that are left over the last tenth, down to TOLERANCE; ∞ where the run diverges or ends
        higher. On a surface without a minimum: how far the path is from crossing half the window.
      gap: mean loss above the minimum over the last tenth.
      first: the step at which it is within TOLERANCE for the first time, or ∞.
    """

    settled: float
    left: float
    gap: float
    first: float


def ladder(param: Param) -> list[float]:
    """The 1-2-5 numbers within the range of a rate: 1e-5, 2e-5, 5e-5, …"""
    decades = range(math.floor(math.log10(param.low)), math.ceil(math.log10(param.high)) + 1)
    rungs = [float(f"{digit}e{decade}") for decade in decades for digit in (1, 2, 5)]
    return [rate for rate in rungs if param.low <= rate <= param.high]


def tuned(experiment: Experiment, which: Collection[int]) -> Experiment:
    """The experiment with the best rate that is found for the runs at indices `which`; a rate that is not beaten stays."""
    descent = Descent(replace(experiment, runs=()))
    runs = [_best(descent, run) if i in which else run for i, run in enumerate(experiment.runs)]
    return replace(experiment, runs=tuple(runs))


def _best(descent: Descent, run: Run) -> Run:
    param, own = OPTIMIZERS[run.optimizer.key].learning_rate, run.optimizer.values["lr"]
    given = _score(descent, run)
    scores = {own: given}

    def try_all(rates: Collection[float]) -> float:
        scores.update({rate: _score(descent, run.with_rate(rate)) for rate in rates if rate not in scores})
        return min((rate for rate in scores if _no_worse(scores[rate], given)), key=lambda rate: (scores[rate], rate != own))

    best = try_all(ladder(param))
    for factor in (2.5, 1.25):
        near = best * factor ** np.linspace(-1, 1, BETWEEN)
        best = try_all([rate for rate in map(_two_digits, near) if param.low <= rate <= param.high])
    return run.with_rate(best)


def _no_worse(score: Score, given: Score) -> bool:
    """By the steps that a table shows as well as by what is left."""
    if math.isfinite(given.settled):
        return score.settled <= given.settled and score.first <= given.first
    return math.isfinite(score.settled) or score.left < given.left or score[1:3] == given[1:3]


def _two_digits(rate: float) -> float:
    return float(f"{rate:.2g}")


def _score(descent: Descent, run: Run) -> Score:
    t, lowest = descent.run(run), descent.lowest
    tail = t.loss[-max(1, len(t.loss) // 10) :]
    if t.diverged_at is not None or tail[-1] > t.loss[0]:
        return Score(math.inf, math.inf, math.inf, math.inf)
    if lowest is None:  # unbounded below: crossing the window once is the aim, as directly as possible
        x0, x1, y0, y1 = descent.landscape.domain
        with np.errstate(over="ignore"):
            path = float(lengths(np.diff(t.x, axis=0)).sum()) / math.hypot(x1 - x0, y1 - y0)
        return Score(math.inf, abs(path - 0.5), 0.0, math.inf)
    gap = t.loss - lowest
    outside = np.flatnonzero(gap > TOLERANCE * gap[0])
    settled = float(outside[-1] + 1) if len(outside) else 0.0
    inside = np.flatnonzero(gap <= TOLERANCE * gap[0])
    end = float(tail.mean()) - lowest
    left = math.log10(max(end / max(float(gap[0]), 1e-300), TOLERANCE))
    return Score(settled if settled < len(gap) else math.inf, left, end, float(inside[0]) if len(inside) else math.inf)
