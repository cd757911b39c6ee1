"""The paper that a picture is drawn on: a Matplotlib figure measured in pixels from the top left corner."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import matplotlib
from matplotlib.artist import Artist
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.lines import Line2D
from matplotlib.patheffects import withStroke
from matplotlib.text import Text

from core.picture import Key
from pictures import fonts
from pictures.look import THEMES, Style, Theme, dashes

DPI = 72  # a point is a pixel
USUAL = (640, 480)  # the size at which letters and lines have their usual sizes
SMALL = 360  # the same, for the width of a picture without letters
LETTERS = 12.0  # pixels, at the usual size
BOLD = 700
MARKS = {"limit": "", "ring": "o", "plus": "+"}  # Matplotlib's names of what lines are marked with

# Text in SVG stays text, and the same picture is the same bytes. These hold for the whole process.
matplotlib.rcParams.update({"svg.fonttype": "none", "svg.hashsalt": "descent", "text.parse_math": False})


class Box(NamedTuple):
    """A rectangle in pixels, y downwards."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        return self.right - self.left

    @property
    def height(self) -> float:
        return self.bottom - self.top

    def split(self, count: int, gap: float) -> list[Box]:
        """Boxes of one width beside one another."""
        wide = (self.width - gap * (count - 1)) / count
        lefts = [self.left + i * (wide + gap) for i in range(count)]
        return [Box(left, self.top, left + wide, self.bottom) for left in lefts]


class Mover(NamedTuple):
    """What changes with the playhead: artists, in the order in which they are drawn, and how they are set to a step."""

    artists: Sequence[Artist]
    show: Callable[[int], object]


class Sheet:
    """A figure of `size` pixels in a theme of look.THEMES; `unit` is what all lengths are multiples of.

    Args:
      translate: English → the language it is lettered in. bare: without letters, as on cards.
      names: of the runs.
    """

    def __init__(
        self,
        size: tuple[int, int],
        theme: str,
        translate: Callable[[str], str],
        bare: bool = False,
        names: Mapping[int, str] | None = None,
    ):
        self.width, self.height = size
        self.theme: Theme = THEMES[theme]
        self.translate, self.bare, self.names = translate, bare, names or {}
        scale = min(self.width / USUAL[0], self.height / USUAL[1])
        self.unit = self.width / SMALL if bare else min(max(scale, 0.75), 5.0)
        self.letters = LETTERS * self.unit
        self.figure = Figure(figsize=(self.width / DPI, self.height / DPI), dpi=DPI, facecolor=self.theme.background)
        self.canvas = FigureCanvasAgg(self.figure)
        self.movers: list[Mover] = []

    def font(self, size: float, bold: bool = False) -> FontProperties:
        return FontProperties(family=list(fonts.families()), size=size, weight=BOLD if bold else "normal")

    def measure(self, text: str, size: float, bold: bool = False) -> float:
        """How wide a text is, in pixels."""
        return self.canvas.get_renderer().get_text_width_height_descent(text, self.font(size, bold), False)[0]

    def axes(self, box: Box, **more: Any) -> Any:
        """Axes over a box, without a frame."""
        place = (box.left / self.width, 1 - box.bottom / self.height, box.width / self.width, box.height / self.height)
        axes = self.figure.add_axes(place, **more)
        axes.set_facecolor(self.theme.background)
        return axes

    def text(
        self, x: float, y: float, words: str, *, size: float, bold: bool = False, align: str = "left", colour: str = ""
    ) -> Text:
        """A line of text, its middle at y."""
        line = self.figure.text(x / self.width, 1 - y / self.height, words, color=colour or self.theme.text)
        line.set(fontproperties=self.font(size, bold), horizontalalignment=align, verticalalignment="center_baseline")
        return line

    def fitted(self, x: float, y: float, words: str, room: float, *, bold: bool = False) -> Text:
        """The same, smaller where it would be wider than `room`."""
        size = 0.92 * self.letters
        wide = self.measure(words, size, bold)
        return self.text(x, y, words, size=size * min(1.0, room / wide if wide else 1.0), bold=bold)

    def sample(self, x: float, y: float, style: Style, line: str = "line") -> None:
        """A piece of a run's line with its marker, from x on, for a legend."""
        u, width = self.unit, 2.5 * self.unit
        across = [x / self.width, (x + 14 * u) / self.width, (x + 28 * u) / self.width]
        shape: Any = "none" if line in ("points", "bars") else dashes(style, u, width) if line == "line" else "dashed"
        marker = "s" if line == "bars" else "" if line == "dashed" else style.symbol
        artist = Line2D(across, [1 - y / self.height] * 3, color=style.colour, linewidth=width, linestyle=shape)
        artist.set(marker=marker, markersize=11 * u, markevery=[1], markeredgewidth=0, transform=self.figure.transFigure)
        self.figure.add_artist(artist)

    def mark(self, kind: str) -> dict[str, Any]:
        """The look of what is black in white: a line, or rings, or crosses."""
        u, rim = self.unit, withStroke(linewidth=5 * self.unit, foreground="#ffffff")
        look: dict[str, Any] = dict(color="#000000", linewidth=2.5 * u, path_effects=[rim])
        if symbol := MARKS[kind]:
            look |= dict(linestyle="none", marker=symbol, markersize=11 * u, markeredgewidth=2.2 * u, fillstyle="none")
        return look

    def explain(self, x: float, y: float, key: Key) -> None:
        """The colour or the mark of an entry of a legend, from x on."""
        u = self.unit
        if key.mark:
            across = [(x + part * u) / self.width for part in ((1, 15) if key.mark == "limit" else (8,))]
            artist = Line2D(across, [1 - y / self.height] * len(across), **self.mark(key.mark))
        else:
            look: dict[str, Any] = dict(marker="s", markersize=11 * u, markeredgewidth=0.8 * u)
            artist = Line2D([(x + 8 * u) / self.width], [1 - y / self.height], color=key.colour, **look)
            artist.set_markeredgecolor(self.theme.line)
        artist.set_transform(self.figure.transFigure)
        self.figure.add_artist(artist)

    def halo(self) -> list[withStroke]:
        """A rim in the colour of the paper, which keeps letters readable on lines."""
        return [withStroke(linewidth=3 * self.unit, foreground=self.theme.background)]

    def show(self, step: int) -> None:
        """Move the playhead."""
        for mover in self.movers:
            mover.show(step)
