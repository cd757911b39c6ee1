"""What a page draws, as a value: panels of lines, bars, bands, and paths on a surface. `pictures/` makes pixels of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, NamedTuple

import numpy as np


class Line(NamedTuple):
    """One line of a panel; `run` is its colour, dash and marker everywhere.

    Attributes:
      x, y: f64[n]; NaN leaves a gap.
      style: the last three are black in white, seen on every colour and of no run.
      moving: x counts steps: a film draws it up to the playhead.
      counted: f64[n], how many gradients were taken by each x, where a step may take more than one.
    """

    x: np.ndarray
    y: np.ndarray
    run: int = 0
    style: Literal["line", "thin", "dashed", "points", "bars", "limit", "ring", "plus"] = "line"
    name: str = ""
    moving: bool = False
    counted: np.ndarray | None = None


class Band(NamedTuple):
    """The space between two lines, low and high f64[n] over x f64[n]."""

    x: np.ndarray
    low: np.ndarray
    high: np.ndarray
    run: int = 0


class Histogram(NamedTuple):
    """Counts f64[n] between edges f64[n + 1]."""

    edges: np.ndarray
    counts: np.ndarray
    run: int = 0


class Plane(NamedTuple):
    """A loss over the plane, and paths on it.

    Attributes:
      loss: f64[rows, columns], rows from low y to high; NaN where it is not finite. domain: (x0, x1, y0, y1).
      lowest: the loss at the lowest minimum, or None. minima: f64[n, 2]. start: where paths begin.
      paths: (x f64[steps + 1, 2], run, first step that diverged or None) each.
      wider: the loss, as above, over another domain, so that a drawing can fill its axes; None where the plane ends.
      solid: drawn in three dimensions.
      averages: (x f64[steps + 1, 2], run) each, thin beside the path of their run; they begin with the first update.
    """

    loss: np.ndarray
    domain: tuple[float, float, float, float]
    lowest: float | None
    minima: np.ndarray
    start: tuple[float, float]
    paths: tuple[tuple[np.ndarray, int, int | None], ...]
    wider: Callable[[tuple[float, float, float, float]], np.ndarray] | None = None
    solid: bool = False
    averages: tuple[tuple[np.ndarray, int], ...] = ()


class Cells(NamedTuple):
    """A map in colours: u8[rows, columns, 3], rows from low to high, about x f64[columns] and y f64[rows].

    Attributes:
      moving: step → colours as above, where they change with the playhead; `colours` are those at its end.
      words: step → what is written into the cells, rows of texts from low to high.
    """

    x: np.ndarray
    y: np.ndarray
    colours: np.ndarray
    moving: Callable[[int], np.ndarray] | None = None
    words: Callable[[int], list[list[str]]] | None = None


class Panel(NamedTuple):
    """Axes with what stands on them. An axis without a range shows all there is; `cap` cuts what grows beyond it.

    `names` are those of x = 0, 1, …, where it counts things that have one. `counted`: each line is drawn against the gradients
    that it has taken, and one step is at another place for each.
    """

    title: str = ""
    x: str = ""
    y: str = ""
    lines: tuple[Line, ...] = ()
    bands: tuple[Band, ...] = ()
    histograms: tuple[Histogram, ...] = ()
    plane: Plane | None = None
    cells: Cells | None = None
    log_x: bool = False
    log_y: bool = False
    equal: bool = False
    x_range: tuple[float, float] | None = None
    y_range: tuple[float, float] | None = None
    cap: float | None = None
    names: tuple[str, ...] = ()
    counted: bool = False


class Key(NamedTuple):
    """What a colour means, or a mark, as lines have it; a text alone explains neither."""

    text: str
    colour: str = ""
    mark: Literal["", "limit", "ring", "plus"] = ""


class Picture(NamedTuple):
    """Rows of panels, and a legend of (run, name, values) that tells runs apart.

    Attributes:
      keys: what stands in the legend behind the runs.
      heights: of the rows, as shares. title: in words, for those who do not see it.
      steps: the last step of the playhead, or None where nothing moves; a drawing is made at one of them.
    """

    rows: tuple[tuple[Panel, ...], ...]
    title: str = ""
    legend: tuple[tuple[int, str, str], ...] = ()
    heights: tuple[float, ...] = ()
    steps: int | None = None
    keys: tuple[Key, ...] = ()
