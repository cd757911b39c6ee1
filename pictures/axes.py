"""Axes: which numbers to write beside them, and the map from data to pixels."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from pictures.paths import FAR, Box
from pictures.pen import Pen


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

    def ruled(self, pen: Pen, size: float, colour: str, grid: str, alpha: float, x: bool = True, y: bool = True) -> None:
        """Grid lines, where `alpha` is not 0, and numbers beneath (`x`) and on the left (`y`)."""
        box = self.box
        across = ticks(self.x0, self.x1, max(2, int(box.width / (4.5 * size))))
        count = max(2, int(box.height / (2.2 * size)))
        up = decades(self.y0, self.y1, min(count, 6)) if self.log else ticks(self.y0, self.y1, min(count, 9))
        for value in across:
            (place, _) = self.pixels(np.array([[value, self.y0]]))[0]
            if alpha:
                pen.rectangle(Box(place - 0.5, box.top, place + 0.5, box.bottom), grid, alpha)
            if x:
                pen.text(place, box.bottom + 0.95 * size, text(value), size, colour, "middle")
        for value in up:
            (_, place) = self.pixels(np.array([[self.x0, value]]))[0]
            if alpha:
                pen.rectangle(Box(box.left, place - 0.5, box.right, place + 0.5), grid, alpha)
            if y:
                pen.text(box.left - 0.4 * size, place, power(value) if self.log else text(value), size, colour, "right")
