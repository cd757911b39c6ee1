"""Axes: which numbers to write beside them, and the map from data to pixels."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from pictures.look import Theme
from pictures.paths import FAR, Box
from pictures.pen import Pen, Text

Marks = tuple[list[float], list[float]]  # values of x and of y


def ticks(low: float, high: float, most: int) -> list[float]:
    """Up to `most` round numbers between two: multiples of 1, 2 or 5 times a power of ten."""
    step = 10.0 ** math.floor(math.log10((high - low) / most))
    step = next(step * k for k in (1, 2, 5, 10, 20) if (high - low) / (step * k) <= most)
    return [float(f"{k * step:.12g}") for k in range(math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9) + 1)]


def decades(low: float, high: float, most: int) -> list[float]:
    """Up to `most` powers of ten between 10^low and 10^high, as exponents; `ticks` of the exponent where those are too few."""
    first, last = math.ceil(low - 1e-9), math.floor(high + 1e-9)
    if last - first < 1:
        return ticks(low, high, most)
    step = math.ceil((last - first + 1) / most)
    return [float(k) for k in range(first, last + 1) if k % step == 0]


def text(value: float) -> str:
    """As it is written beside an axis, with a proper minus: −0.5, 2000, 1e6."""
    return f"{value:.6g}".replace("e+0", "e").replace("e-0", "e-").replace("e+", "e").replace("-", "\u2212")


_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def power(exponent: float) -> str:
    """10 to an exponent: 10⁻³, 1, 0.1; 3.2 between two decades."""
    if exponent != int(exponent):
        return text(float(f"{10**exponent:.2g}"))
    return text(10**exponent) if -2 <= exponent <= 2 else "10" + str(int(exponent)).translate(_RAISED)


@dataclass(frozen=True)
class Axes:
    """A box that shows x from x0 to x1 and y from y0 to y1; with `log`, y is the exponent of ten."""

    box: Box
    x0: float
    x1: float
    y0: float
    y1: float
    log: bool = False

    def pixels(self, points: np.ndarray) -> np.ndarray:
        """Points [n, 2] in pixels; those further away than FAR lie there, in their own direction."""
        box, near = self.box, points.clip(-1e290, 1e290)
        x = (near[:, 0] - self.x0) * (box.width / (self.x1 - self.x0))
        y = (near[:, 1] - self.y0) * -(box.height / (self.y1 - self.y0))
        found = np.stack([x, y], axis=1)
        away = np.maximum(np.abs(found).max(1, keepdims=True, initial=0.0), FAR)
        return found * (FAR / away) + (box.left, box.bottom)

    def marks(self, size: float) -> Marks:
        """Round numbers of x and of y, as many as can be written beside the box in letters of this size."""
        count = max(2, int(self.box.height / (2.2 * size)))
        up = decades(self.y0, self.y1, min(count, 6)) if self.log else ticks(self.y0, self.y1, min(count, 9))
        return ticks(self.x0, self.x1, max(2, int(self.box.width / (4.5 * size)))), up

    def grid(self, pen: Pen, marks: Marks, theme: Theme, width: float = 1.0) -> None:
        """Pale lines at these marks."""
        box, half, (across, up) = self.box, width / 2, self._places(marks)
        for x in across:
            pen.rectangle(Box(x - half, box.top, x + half, box.bottom), theme.grid, theme.grid_alpha)
        for y in up:
            pen.rectangle(Box(box.left, y - half, box.right, y + half), theme.grid, theme.grid_alpha)

    def numbers(self, pen: Pen, marks: Marks, size: float, theme: Theme, x: bool = True, y: bool = True) -> None:
        """These marks in figures, beneath (`x`) and on the left (`y`)."""
        box, (across, up) = self.box, self._places(marks)
        for place, value in zip(across, marks[0], strict=True) if x else ():
            pen.text(Text(place, box.bottom + 0.95 * size, text(value), size, theme.text, "middle"))
        for place, value in zip(up, marks[1], strict=True) if y else ():
            words = power(value) if self.log else text(value)
            pen.text(Text(box.left - 0.4 * size, place, words, size, theme.text, "right"))

    def _places(self, marks: Marks) -> tuple[list[float], list[float]]:
        """The marks in pixels."""
        across, up = marks
        x = self.pixels(np.array([(value, self.y0) for value in across]).reshape(-1, 2))
        y = self.pixels(np.array([(self.x0, value) for value in up]).reshape(-1, 2))
        return x[:, 0].tolist(), y[:, 1].tolist()
