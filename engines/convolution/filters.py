"""Six filters of 5×5×3 over a photograph of 32×32 pixels: what 28×28×6 numbers come out, in whole numbers."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from core.words import N_

PIXELS = 32  # along each side of the photograph
SIDE = 5  # of a filter
COUNT = 6
LARGEST = 9  # of a weight, either way
PLACES = (PIXELS - SIDE + 1) ** 2
SIGNS = "ihgfedcba0123456789"  # of −9 … 9
GREY = (1, 1, 1)


class Filter(NamedTuple):
    """A pattern i64[5, 5], and what it is multiplied by for red, green and blue; drawn: by hand."""

    name: str
    taps: np.ndarray
    colours: tuple[int, int, int] = GREY
    drawn: bool = False

    @property
    def weights(self) -> np.ndarray:
        """i64[5, 5, 3]."""
        return self.taps[:, :, None] * np.array(self.colours)


_ACROSS = np.tile([-1, -1, 0, 1, 1], (SIDE, 1))
_RING = np.maximum(*np.abs(np.mgrid[-2:3, -2:3]))  # 0 in the middle, 2 at the edge

FILTERS = (
    Filter(N_("upright edges"), _ACROSS),
    Filter(N_("level edges"), _ACROSS.T),
    Filter(N_("slanting edges"), np.sign(np.add.outer(np.arange(SIDE), np.arange(SIDE)) - 4)),
    Filter(N_("spots"), np.array([8, 1, -1])[_RING]),
    Filter(N_("blur"), np.ones((SIDE, SIDE), np.int64)),
    Filter(N_("red against green"), np.ones((SIDE, SIDE), np.int64), (1, -1, 0)),
)


def maps(pixels: np.ndarray, filters: tuple[Filter, ...]) -> np.ndarray:
    """i64[filters, n − 4, n − 4] of u8[n, n, 3]: every sum of 75 products, no padding, stride 1, filters not flipped."""
    patches = np.lib.stride_tricks.sliding_window_view(pixels.astype(np.int64), (SIDE, SIDE), (0, 1))  # [.., .., 3, 5, 5]
    return np.einsum("ijcst,fstc->fij", patches, np.stack([one.weights for one in filters]))


def with_drawn(drawn: tuple[tuple[int, str], ...]) -> tuple[Filter, ...]:
    """The six, with those that were drawn in their places, counted from 1."""
    found = list(FILTERS)
    for number, text in drawn:
        found[number - 1] = Filter(N_("drawn"), taps(text), drawn=True)
    return tuple(found)


def taps(text: str) -> np.ndarray:
    """The pattern i64[5, 5] that 25 signs spell, row by row: 0–9, and a–i for −1 … −9."""
    return np.array([SIGNS.index(sign) - LARGEST for sign in text]).reshape(SIDE, SIDE)


def spelled(pattern: np.ndarray) -> str:
    """The 25 signs of a pattern."""
    return "".join(SIGNS[int(weight) + LARGEST] for weight in pattern.ravel())
