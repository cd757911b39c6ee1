"""A sensible learning rate for each run, found by trying a 1-2-5 ladder of them."""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import replace

import numpy as np

from core.types import Param
from engines.descent.experiment import Experiment, Run
from engines.descent.results import TOLERANCE, Descent, lengths
from optimizers import OPTIMIZERS

# Two rates that both arrive differ by how far they walked: a detour as long as the window costs this many decades of loss.
_DETOUR = 0.3


def ladder(param: Param) -> list[float]:
    """The 1-2-5 numbers within the range of a rate: 1e-5, 2e-5, 5e-5, …"""
    decades = range(math.floor(math.log10(param.low)), math.ceil(math.log10(param.high)) + 1)
    rungs = [float(f"{digit}e{decade}") for decade in decades for digit in (1, 2, 5)]
    return [rate for rate in rungs if param.low <= rate <= param.high]


def tuned(experiment: Experiment, which: Collection[int]) -> Experiment:
    """The experiment with the rates of the runs at indices `which` replaced by the best rung, judged by loss and detours."""
    descent = Descent(replace(experiment, runs=()))
    runs = [_best(descent, run) if i in which else run for i, run in enumerate(experiment.runs)]
    return replace(experiment, runs=tuple(runs))


def _best(descent: Descent, run: Run) -> Run:
    rates = ladder(OPTIMIZERS[run.optimizer.key].learning_rate)
    tried = [run.with_rate(rate) for rate in rates]
    scores = [_score(descent, candidate) for candidate in tried]
    return tried[int(np.argmin(scores))] if np.isfinite(scores).any() else run


def _score(descent: Descent, run: Run) -> float:
    """Decades of loss left, plus a charge for the path; infinite where the run diverges or ends higher than it began."""
    t, lowest = descent.run(run), descent.lowest
    tail = t.loss[-max(1, len(t.loss) // 10) :]
    if t.diverged_at is not None or tail[-1] > t.loss[0]:
        return math.inf
    x0, x1, y0, y1 = descent.landscape.domain
    window = math.hypot(x1 - x0, y1 - y0)
    with np.errstate(over="ignore"):
        path = float(lengths(np.diff(t.x, axis=0)).sum()) / window
    if lowest is None:  # unbounded below: crossing the window once is the aim, as directly as possible
        return abs(path - 0.5)
    gap = (tail.mean() - lowest) / max(t.loss[0] - lowest, 1e-300)
    return math.log10(max(gap, TOLERANCE)) + _DETOUR * path
