"""A schedule as the array that the descent uses: the same array is drawn."""

from __future__ import annotations

import numpy as np

from core.experiment import Spec, schedule_params
from core.types import namespace
from schedules import SCHEDULES


def rates(schedule: Spec, learning_rate: float, steps: int) -> np.ndarray:
    """Learning rates f64[steps]; entry k − 1 belongs to update k = 1…steps.

    Decays are evaluated at t = k − 1, so the first update runs at the full rate; warm-up over n steps multiplies
    update k by k/n, so it starts at 1/n of the rate, not at 0.
    """
    params = schedule_params(schedule.key)
    values = namespace(params, [schedule.values[p.key] for p in params])
    course = np.asarray(SCHEDULES[schedule.key].fn(learning_rate, np.arange(steps, dtype=float), steps, values), float)
    if values.warmup:
        course = course * np.minimum(1.0, np.arange(1, steps + 1) / values.warmup)
    return course
