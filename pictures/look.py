"""Colours, dashes and markers of the runs, and the two themes: what player/look.js says to the browser, for pictures.

A test compares the two files.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from pictures.paths import Piece

LIGHT = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#8A7B00", "#333333")
DARK = ("#4FA8DE", "#F08A45", "#2FC79B", "#E39CC4", "#F2B632", "#86CDF5", "#F0E442", "#DDDDDD")
DASHES = ((), (9, 4), (2, 3), (9, 3, 2, 3), (14, 4), (4, 4), (1, 4), (12, 3, 2, 3, 2, 3))
MARKERS = ("circle", "square", "triangle", "diamond", "cross", "star", "hexagon", "bar")


class Style(NamedTuple):
    colour: str
    dash: tuple[int, ...]
    marker: str


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


def shade(theme: Theme, height: np.ndarray) -> np.ndarray:
    """Colours u8[..., 3] of heights f64[...] from 0 to 1 on the theme's scale."""
    stops = np.array([rgb(colour) for colour in theme.scale], float)
    parts = [np.interp(height, np.linspace(0, 1, len(stops)), stops[:, i]) for i in range(3)]
    return np.rint(np.stack(parts, axis=-1)).astype(np.uint8)


def marker(kind: str, x: float, y: float, r: float) -> np.ndarray:
    """The outline [n, 2] of a marker of radius r about (x, y); a circle has 40 corners."""
    shapes = {
        "triangle": (3, -math.pi / 2, 1.0),
        "diamond": (4, 0.0, 1.0),
        "star": (5, -math.pi / 2, 0.45),
        "hexagon": (6, 0.0, 1.0),
        "cross": (4, math.pi / 4, 0.4),
        "circle": (40, 0.0, 1.0),
    }
    if kind in ("square", "bar"):
        half = np.array([0.85, 0.85] if kind == "square" else [0.4, 1.0]) * r
        return np.array([x, y]) + half * np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]])
    corners, turn, inner = shapes[kind]
    count = corners if inner == 1.0 else 2 * corners
    radius = np.where(np.arange(count) % 2, r * inner, r) if inner != 1.0 else np.full(count, r)
    angle = turn + 2 * math.pi * np.arange(count) / count
    return np.stack([x + radius * np.cos(angle), y + radius * np.sin(angle)], axis=1)


def ring(x: float, y: float, r: float) -> list[Piece]:
    """Where a descent starts: a circle, to be stroked."""
    outline = marker("circle", x, y, r)
    return [Piece(np.vstack([outline, outline[:1]]), 0.0)]


def cross(x: float, y: float, r: float) -> list[Piece]:
    """Where a minimum is."""
    lines = [[x - r, y], [x + r, y]], [[x, y - r], [x, y + r]]
    return [Piece(np.array(line), 0.0) for line in lines]
