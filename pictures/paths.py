"""Polylines in pixels: cut to a box, cut into dashes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

FAR = 1e7  # pixels: a diverging path leaves the picture long before; what runs between two such places is not drawn
LONGEST = 40_000  # pixels of a dashed line; what winds more in one picture is a blot, whatever its dashes


class Box(NamedTuple):
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

    def cells(self, places: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
        """Pixels of places [n, 2] in columns and rows of a grid that fills the box, its first row at the bottom."""
        rows, columns = shape
        return places * (self.width / (columns - 1), -self.height / (rows - 1)) + (self.left, self.bottom)


class Piece(NamedTuple):
    """A part [n, 2] of a line, and the length of the whole line before it, which its dashes are counted from."""

    points: np.ndarray
    before: float


def lengths(points: np.ndarray) -> np.ndarray:
    """Length [n] of a line [n, 2] up to each of its points."""
    steps = np.hypot(*np.diff(points, axis=0).T) if len(points) > 1 else np.zeros(0)
    return np.concatenate([[0.0], np.cumsum(steps)])


def clipped(points: np.ndarray, box: Box, margin: float = 20.0, before: float = 0.0) -> list[Piece]:
    """The pieces of a line [n, 2] within `margin` of a box (Liang and Barsky, 1984); `before` is its length so far."""
    if len(points) < 2:
        return []
    p, d = points[:-1], np.diff(points, axis=0)
    low = np.array([box.left, box.top]) - margin
    high = np.array([box.right, box.bottom]) + margin
    with np.errstate(divide="ignore", invalid="ignore"):
        one, other = (low - p) / d, (high - p) / d
    still, inside = d == 0, (p >= low) & (p <= high)
    enter = np.where(still, np.where(inside, 0.0, 2.0), np.minimum(one, other)).max(1).clip(0)
    leave = np.where(still, np.where(inside, 1.0, -1.0), np.maximum(one, other)).min(1).clip(max=1)
    distant = np.abs(points).max(1) >= FAR / 2
    seen = (enter <= leave) & ~(distant[:-1] & distant[1:])
    so_far = before + lengths(points)
    found: list[Piece] = []
    at = 0
    while at < len(d):
        if not seen[at]:
            at += 1
            continue
        end = at  # the last segment of this piece
        while end + 1 < len(d) and leave[end] == 1 and seen[end + 1] and enter[end + 1] == 0:
            end += 1
        first, last = p[at] + enter[at] * d[at], p[end] + leave[end] * d[end]
        found.append(Piece(np.vstack([first, points[at + 1 : end + 1], last]), so_far[at] + enter[at] * np.hypot(*d[at])))
        at = end + 1
    return found


def dashed(piece: Piece, dash: Sequence[float]) -> list[np.ndarray]:
    """The drawn parts of a piece; all of it where there is no dash, or more of it than dashes could tell apart."""
    points, before = piece
    along = lengths(points)
    if not dash or along[-1] > LONGEST:
        return [points]
    edges = np.concatenate([[0.0], np.cumsum(dash)])
    period = edges[-1]
    first, last = int(before // period), int((before + along[-1]) // period)
    starts = (np.arange(first, last + 1)[:, None] * period + edges[:-1:2]).ravel() - before
    ends = (np.arange(first, last + 1)[:, None] * period + edges[1::2]).ravel() - before
    kept = (ends > 0) & (starts < along[-1])
    starts, ends = starts[kept].clip(0), ends[kept].clip(max=along[-1])
    places = [np.interp(np.concatenate([starts, ends]), along, points[:, i]) for i in (0, 1)]
    x, y = (place.reshape(2, -1).T for place in places)
    inner = np.searchsorted(along, starts, "right"), np.searchsorted(along, ends, "left")
    return [
        np.vstack([[x[i, 0], y[i, 0]], points[a:b], [x[i, 1], y[i, 1]]]) for i, (a, b) in enumerate(zip(*inner, strict=True))
    ]
