"""The colours of maps, for pictures and for the page: told apart by their lightness too."""

from __future__ import annotations

from typing import Any

import numpy as np

from engines.maps.atlas import DIVERGED, NOWHERE, Basin, Stability

# Okabe and Ito (2008), from dark to light where they stand beside one another, and six more for surfaces with many minima.
MINIMA = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#8A7B00", "#8E6FBF")
UNDECIDED, LOST = "#D9D9D9", "#3C3C3C"
# Cividis (Nuñez, Anderton and Renslow, 2018), from the loss that shrinks fastest to the one that stays; red where it grows.
SHRINKS = ("#00224E", "#123570", "#3B496C", "#575D6D", "#707173", "#8A8678", "#A59C74", "#C3B369", "#E1CC55", "#FEE838")
GROWS = "#D55E00"
PALE = 0.72  # share of white in the cells that take all steps


def palette() -> dict[str, Any]:
    return {
        "minima": MINIMA, "undecided": UNDECIDED, "lost": LOST, "shrinks": SHRINKS, "grows": GROWS, "pale": PALE,
    }  # fmt: skip


def _rgb(colour: str) -> np.ndarray:
    return np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)], float)


def basin(chart: Basin, steps: int) -> np.ndarray:
    """u8[size, size, 3]: the colour of the minimum, paler the later it is reached."""
    table = np.stack([*map(_rgb, MINIMA), _rgb(LOST), _rgb(UNDECIDED)])  # −2 and −1 count from the end
    minimum = np.where(chart.basin >= 0, chart.basin % len(MINIMA), chart.basin)
    late = np.log1p(chart.steps) / np.log1p(steps)
    share = np.where(chart.basin >= 0, PALE * late, 0.0)[..., None]
    assert (DIVERGED, NOWHERE) == (-2, -1)
    return np.rint(table[minimum] * (1 - share) + 255 * share).astype(np.uint8)


def stability(chart: Stability, fastest: float) -> np.ndarray:
    """u8[size, size, 3]: `fastest` is the rate of the darkest colour, 0 that of the lightest."""
    rate = np.where(np.isfinite(chart.rate), chart.rate, fastest)
    place = np.clip(1 - rate / fastest, 0, 1) * (len(SHRINKS) - 1)
    table = np.stack([_rgb(colour) for colour in SHRINKS])
    low = np.minimum(place.astype(int), len(SHRINKS) - 2)
    colours = table[low] + (place - low)[..., None] * (table[low + 1] - table[low])
    colours[rate > 0] = _rgb(GROWS)
    colours[chart.diverged] = _rgb(LOST)
    colours[~np.isfinite(chart.rate) & ~chart.diverged] = _rgb(UNDECIDED)
    return np.rint(colours).astype(np.uint8)


def fastest(maps: list[Stability]) -> float:
    """The fastest rate of some maps, below 0."""
    lows = [np.nanmin(chart.rate[~chart.diverged], initial=0.0) for chart in maps if not chart.diverged.all()]
    return float(min([*lows, -1e-9]))
