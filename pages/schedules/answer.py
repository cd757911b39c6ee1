"""What schedules do to a descent, as JSON, as a table, and as the arrays that the player reads."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from core.page import Table, Translate, Wish
from engines.descent import described, engine
from engines.descent.window import GRID, fit
from pages.schedules.seeds import SeededRun, SeededRuns

FIELDS = ("grid",)
COLUMNS = ("run", "optimizer", "schedule", "update", "learning_rate", "mean", "percentile_10", "percentile_90")


def arrays(seeded: SeededRuns, wish: Wish) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    """Rates, one path, and statistics over the seeds of every run."""
    named: dict[str, np.ndarray] = {}
    for i, one in enumerate(seeded.runs):
        named |= {f"run{i}.{name}": array for name, array in _arrays(one).items()}
    domain = seeded.landscape.domain
    window = fit(domain, wish.aspect, 1).domain if wish.aspect else domain
    if "grid" in wish.fields:
        loss = engine.grid(seeded.landscape, seeded.surface, window, *GRID)
        named["grid"] = np.where(np.isfinite(loss), loss, np.nan)
    return _header(seeded) | {"window": window}, named


def table(seeded: SeededRuns) -> Table:
    """One row per run and drawn update: the rate that led there, and the loss over the seeds."""
    return Table(COLUMNS, _rows(seeded))


def _rows(seeded: SeededRuns) -> Iterator[tuple[Any, ...]]:
    at = seeded.at
    for i, (run, one) in enumerate(zip(seeded.experiment.runs, seeded.runs, strict=True)):
        rates = [None, *one.rates[at[1:] - 1].tolist()]
        spread = (_numbers(part) for part in (one.mean, one.low, one.high))
        names = (i, run.optimizer.key, run.schedule.key)
        yield from ((*names, *row) for row in zip(at.tolist(), rates, *spread, strict=True))


def document(seeded: SeededRuns, _translate: Translate = str) -> dict[str, Any]:
    """The JSON answer; null where a seed has diverged."""
    head = _header(seeded)
    for row, one in zip(head["runs"], seeded.runs, strict=True):
        arrays = _arrays(one) | {"lr": one.rates}
        row |= {name: _numbers(array) for name, array in arrays.items()}
    return head


def _numbers(array: np.ndarray) -> list:
    """The array as JSON has it: None where it is not finite."""
    return np.where(np.isfinite(array), array.astype(object), np.array(None, object)).tolist()


def _arrays(one: SeededRun) -> dict[str, np.ndarray]:
    return {
        "x": one.x,
        "f": one.loss,
        "gap": one.gap,
        "lr_low": one.rate_low,
        "lr_high": one.rate_high,
        "mean": one.mean,
        "low": one.low,
        "high": one.high,
    }


def _header(seeded: SeededRuns) -> dict[str, Any]:
    runs = [
        {
            **described.run(run),
            "diverged_at": one.diverged_at,
            "floor": one.floor,
            "diverged": one.diverged,
            "rising": one.rising,
            "trend": one.trend,
            "first_rate": float(one.rates[0]),
            "highest_rate": float(one.rates.max()),
            "last_rate": float(one.rates[-1]),
        }
        for run, one in zip(seeded.experiment.runs, seeded.runs, strict=True)
    ]
    return described.conditions(seeded.experiment, seeded.minima, seeded.lowest) | {"updates": seeded.updates, "runs": runs}
