"""What schedules do to a descent, as JSON, as a table, and as the arrays that the player reads."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from core.page import Table, Translate, Wish
from engines.descent import described, engine
from engines.descent.window import GRID, fit
from pages.schedules.seeds import Course, Courses

FIELDS = ("grid",)
COLUMNS = ("run", "optimizer", "schedule", "update", "learning_rate", "mean", "percentile_10", "percentile_90")


def arrays(courses: Courses, wish: Wish) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    """Rates, one path, and statistics over the seeds of every run."""
    named: dict[str, np.ndarray] = {}
    for i, course in enumerate(courses.courses):
        named |= {f"run{i}.{name}": array for name, array in _arrays(course).items()}
    domain = courses.landscape.domain
    window = fit(domain, wish.aspect, 1).domain if wish.aspect else domain
    if "grid" in wish.fields:
        loss = engine.grid(courses.landscape, courses.surface, window, *GRID)
        named["grid"] = np.where(np.isfinite(loss), loss, np.nan)
    return _header(courses) | {"window": window}, named


def table(courses: Courses) -> Table:
    """One row per run and drawn update: the rate that led there, and the loss over the seeds."""
    return Table(COLUMNS, _rows(courses))


def _rows(courses: Courses) -> Iterator[tuple[Any, ...]]:
    at = np.arange(courses.updates + 1) * courses.experiment.steps // courses.updates
    for i, (run, course) in enumerate(zip(courses.experiment.runs, courses.courses, strict=True)):
        rates = [None, *course.rates[at[1:] - 1].tolist()]
        spread = (_numbers(part) for part in (course.mean, course.low, course.high))
        names = (i, run.optimizer.key, run.schedule.key)
        yield from ((*names, *row) for row in zip(at.tolist(), rates, *spread, strict=True))


def document(courses: Courses, _translate: Translate = str) -> dict[str, Any]:
    """The JSON answer; null where a seed has diverged."""
    head = _header(courses)
    for row, course in zip(head["runs"], courses.courses, strict=True):
        arrays = _arrays(course) | {"lr": course.rates}
        row |= {name: _numbers(array) for name, array in arrays.items()}
    return head


def _numbers(array: np.ndarray) -> list:
    """The array as JSON has it: None where it is not finite."""
    return np.where(np.isfinite(array), array.astype(object), np.array(None, object)).tolist()


def _arrays(course: Course) -> dict[str, np.ndarray]:
    return {
        "x": course.path.x,
        "f": course.path.loss,
        "lr_low": course.rate_low,
        "lr_high": course.rate_high,
        "mean": course.mean,
        "low": course.low,
        "high": course.high,
    }


def _header(courses: Courses) -> dict[str, Any]:
    runs = [
        {
            **described.run(run),
            "diverged_at": course.path.diverged_at,
            "floor": course.floor,
            "diverged": course.diverged,
            "rising": course.rising,
            "first_rate": float(course.rates[0]),
            "highest_rate": float(course.rates.max()),
            "last_rate": float(course.rates[-1]),
        }
        for run, course in zip(courses.experiment.runs, courses.courses, strict=True)
    ]
    return described.conditions(courses.experiment, courses.minima, courses.lowest) | {"updates": courses.updates, "runs": runs}
