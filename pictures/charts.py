"""Line charts, histograms and paths without letters, for small pictures. `unit` is the size of everything drawn."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from pictures import look
from pictures.axes import Axes, ticks
from pictures.look import Theme
from pictures.paths import Box, Piece, clipped
from pictures.pen import Pen

WIDTH = 2.0  # of lines, in units


class Line(NamedTuple):
    """One line of a chart: y [n] over x [n], in the style of run i. NaN interrupts it."""

    x: np.ndarray
    y: np.ndarray
    run: int = 0


def chart(pen: Pen, box: Box, lines: Sequence[Line], theme: Theme, unit: float, log: bool = False, cap: float = np.inf) -> None:
    """Lines over one another, on axes that hold them all.

    Args:
      log: the exponents of ten are drawn; what is not positive is left out. cap: the highest value that counts for the range.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        lines = [line._replace(y=np.log10(line.y) if log else np.asarray(line.y, float)) for line in lines]
    lines = [line._replace(y=np.where(np.isfinite(line.y), line.y, np.nan)) for line in lines]
    y = np.concatenate([line.y for line in lines])
    y = y[np.isfinite(y)]
    top = np.log10(cap) if log else cap
    low, high = (float(y.min()), float(min(y.max(), top))) if y.size else (0.0, 1.0)
    room = max(0.06 * (high - low), (0.5 - (high - low)) / 2 if log else 0.0) or 1.0  # at least half a decade
    x = np.concatenate([line.x for line in lines])
    axes = Axes(box, float(x.min()), float(x.max()), low - room, high + room)
    _grid(pen, axes, theme, unit)
    for line in lines:
        style = theme.style(line.run)
        with pen.within(box):
            for part in _whole(np.stack([line.x, line.y], axis=1)):
                pen.lines(clipped(axes.pixels(part), box), style.colour, WIDTH * unit, [d * unit for d in style.dash])


def _grid(pen: Pen, axes: Axes, theme: Theme, unit: float) -> None:
    """Pale lines at round numbers, a few each way."""
    axes.grid(pen, (ticks(axes.x0, axes.x1, 4), ticks(axes.y0, axes.y1, 4)), theme, unit)


def _whole(points: np.ndarray) -> list[np.ndarray]:
    """The parts between interruptions that have at least two points."""
    lost = np.flatnonzero(np.isnan(points[:, 1]))
    return [part for part in np.split(points, np.unique([*lost, *(lost + 1)])) if len(part) > 1 and not np.isnan(part[0, 1])]


def histogram(
    pen: Pen, box: Box, edges: np.ndarray, counts: np.ndarray, window: tuple[float, float], colour: str, unit: float, pale: bool
) -> None:
    """Bars of counts [n] between edges [n+1], as high as the box, over the part `window` of the axis."""
    if not counts.max(initial=0):
        return
    low, high = window
    axes = Axes(box, low, high if high > low else low + 1.0, 0.0, 1.05 * float(counts.max()))
    steps = np.stack([np.repeat(edges, 2), np.concatenate([[0], np.repeat(counts, 2), [0]])], axis=1)
    outline = axes.pixels(steps)
    with pen.within(box):
        pen.shape(outline, colour, alpha=0.22 if pale else 0.5)
        pen.lines([Piece(outline, 0.0)], colour, 1.3 * unit)


def walk(pen: Pen, box: Box, path: np.ndarray, target: tuple[float, float], theme: Theme, unit: float) -> None:
    """A path [n, 2] to a target, on equal axes; its steps are dots, its start a ring, its target a cross."""
    both, shape = np.vstack([path, target]), np.array([box.width, box.height])
    low, high = both.min(0), both.max(0)
    span = 1.3 * max(float(((high - low) / shape).max()), 1e-9) * shape
    (x0, y0), (x1, y1) = ((low + high) / 2 + side * span / 2 for side in (-1, 1))
    axes = Axes(box, float(x0), float(x1), float(y0), float(y1))
    _grid(pen, axes, theme, unit)
    places, colour = axes.pixels(both), theme.style(0).colour
    pen.lines([Piece(places[:-1], 0.0)], colour, 1.8 * unit)
    pen.dots(places[:-1], 2.4 * unit, colour)
    marks = [*look.ring(*places[0], 6 * unit), *look.cross(*places[-1], 6 * unit)]
    pen.lines(marks, theme.text, 1.6 * unit)
