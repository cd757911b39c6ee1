"""Colours, dashes and markers of the runs, and the two themes: what player/look.js says to the browser, for pictures.

A test compares the two files.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

LIGHT = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#8A7B00", "#333333")
DARK = ("#4FA8DE", "#F08A45", "#2FC79B", "#E39CC4", "#F2B632", "#86CDF5", "#F0E442", "#DDDDDD")
DASHES = ((), (9, 4), (2, 3), (9, 3, 2, 3), (14, 4), (4, 4), (1, 4), (12, 3, 2, 3, 2, 3))
MARKERS = ("circle", "square", "triangle", "diamond", "cross", "star", "hexagon", "bar")
SYMBOLS: dict[str, str] = dict(zip(MARKERS, ("o", "s", "^", "D", "X", "*", "h", "d"), strict=True))  # Matplotlib's names
PREDICTED = (5.0, 4.0)  # dashes of what a formula says


class Style(NamedTuple):
    colour: str
    dash: tuple[int, ...]
    marker: str

    @property
    def symbol(self) -> str:
        return SYMBOLS[self.marker]


@dataclass(frozen=True)
class Theme:
    """Colours of a picture; `line` and `grid` are drawn with `line_alpha` and `grid_alpha`.

    Attributes:
      scale: the pale hue of the surface, from its lowest to its highest level, at equal distances.
      runs: the colours of the runs.
    """

    background: str
    text: str
    line: str
    line_alpha: float
    grid: str
    grid_alpha: float
    scale: tuple[str, str, str]
    runs: tuple[str, ...]

    def style(self, i: int) -> Style:
        """Of run i."""
        return Style(self.runs[i % 8], DASHES[(i + 2 * (i // 8)) % 8], MARKERS[(i + 3 * (i // 8)) % 8])


THEMES = {
    "light": Theme("#ffffff", "#31333f", "#3c506e", 0.22, "#000000", 0.09, ("#ffffff", "#eef3f8", "#d3dfeb"), LIGHT),
    "dark": Theme("#0e1117", "#fafafa", "#c8d7eb", 0.20, "#ffffff", 0.12, ("#141b2a", "#1d2940", "#2b3c5c"), DARK),
}


def rgb(colour: str) -> tuple[int, int, int]:
    """The parts of "#rrggbb", 0 to 255."""
    red, green, blue = bytes.fromhex(colour[1:])
    return red, green, blue


def dashes(style: Style, unit: float, width: float) -> tuple[float, tuple[float, ...]] | str:
    """Matplotlib's linestyle for a run: it counts dashes in line widths, and we in units."""
    return (0.0, tuple(d * unit / width for d in style.dash)) if style.dash else "solid"
