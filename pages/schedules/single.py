"""One schedule as an array: /api/schedule."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core.described import named
from engines.descent import experiment as ex
from engines.descent import schedule
from engines.descent.experiment import Course


def answer(course: Course, _options: Mapping[str, str]) -> dict[str, Any]:
    """The rate of each update k = 1…steps."""
    rates = schedule.rates(course.schedule, course.learning_rate, course.steps)
    return {
        "schedule": named(course.schedule, ex.schedule_params(course.schedule.key)),
        "initial_rate": course.learning_rate,
        "steps": course.steps,
        "lr": rates.tolist(),
    }
