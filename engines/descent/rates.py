"""A schedule as the learning rates of all updates, from nothing but its rule and its values."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from core.types import Param, Schedule, namespace

WARMUP = Param("warmup", "n", 0, 0, 100_000, "int", "Steps over which the rate first rises linearly.", counts="updates")


def params(rule: Schedule) -> tuple[Param, ...]:
    """The rows of a schedule; every one has `warmup`, listed or not."""
    return rule.params if any(p.key == WARMUP.key for p in rule.params) else (*rule.params, WARMUP)


def rates(rule: Schedule, values: Mapping[str, float], learning_rate: float, steps: int) -> np.ndarray:
    """Learning rates f64[steps]; entry k − 1 belongs to update k = 1…steps.

    Decays are evaluated at t = k − 1, so the first update runs at the full rate; warm-up over n steps multiplies
    update k by k/n, so it starts at 1/n of the rate, not at 0 (docs/decisions/0005).
    """
    rows = params(rule)
    named = namespace(rows, [values[p.key] for p in rows])
    course = np.asarray(rule.fn(learning_rate, np.arange(steps, dtype=float), steps, named), float)
    if named.warmup and WARMUP in rows:
        course = course * np.minimum(1.0, np.arange(1, steps + 1) / named.warmup)
    return course
