"""Curves of activations as a program of its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from core.page import Script
from pages.activations import answer
from pages.activations.query import CurveSet


def script(chosen: CurveSet) -> Script:
    """Value and slope of every activation at every point."""
    keys = dict.fromkeys(s.key for s in chosen.activations)
    heads = answer.table(chosen).heads
    given = {
        "units": [(s.key, dict(s.values)) for s in chosen.activations],
        "ends": chosen.range,
        "points": chosen.points,
        "heads": heads,
    }
    modules = (*(f"activations.{key}" for key in keys), "engines.activation.curve")
    return Script(f"Values and slopes of {', '.join(keys)}", modules, curves, given)


def curves(
    units: Sequence[tuple[str, Mapping[str, float]]], ends: tuple[float, float], points: int, heads: Sequence[str]
) -> Iterator[Sequence[Any]]:
    """Yield one row per point."""
    import numpy as np

    from core.types import Spec
    from engines.activation.curve import curve

    x = np.linspace(*ends, points)
    columns = [part.tolist() for key, values in units for part in curve(Spec(key, values), x)]
    yield heads
    yield from zip(x.tolist(), *columns, strict=True)
