"""One schedule as an array: /api/schedule."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core.described import named
from engines.descent import experiment as ex
from engines.descent import schedule
from engines.descent.experiment import ScheduleAlone


def answer(alone: ScheduleAlone, _options: Mapping[str, str]) -> dict[str, Any]:
    """The rate of each update k = 1…steps."""
    rates = schedule.rates(alone.schedule, alone.learning_rate, alone.steps)
    return {
        "schedule": named(alone.schedule, ex.schedule_params(alone.schedule.key)),
        "initial_rate": alone.learning_rate,
        "steps": alone.steps,
        "lr": rates.tolist(),
    }
