"""The same value at every stop of one slider, so that a drag needs no network: `run0.lr:65`, `noise.scale:33`."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass

from core.problems import Problem, outside, unknown
from core.types import Param
from core.words import N_

COUNT = Param("sweep", "n", 65, 2, 129, "int", "Stops along the slider.")
POSITIONS = 1000  # of a slider on the page
LIVE = 1000  # steps × runs of a sweep that the page asks for when a slider is taken hold of: a megabyte or two


@dataclass(frozen=True)
class Sweep:
    """One slider and the values it is tried at; `item` is the number of the only run that changes, or None."""

    name: str
    param: Param
    values: tuple[float, ...]
    item: int | None


def parse(text: str, sliders: Mapping[str, Param]) -> Sweep | Problem:
    """Read `name` or `name:count`; the problem with it where there is one."""
    name, _, count = text.partition(":")
    if name not in sliders:
        return unknown("sweep", N_("parameter"), name[:40], list(sliders))
    if count and not (count.isdigit() and COUNT.accepts(float(count))):
        return outside("sweep", "sweep", count[:40], COUNT.low, COUNT.high, True)
    return along(name, sliders[name], int(count) if count else int(COUNT.default))


def along(name: str, param: Param, count: int) -> Sweep:
    """The whole way of a slider in `count` stops."""
    numbered = re.match(r"[a-z]+(\d+)\.", name)
    return Sweep(name, param, stops(param, count), int(numbered[1]) if numbered else None)


def stops(param: Param, count: int) -> tuple[float, ...]:
    """`count` values evenly along the slider of the page (player/dom.js), as a person would type them; each once."""
    if param.scale == "bool":
        return 0.0, 1.0
    places = (math.floor(k * POSITIONS / (count - 1) + 0.5) / POSITIONS for k in range(count))
    return tuple(dict.fromkeys(_value(param, place, param.high) for place in places))


def _value(param: Param, along: float, high: float) -> float:
    wide = param.scale == "int" and high / max(1.0, param.low) > 200
    lowest = param.low if param.scale == "log" else max(1.0, param.low)
    logarithmic = param.scale == "log" or wide
    value = lowest * (high / lowest) ** along if logarithmic else param.low + along * (high - param.low)
    if param.scale == "int":
        return param.low if wide and along == 0 else float(math.floor(value + 0.5))
    size = value if param.scale == "log" else (high - param.low) / 10
    unit = 10.0 ** (math.floor(math.log10(size)) - 2)
    return min(high, max(param.low, float(f"{math.floor(value / unit + 0.5) * unit:.6g}")))
