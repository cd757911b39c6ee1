"""What theory says of a rule where a surface is a quadratic: its limit, and its fastest values."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

import numpy as np

from core.types import Landscape, Numbers, Point, namespace
from engines.descent import engine, results
from engines.descent.experiment import Experiment, Run

ON_SURFACE = "surface."  # in front of an axis that is not the optimizer's
PLACES = np.array([[0.1, 0.2], [0.35, 0.9], [0.6, 0.45], [0.95, 0.7]])  # in a domain, as shares of its sides
SAME = 1e-6  # of the largest curvature: how far the one elsewhere may be off, by rounding


def on_surface(e: Experiment, axes: Mapping[str, float]) -> Numbers:
    """The parameters of the surface, those on an axis replaced."""
    moved = {key.removeprefix(ON_SURFACE): value for key, value in axes.items() if key.startswith(ON_SURFACE)}
    return Numbers({**e.surface.values, **moved})


def curvatures(e: Experiment, values: Mapping[str, float]) -> tuple[float, float] | None:
    """Smallest and largest eigenvalue of the Hessian; None where it is not the same everywhere, or there is no minimum.

    On another surface a run need not end at the lowest minimum, nor feel its curvature on the way.
    """
    return _curvatures(e.landscape, Numbers(values))


@lru_cache(maxsize=128)
def _curvatures(landscape: Landscape, values: Numbers) -> tuple[float, float] | None:
    minima = results.minima(landscape, values)
    if not len(minima):
        return None
    x0, x1, y0, y1 = landscape.domain
    places = np.array([minima[0], *((x0, y0) + PLACES * (x1 - x0, y1 - y0))])
    here, *elsewhere = engine.curvature(landscape, values, places)
    low, high = here.tolist()
    same = bool(np.allclose(elsewhere, here, rtol=0, atol=SAME * abs(high)))
    return (low, high) if high > 0 and same else None


def largest_rate(e: Experiment, run: Run, axes: Mapping[str, float] | None = None) -> float | None:
    """The learning rate from which a rule leaves the minimum, with the values of some axes; None where none is known."""
    axes, rule = axes or {}, run.rule
    curved = curvatures(e, on_surface(e, axes)) if rule.stability else None
    if not rule.stability or curved is None:
        return None
    values = {**run.values, **axes}
    return float(rule.stability(namespace(rule.params, [values[p.key] for p in rule.params]))) / curved[1]


def limit(e: Experiment, run: Run, keys: tuple[str, str], sides: tuple[np.ndarray, np.ndarray]) -> list[Point] | None:
    """The limit of stability as points (x, y), one for each value of the other axis; None where none is known."""
    if "lr" not in keys:
        return None
    rate = keys.index("lr")
    other = 1 - rate
    points: list[Point] = []
    for value in sides[other].tolist():
        edge = largest_rate(e, run, {keys[other]: value})
        if edge is None:
            return None
        points.append((edge, value) if rate == 0 else (value, edge))
    return points


def best(e: Experiment, run: Run, keys: tuple[str, str]) -> Point | None:
    """The fastest values of both axes by theory; None where none are known."""
    rule, curved = run.rule, curvatures(e, e.surface.values)
    if not rule.best or curved is None or curved[0] <= 0:
        return None
    values = rule.best(*curved)
    return (float(values[keys[0]]), float(values[keys[1]])) if values.keys() == set(keys) else None
