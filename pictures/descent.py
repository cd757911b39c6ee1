"""The picture of a descent: contours, paths and heads up to a step, a legend, and the loss beneath."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from engines.descent import engine
from engines.descent.engine import Trajectory
from engines.descent.results import Descent
from engines.descent.window import ASPECT, GRID, Window, fit
from pictures import contours, look
from pictures.axes import Axes
from pictures.look import THEMES, Style, Theme
from pictures.paths import Box, Piece, clipped, lengths
from pictures.pen import Pen, Text

LEVELS = 22
MANY = 400  # steps: with more, there is no room for a dot at each
TALLEST, DEEPEST = 1e4, 1e-16  # the loss is drawn up to this multiple of its start, and down to this gap
MOST = 1e285  # of a loss that is drawn: differences of such numbers are still finite
USUAL = (640, 480)  # the size at which letters and lines have their usual sizes


@dataclass(frozen=True)
class Wish:
    """How a picture is wanted.

    Attributes:
      width, height: pixels. theme: one of THEMES.
      panels: one contour picture per run, in place of one for all.
      log: the gap to the lowest minimum on a log axis, in place of the loss on a linear one.
      loss: whether there is a strip with the loss. bare: the paths and nothing else.
    """

    width: int = USUAL[0]
    height: int = USUAL[1]
    theme: str = "light"
    panels: bool = False
    log: bool = True
    loss: bool = True
    bare: bool = False


class Words(NamedTuple):
    """What is written in a picture, in the reader's language.

    Attributes:
      runs: a name for each run, and values: its learning rate and what else tells it from others.
      loss: of the strip. step: a template of {n} and {count}. diverged: of {name} and {n}. lost: of {n}.
    """

    runs: Sequence[str]
    values: Sequence[str]
    loss: str = "loss"
    step: str = "step {n} of {count}"
    diverged: str = "{name} diverged at {n}"
    lost: str = "diverged at step {n}"


class _Panel(NamedTuple):
    """Contour axes, and which runs are drawn there."""

    axes: Axes
    runs: tuple[int, ...]
    left: bool  # whether the numbers of the axes stand here
    bottom: bool


def heights(descent: Descent, grid: np.ndarray) -> np.ndarray:
    """The drawn height [rows, columns] of a surface: the log of the gap above its lowest value, from 0 to 1; NaN where
    it is not finite.

    A floor keeps the bottom of the valley from taking all the levels. Without a minimum the gap has no zero, and it is the
    loss itself.
    """
    z = np.where(np.isfinite(grid), grid, np.nan).clip(-MOST, MOST)
    finite = z[np.isfinite(z)]
    if not finite.size:
        return z
    if descent.lowest is not None:
        base = max(min(descent.lowest, float(finite.min())), -MOST)
        floor = max(1e-3 * float(np.sort(finite - base)[finite.size // 2]), 1e-12)
        z = np.log10(np.maximum(z - base, 0.0) + floor)
    low, high = np.nanmin(z), np.nanmax(z)
    return (z - low) / (high - low if high > low else 1.0)


class Picture:
    """An experiment laid out; what moves is drawn step by step.

    `ground` draws all that stands still. `trails` adds the paths from one step to another, `heads` what belongs to one step.
    """

    def __init__(self, descent: Descent, words: Words, wish: Wish, measure: Callable[[str, float, bool], float]):
        self.descent, self.words, self.wish = descent, words, wish
        self.theme: Theme = THEMES[wish.theme]
        self.styles: list[Style] = [self.theme.style(i) for i in range(len(descent.trajectories))]
        self.unit = (
            min(max(min(wish.width / USUAL[0], wish.height / USUAL[1]), 0.75), 5.0) if not wish.bare else wish.width / 400
        )
        self.size = 12 * self.unit  # of letters
        self.legend = [] if wish.bare or wish.panels else self._legend(measure)
        self.strip = self._strip()
        self.window, self.panels = self._panels()

    @property
    def steps(self) -> int:
        return self.descent.experiment.steps

    # Layout ----------------------------------------------------------------------------------------------------------

    def _legend(self, measure: Callable[[str, float, bool], float]) -> list[tuple[float, float]]:
        """Where the entry of each run begins, row by row."""
        places, x, y, u = [], 10 * self.unit, 14 * self.unit, self.unit
        for name, values in zip(self.words.runs, self.words.values, strict=True):
            wide = 58 * u + measure(name, self.size, True) + measure(values, self.size, False)
            if places and x + wide - 14 * u > self.wish.width:
                x, y = 10 * u, y + 19 * u
            places.append((x, y))
            x += wide
        if places[-1][1] > 0.4 * self.wish.height:
            return []  # as many runs as that leave no room for anything else
        return places

    def _inside(self) -> Box:
        """What is left for the panels and the strip."""
        u = self.unit
        if self.wish.bare:
            return Box(0, 0, self.wish.width, self.wish.height)
        top = self.legend[-1][1] + 14 * u if self.legend else 10 * u
        return Box(40 * u, top, self.wish.width - 12 * u, self.wish.height - 24 * u)

    def _strip(self) -> Axes | None:
        """Axes of the loss, at the bottom; None where there is none, or no room."""
        inside, u = self._inside(), self.unit
        if not self.wish.loss or self.wish.bare or inside.height < 220 * u:
            return None
        box = Box(inside.left, inside.bottom - 0.2 * inside.height, inside.right, inside.bottom)
        low, high = self._range()
        return Axes(box, 0, max(self.steps, 1), low, high, self.log)

    def _panels(self) -> tuple[Window, list[_Panel]]:
        inside, u = self._inside(), self.unit
        bottom = self.strip.box.top - 42 * u if self.strip else inside.bottom
        inside = inside._replace(bottom=bottom)
        count = len(self.styles) if self.wish.panels else 1
        aspect = min(max(inside.width / inside.height, ASPECT[0]), ASPECT[1])
        window = fit(self.descent.landscape.domain, aspect, count)
        gap = 14 * u
        wide = (inside.width - gap * (window.columns - 1)) / window.columns
        tall = (inside.height - gap * (window.rows - 1)) / window.rows
        x0, x1, y0, y1 = window.domain
        own = (x1 - x0) / (y1 - y0)
        across, down = (min(wide, tall * own), min(tall, wide / own)) if window.equal else (wide, tall)
        panels = []
        for i in range(count):
            row, column = divmod(i, window.columns)
            left = inside.left + (inside.width - window.columns * (across + gap) + gap) / 2 + column * (across + gap)
            top = inside.top + row * (down + gap)
            axes = Axes(Box(left, top, left + across, top + down), x0, x1, y0, y1)
            runs = (i,) if self.wish.panels else tuple(range(len(self.styles)))
            panels.append(_Panel(axes, runs, column == 0, row == window.rows - 1 or i + window.columns >= count))
        return window, panels

    # What is drawn -----------------------------------------------------------------------------------------------------

    @cached_property
    def heights(self) -> np.ndarray:
        d = self.descent
        return heights(d, engine.grid(d.landscape, d.surface, self.window.domain, *GRID).astype(float))

    @property
    def log(self) -> bool:
        return self.wish.log and self.descent.lowest is not None

    def _losses(self, t: Trajectory) -> np.ndarray:
        """What the strip shows of a run [n+1]: exponents of ten on a log axis, NaN where the gap is 0 for the eye."""
        if not self.log:
            return t.loss.clip(-MOST, MOST)
        gap = t.loss.clip(max=MOST) - (self.descent.lowest or 0.0)
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(gap >= DEEPEST, np.log10(gap), math.log10(DEEPEST))

    def _range(self) -> tuple[float, float]:
        found = [self._losses(t) for t in self.descent.trajectories]
        low, high = min(part.min() for part in found), max(part.max() for part in found)
        first = max(abs(float(part[0])) for part in found) or 1.0
        if self.log:
            high = min(high, max(part[0] for part in found) + math.log10(TALLEST))
            return math.floor(low - 0.05), math.ceil(high + 0.05)
        low, high = max(low, -TALLEST * first), min(high, TALLEST * first)
        room = 0.05 * (high - low) or max(1e-9, 1e-9 * abs(high))
        return low - room, high + room

    @cached_property
    def _paths(self) -> list[list[np.ndarray]]:
        """Pixels [n+1, 2] of every run of every panel."""
        return [[panel.axes.pixels(self.descent.trajectories[i].x) for i in panel.runs] for panel in self.panels]

    @cached_property
    def _before(self) -> list[list[np.ndarray]]:
        """Length of every path up to each of its points."""
        return [[lengths(path) for path in paths] for paths in self._paths]

    @cached_property
    def _curves(self) -> list[np.ndarray]:
        """Pixels of the loss of every run."""
        strip = self.strip
        if not strip:
            return []
        k = np.arange(self.steps + 1.0)
        found = [strip.pixels(np.stack([k, self._losses(t)], axis=1)) for t in self.descent.trajectories]
        return [curve if len(curve) < 4 * strip.box.width else _thinned(curve, strip.box) for curve in found]

    def ground(self, pen: Pen) -> None:
        """All that stands still."""
        theme, size = self.theme, 0.92 * self.size
        levels = (np.arange(LEVELS) + 0.5) / LEVELS
        found = [line for level in levels for line in contours.lines(self.heights, float(level))]
        for panel in self.panels:
            box = panel.axes.box
            pen.field(box, self.heights, found, max(1.0, self.unit), theme)
            with pen.within(box):
                self._minima(pen, panel.axes)
            if not self.wish.bare:
                panel.axes.numbers(pen, panel.axes.marks(size), size, theme, panel.bottom, panel.left)
        for i, (x, y) in enumerate(self.legend):
            self._entry(pen, i, x, y)
        if self.strip:
            self._empty_strip(pen, self.strip)

    def _minima(self, pen: Pen, axes: Axes) -> None:
        r, found = 5 * self.unit, axes.pixels(self.descent.minima) if len(self.descent.minima) else []
        for x, y in found:
            pen.lines(look.cross(x, y, r), self.theme.text, 1.5 * self.unit)

    def _entry(self, pen: Pen, i: int, x: float, y: float) -> None:
        """One run in the legend: its line, its marker, its name, its values."""
        u, style, name = self.unit, self.styles[i], self.words.runs[i]
        line = np.array([[x, y], [x + 28 * u, y]])
        pen.lines([Piece(line, 0.0)], style.colour, 2.5 * u, [d * u for d in style.dash])
        pen.shape(look.marker(style.marker, x + 14 * u, y, 5.5 * u), style.colour)
        pen.text(Text(x + 34 * u, y, name, self.size, self.theme.text, bold=True))
        beside = x + 40 * u + pen.width(name, self.size, True)
        pen.text(Text(beside, y, self.words.values[i], self.size, self.theme.text))

    def _empty_strip(self, pen: Pen, strip: Axes) -> None:
        theme, size = self.theme, 0.92 * self.size
        marks = strip.marks(size)
        strip.grid(pen, marks, theme)
        strip.numbers(pen, marks, size, theme)
        pen.text(Text(strip.box.left, strip.box.top - 0.9 * size, self.words.loss, size, theme.text, bold=True))
        for i, curve in enumerate(self._curves):
            self._curve(pen, strip, i, curve, 0.3)

    def _curve(self, pen: Pen, strip: Axes, i: int, curve: np.ndarray, alpha: float = 1.0, before: float = 0.0) -> None:
        u, style = self.unit, self.styles[i]
        room = Box(strip.box.left, strip.box.top - 2 * u, strip.box.right + 2 * u, strip.box.bottom + 2 * u)
        with pen.within(room):
            pen.lines(clipped(curve, room, before=before), style.colour, 1.8 * u, [d * u for d in style.dash], alpha)

    def trails(self, pen: Pen, first: int, last: int) -> None:
        """The paths from step `first` to step `last`, and the loss."""
        u = self.unit
        for panel, paths, before in zip(self.panels, self._paths, self._before, strict=True):
            with pen.within(panel.axes.box):
                for i, path, length in zip(panel.runs, paths, before, strict=True):
                    part, style = path[first : last + 1], self.styles[i]
                    pieces = clipped(part, panel.axes.box, before=float(length[first]))
                    pen.lines(pieces, style.colour, 2.5 * u, [d * u for d in style.dash])
                    if self.steps <= MANY:
                        box, room = panel.axes.box, 5 * u
                        seen = (part > np.array(box[:2]) - room).all(1) & (part < np.array(box[2:]) + room).all(1)
                        pen.dots(part[seen], 2.5 * u, style.colour)
        for i, curve in enumerate(self._curves):
            if self.strip and last > first:
                left, right = self.strip.pixels(np.array([[first, 0.0], [last, 0.0]]))[:, 0]
                a, b = np.searchsorted(curve[:, 0], [left - 1e-6, right + 1e-6])
                self._curve(pen, self.strip, i, curve[a:b], before=float(lengths(curve[: a + 1])[-1]))

    def heads(self, pen: Pen, step: int) -> None:
        """Start, heads, and the playhead of the strip."""
        u, theme = self.unit, self.theme
        for panel in self.panels:
            with pen.within(panel.axes.box):
                self._start(pen, panel.axes)
                labels: list[Box] = []
                for i in panel.runs:
                    self._head(pen, panel.axes, i, step, labels)
            if self.wish.panels and not self.wish.bare:
                self._title(pen, panel, step)
        if self.strip:
            box, size = self.strip.box, 0.92 * self.size
            (x, _) = self.strip.pixels(np.array([[step, 0.0]]))[0]
            pen.rectangle(Box(x - u / 2, box.top, x + u / 2, box.bottom), theme.text, 0.55)
            words = self.words.step.format(n=step, count=self.steps)
            pen.text(Text(box.right, box.top - 0.9 * size, words, size, theme.text, "right"))

    def _title(self, pen: Pen, panel: _Panel, step: int) -> None:
        """Of a panel that has one run: its name and values, and what became of it."""
        u, (i,), box = self.unit, panel.runs, panel.axes.box
        lines, t = [f"{self.words.runs[i]}  {self.words.values[i]}"], self.descent.trajectories[i]
        if t.diverged_at is not None and step >= t.diverged_at:
            lines.append(self.words.lost.format(n=t.diverged_at))
        for row, words in enumerate(lines):
            y = box.top + 12 * u + 1.4 * row * self.size
            pen.text(Text(box.left + 7 * u, y, words, self.size, self.styles[i].colour, "left", True, self.theme.background))

    def _start(self, pen: Pen, axes: Axes) -> None:
        u, (x, y) = self.unit, axes.pixels(np.array([self.descent.experiment.start]))[0]
        pen.lines(look.ring(x, y, 7 * u), self.theme.text, 1.6 * u)

    def _head(self, pen: Pen, axes: Axes, i: int, step: int, labels: list[Box]) -> None:
        """The marker of a run, at the border where it has left the picture; with a name there, and where it has diverged.

        The name keeps off those that are there already, and joins `labels`.
        """
        u, style, t, box = self.unit, self.styles[i], self.descent.trajectories[i], axes.box
        wide, tall = axes.x1 - axes.x0, axes.y1 - axes.y0
        near = t.x[step].clip([axes.x0 - wide, axes.y0 - tall], [axes.x1 + wide, axes.y1 + tall])
        place, r = axes.pixels(near[None])[0], 8 * u
        x = float(np.clip(place[0], box.left + r + 2 * u, box.right - r - 2 * u))
        y = float(np.clip(place[1], box.top + r + 2 * u, box.bottom - r - 2 * u))
        outside = not (box.left <= place[0] <= box.right and box.top <= place[1] <= box.bottom)
        pen.shape(look.marker(style.marker, x, y, r), style.colour, self.theme.background, 2 * u)
        lost = t.diverged_at is not None and step >= t.diverged_at
        if self.wish.bare or self.wish.panels or not (lost or outside):
            return
        name, size = self.words.runs[i], 1.05 * self.size
        words = self.words.diverged.format(name=name, n=t.diverged_at) if lost else name
        width = pen.width(words, size, True)
        left = x + r + 5 * u if x + r + 6 * u + width < box.right else x - r - 5 * u - width
        label = _free(Box(left, y - size / 2, left + width, y + size / 2), labels, -1 if y > (box.top + box.bottom) / 2 else 1)
        labels.append(label)
        pen.text(Text(left, (label.top + label.bottom) / 2, words, size, style.colour, "left", True, self.theme.background))

    def still(self, pen: Pen, step: int) -> None:
        """All of it, at one step."""
        self.ground(pen)
        self.trails(pen, 0, step)
        self.heads(pen, step)


def _free(label: Box, others: Sequence[Box], direction: int) -> Box:
    """The label, moved up or down until it covers no other one."""
    for other in sorted(others, key=lambda box: direction * box.top):
        if label.left < other.right and other.left < label.right and label.top < other.bottom and other.top < label.bottom:
            moved = direction * 1.25 * label.height
            label = label._replace(top=other.top + moved, bottom=other.bottom + moved)
    return label


def _thinned(curve: np.ndarray, box: Box) -> np.ndarray:
    """The lowest and the highest point of every half pixel, in the order in which they come."""
    columns = np.floor((curve[:, 0] - box.left) * 2).astype(int)
    edges = np.flatnonzero(np.diff(columns, prepend=-1))
    kept = set()
    for first, last in zip(edges, [*edges[1:], len(curve)], strict=True):
        part = curve[first:last, 1]
        kept |= {first + int(part.argmin()), first + int(part.argmax())}
    return curve[sorted(kept)]
