"""The part of the plane that is drawn: the surface's domain, widened to fill the picture it is drawn in."""

from __future__ import annotations

import math
from typing import NamedTuple

Domain = tuple[float, float, float, float]
GRID = (141, 101)  # columns and rows at which the loss is evaluated over the window
ASPECT = (0.2, 5.0)  # width over height of the picture, the range that is accepted


class Window(NamedTuple):
    """Columns and rows of panels, the x0, x1, y0, y1 that each of them shows, and whether both axes share one scale."""

    columns: int
    rows: int
    domain: Domain
    equal: bool


def equal_axes(domain: Domain) -> bool:
    """Whether both axes share one scale: yes, unless that would squeeze one of them. A taco must look like a taco."""
    x0, x1, y0, y1 = domain
    return 0.4 <= (x1 - x0) / (y1 - y0) <= 2.5


def fit(domain: Domain, aspect: float, panels: int = 1) -> Window:
    """Arrange `panels` panels in a picture of this aspect and widen the domain about its middle to fill one of them."""
    x0, x1, y0, y1 = domain
    own = (x1 - x0) / (y1 - y0)

    def used(columns: int) -> float:
        rows = math.ceil(panels / columns)
        shape = aspect * rows / columns
        return min(shape / own, own / shape) * panels / (columns * rows)

    columns = max(range(1, panels + 1), key=used)
    rows = math.ceil(panels / columns)
    if not equal_axes(domain):
        return Window(columns, rows, domain, False)
    shape = min(max(aspect * rows / columns, own / 3), own * 3)
    wide, tall = max(x1 - x0, (y1 - y0) * shape), max(y1 - y0, (x1 - x0) / shape)
    (x, y) = ((x0 + x1) / 2, (y0 + y1) / 2)
    return Window(columns, rows, (x - wide / 2, x + wide / 2, y - tall / 2, y + tall / 2), True)
