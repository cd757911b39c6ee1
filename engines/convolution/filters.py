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


class Filter(NamedTuple):
    """Weights i64[5, 5, 3], the last for red, green and blue; drawn: by hand."""

    name: str
    weights: np.ndarray
    drawn: bool = False

    @property
    def pattern(self) -> np.ndarray:
        """i64[5, 5]: what it looks at in the brightness, the mean over colours."""
        return np.rint(self.weights.mean(2)).astype(np.int64)


def coloured(pattern: np.ndarray, colours: tuple[int, int, int] = (1, 1, 1)) -> np.ndarray:
    """A pattern i64[5, 5] times what it is for each colour."""
    return pattern[:, :, None] * np.array(colours)


_ACROSS = np.tile([-1, -1, 0, 1, 1], (SIDE, 1))
_RING = np.maximum(*np.abs(np.mgrid[-2:3, -2:3]))  # 0 in the middle, 2 at the edge
_ONES = np.ones((SIDE, SIDE), np.int64)

FILTERS = (
    Filter(N_("upright edges"), coloured(_ACROSS)),
    Filter(N_("level edges"), coloured(_ACROSS.T)),
    Filter(N_("slanting edges"), coloured(np.sign(np.add.outer(np.arange(SIDE), np.arange(SIDE)) - 4))),
    Filter(N_("spots"), coloured(np.array([8, 1, -1])[_RING])),
    Filter(N_("blur"), coloured(_ONES)),
    Filter(N_("red against green"), coloured(_ONES, (1, -1, 0))),
)


def maps(pixels: np.ndarray, filters: tuple[Filter, ...]) -> np.ndarray:
    """i64[filters, n − 4, n − 4] of u8[n, n, 3]: every sum of 75 products, no padding, stride 1, filters not flipped."""
    patches = np.lib.stride_tricks.sliding_window_view(pixels.astype(np.int64), (SIDE, SIDE), (0, 1))  # [.., .., 3, 5, 5]
    return np.einsum("ijcst,fstc->fij", patches, np.stack([one.weights for one in filters]))


def with_drawn(six: tuple[Filter, ...], drawn: tuple[tuple[int, str], ...]) -> tuple[Filter, ...]:
    """Six filters, with those that were drawn in their places, counted from 1."""
    bank = list(six)
    for number, text in drawn:
        bank[number - 1] = Filter(N_("drawn"), coloured(pattern(text)), drawn=True)
    return tuple(bank)


def pattern(text: str) -> np.ndarray:
    """The pattern i64[5, 5] that 25 signs spell, row by row: 0–9, and a–i for −1 … −9."""
    return np.array([SIGNS.index(sign) - LARGEST for sign in text]).reshape(SIDE, SIDE)


def spelled(weights: np.ndarray) -> str:
    """The 25 signs of a pattern."""
    return "".join(SIGNS[int(weight) + LARGEST] for weight in weights.ravel())
