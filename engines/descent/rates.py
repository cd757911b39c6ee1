"""A schedule as the learning rates of all updates, from nothing but its rule and its values."""

from __future__ import annotations

import functools
from collections.abc import Mapping

import numpy as np

from core.types import Param, Schedule, namespace

WARMUP = Param("warmup", "n", 0, 0, 100_000, "int", "Steps over which the rate first rises linearly.", counts="updates")


LATE = Param(
    "late", "l", 0, 0, 1, "bool", "Begin the schedule after the warm-up; otherwise both multiply from update 1 on.",
    word="after the warm-up",
)  # fmt: skip


@functools.cache
def params(rule: Schedule) -> tuple[Param, ...]:
    """The rows of a schedule; every one has `warmup`, listed or not, and `late` where it is not and makes a difference."""
    if any(p.key == WARMUP.key for p in rule.params):
        return rule.params
    return (*rule.params, WARMUP, LATE) if rule.moves else (*rule.params, WARMUP)


def rates(rule: Schedule, values: Mapping[str, float], learning_rate: float, steps: int) -> np.ndarray:
    """Learning rates f64[steps]; entry k − 1 belongs to update k = 1…steps.

    Decays are evaluated at t = k − 1, so the first update runs at the full rate. Warm-up over n steps multiplies update k by
    k/n, so it starts at 1/n of the rate, not at 0; a schedule that has begun to fall by then never reaches its rate. With
    `late` it begins after the warm-up, at t = k − 1 − n of a horizon shorter by n (docs/decisions/0005).
    """
    rows = params(rule)
    named = namespace(rows, [values[p.key] for p in rows])
    n = int(named.warmup) if WARMUP in rows else 0
    waits = min(n, steps - 1) if n and LATE in rows and named.late else 0
    t = np.maximum(np.arange(steps, dtype=float) - waits, 0.0)
    course = np.asarray(rule.fn(learning_rate, t, steps - waits, named), float)
    return course * np.minimum(1.0, np.arange(1, steps + 1) / n) if n else course
