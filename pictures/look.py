"""Colours, dashes and markers of the runs, and the two themes: what player/look.js says to the browser, for pictures.

A test compares the two files.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

LIGHT = (
    *("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#8A7B00", "#333333"),
    *("#6A3D9A", "#A6402A", "#00575C", "#B0006D", "#7C8F00", "#3949AB", "#6D4C41", "#7F7F7F"),
)
DARK = (
    *("#4FA8DE", "#F08A45", "#2FC79B", "#E39CC4", "#F2B632", "#86CDF5", "#F0E442", "#DDDDDD"),
    *("#B79AE6", "#F4876F", "#4DD0D8", "#FF73C6", "#C5D94A", "#96A4F5", "#C8A08F", "#A6A6A6"),
)
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
        return Style(self.runs[i % len(self.runs)], DASHES[(i + 2 * (i // 8)) % 8], MARKERS[(i + 3 * (i // 8)) % 8])


THEMES = {
    "light": Theme("#ffffff", "#31333f", "#3c506e", 0.34, "#000000", 0.09, ("#ffffff", "#eef3f8", "#c9d8e7"), LIGHT),
    "dark": Theme("#0e1117", "#fafafa", "#c8d7eb", 0.30, "#ffffff", 0.12, ("#141b2a", "#1d2940", "#2b3c5c"), DARK),
}


def rgb(colour: str) -> tuple[int, int, int]:
    """The parts of "#rrggbb", 0 to 255."""
    red, green, blue = bytes.fromhex(colour[1:])
    return red, green, blue


def dashes(style: Style, unit: float, width: float) -> tuple[float, tuple[float, ...]] | str:
    """Matplotlib's linestyle for a run: it counts dashes in line widths, and we in units."""
    return (0.0, tuple(d * unit / width for d in style.dash)) if style.dash else "solid"
