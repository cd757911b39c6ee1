"""The colours of maps, for pictures and for the page: told apart by their lightness too."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from engines.maps.atlas import DIVERGED, NOWHERE, Basin, Stability

# Okabe and Ito (2008), from dark to light where they stand beside one another, and six more for surfaces with many minima.
MINIMA = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#8A7B00", "#8E6FBF")
UNDECIDED, LOST = "#D9D9D9", "#3C3C3C"
# Cividis (Nuñez, Anderton and Renslow, 2018), from a loss that shrinks to a tenth in a step to one that loses a thousandth:
# the same on every map; at equal distances the steps that a tenth takes are multiplied alike. Red where it grows.
SHRINKS = ("#00224E", "#123570", "#3B496C", "#575D6D", "#707173", "#8A8678", "#A59C74", "#C3B369", "#E1CC55", "#FEE838")
GROWS = "#D55E00"
QUICK, SLOW = math.log10(0.1), math.log10(0.999)  # of the darkest colour and of the lightest, per step
PALE = 0.72  # share of white in the cells that take all steps


def palette() -> dict[str, Any]:
    return {
        "minima": MINIMA, "undecided": UNDECIDED, "lost": LOST, "grows": GROWS, "shrinks": SHRINKS, "quick": QUICK,
        "slow": SLOW, "pale": PALE,
    }  # fmt: skip


def _rgb(colour: str) -> np.ndarray:
    return np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)], float)


def text(rgb: np.ndarray) -> str:
    """u8[3] as "#RRGGBB"."""
    return "#" + rgb.tobytes().hex().upper()


def basin(chart: Basin, steps: int) -> np.ndarray:
    """u8[size, size, 3]: the colour of the minimum, paler the later it is reached."""
    table = np.stack([*map(_rgb, MINIMA), _rgb(LOST), _rgb(UNDECIDED)])  # −2 and −1 count from the end
    minimum = np.where(chart.basin >= 0, chart.basin % len(MINIMA), chart.basin)
    share = np.where(chart.basin >= 0, paleness(chart.steps, steps), 0.0)[..., None]
    assert (DIVERGED, NOWHERE) == (-2, -1)
    return np.rint(table[minimum] * (1 - share) + 255 * share).astype(np.uint8)


def paleness(reached: np.ndarray, steps: int) -> np.ndarray:
    """The share of white in cells that arrive at these steps."""
    return PALE * np.log1p(reached) / np.log1p(steps)


def shrinking(rate: np.ndarray | float) -> np.ndarray:
    """u8[..., 3] of log10 of the factors per step, at most 0."""
    share = np.log(np.clip(rate, QUICK, SLOW) / QUICK) / math.log(SLOW / QUICK)
    place = share * (len(SHRINKS) - 1)
    table = np.stack([_rgb(colour) for colour in SHRINKS])
    low = np.minimum(place.astype(int), len(SHRINKS) - 2)
    return np.rint(table[low] + (place - low)[..., None] * (table[low + 1] - table[low])).astype(np.uint8)


def stability(chart: Stability) -> np.ndarray:
    """u8[size, size, 3]."""
    rate = np.where(np.isfinite(chart.rate), chart.rate, QUICK)
    colours = shrinking(rate)
    colours[rate > 0] = _rgb(GROWS)
    colours[chart.diverged] = _rgb(LOST)
    colours[~np.isfinite(chart.rate) & ~chart.diverged] = _rgb(UNDECIDED)
    return colours
