"""The sliders of the page by name: `depth`, `rate`, `unit0.alpha`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from activations import ACTIVATIONS
from core.types import Param, Spec
from pages.activations.query import BIAS, DEPTH, PROBE, RATE, CurveSet

SHARED = {p.key: p for p in (DEPTH, PROBE, RATE, BIAS)}


def sliders(chosen: CurveSet) -> Iterator[tuple[str, Param]]:
    yield from SHARED.items()
    for i, spec in enumerate(chosen.activations):
        yield from ((f"unit{i}.{p.key}", p) for p in ACTIVATIONS[spec.key].params)


def moved(chosen: CurveSet, name: str, value: float) -> CurveSet:
    """The same with one slider at another value."""
    if name in SHARED:
        return replace(chosen, **{name: int(value) if SHARED[name].scale == "int" else value})
    where, key = name.split(".")
    units = list(chosen.activations)
    i = int(where.removeprefix("unit"))
    units[i] = Spec(units[i].key, {**units[i].values, key: value})
    return replace(chosen, activations=tuple(units))
