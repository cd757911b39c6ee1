"""A claim is a test: what a sentence says about numbers is a check on the result that it is shown with.

`holds` of a preset or a card takes that result and returns whether the sentence is true of it. The tests run every one
(tests/test_claims.py), and one that has none fails. The functions here read the results of the pages of descents.

What a thing says of itself, in `summary` and `look_for`, has its checks in its own file: each of its `holds` is given `see`,
which computes what it asks for (tests/seen.py), so that a thing needs no engine. They cost nothing until a test calls them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

Holds = Callable[[Any], Any]
Checks = tuple[Callable[[Any], Any], ...]


def above(race: Any) -> np.ndarray:
    """Loss above the lowest minimum [runs, steps + 1] of a race; the loss itself where there is none."""
    return np.array([t.loss for t in race.trajectories]) - (race.lowest or 0.0)


def within(race: Any) -> list[float]:
    """Of each run the first step within 0.1 % of the gap at the start, ∞ where there is none."""
    return [np.inf if s.steps_to_tolerance is None else s.steps_to_tolerance for s in race.summaries()]


def gradients_within(race: Any) -> list[float]:
    """Of each run how many gradients it has taken by then."""
    return [n if n == np.inf else float(race.counted(i)[int(n)]) for i, n in enumerate(within(race))]


def stays(race: Any) -> list[bool]:
    """Of each run whether it is there from the first time on."""
    return [s.outside_after == 0 for s in race.summaries()]


def rates(race: Any) -> list[float]:
    """Of each run the rate that is set."""
    return [run.optimizer.values["lr"] for run in race.experiment.runs]


def turning(race: Any, since: int) -> list[float]:
    """Of each run the mean angle in degrees between a step and the next, from update `since` on; 180 is back."""
    angles = []
    for t in race.trajectories:
        moves = np.diff(t.x, axis=0)[since:]
        ways = moves / np.linalg.norm(moves, axis=1, keepdims=True)
        angles.append(float(np.degrees(np.arccos(np.clip((ways[1:] * ways[:-1]).sum(1), -1, 1))).mean()))
    return angles


def distance(race: Any, since: int) -> list[float]:
    """Of each run the mean distance from the nearest minimum from step `since` on."""
    return [float(race.distances(t.x[since:]).mean()) for t in race.trajectories]


def falls(values: Any, share: float = 1.0) -> bool:
    """Whether each value is below `share` times the one before."""
    values = np.asarray(values)
    return bool((values[1:] < share * values[:-1]).all())


def level(values: Any, share: float) -> bool:
    """Whether the largest value is above the smallest by no more than this share."""
    return bool(np.max(values) <= (1 + share) * np.min(values))


def strides(race: Any, since: int) -> float:
    """How many times longer the steps of the first run are than those of the second, in the mean from update `since` on."""
    first, second = (np.linalg.norm(np.diff(t.x[since:], axis=0), axis=1).mean() for t in race.trajectories[:2])
    return float(first / second)


def dents(values: np.ndarray) -> int:
    """Local minima of a grid, its border left out."""
    inside = values[1:-1, 1:-1]
    around = [values[1 + i : values.shape[0] - 1 + i, 1 + j : values.shape[1] - 1 + j] for i in (-1, 0, 1) for j in (-1, 0, 1)]
    return int((inside == np.min(around, axis=0)).sum())
