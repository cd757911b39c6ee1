"""What a picture is drawn with: `raster.Raster` makes pixels of it, `vector.Vector` makes SVG."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Literal, NamedTuple, Protocol

import numpy as np

from pictures.look import Theme
from pictures.paths import Box, Piece

Anchor = Literal["left", "middle", "right"]


class Text(NamedTuple):
    """A line of text, its middle at height y; `halo` is the colour of an edge around the letters."""

    x: float
    y: float
    words: str
    size: float
    colour: str
    anchor: Anchor = "left"
    bold: bool = False
    halo: str = ""


class Pen(Protocol):
    """Lengths are pixels of the finished picture, y downward; colours are "#rrggbb"."""

    def within(self, box: Box) -> AbstractContextManager[None]:
        """Draw nothing outside the box meanwhile; text is not cut."""
        ...

    def field(self, box: Box, z: np.ndarray, lines: Sequence[np.ndarray], width: float, theme: Theme) -> None:
        """Shade a box by z [rows, columns], whose first row is at the bottom; nothing where it is NaN. Lines are upon it.

        Args:
          lines: [n, 2] each, in columns and rows of z.
        """
        ...

    def rectangle(self, box: Box, colour: str, alpha: float = 1.0) -> None:
        """Fill a box."""
        ...

    def lines(self, pieces: Sequence[Piece], colour: str, width: float, dash: Sequence[float] = (), alpha: float = 1.0) -> None:
        """Stroke lines; where they cross, a pale one gets no darker."""
        ...

    def shape(self, outline: np.ndarray, colour: str, edge: str = "", width: float = 0.0, alpha: float = 1.0) -> None:
        """Fill an outline [n, 2], and draw its edge."""
        ...

    def dots(self, places: np.ndarray, radius: float, colour: str, alpha: float = 1.0) -> None:
        """Discs about places [n, 2]."""
        ...

    def text(self, text: Text) -> None: ...

    def width(self, words: str, size: float, bold: bool = False) -> float:
        """How wide a text will be, about."""
        ...
