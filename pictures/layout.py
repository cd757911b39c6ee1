"""Where the panels and the legend of a picture stand, in pixels."""

from __future__ import annotations

from typing import NamedTuple

from core.picture import Panel, Picture
from pictures.sheet import Box, Sheet

WIDE = 1.45  # width over height from which on charts stand beside a plane, and not beneath it
BESIDE = 0.58  # the plane's share of the width then
LEAST = 26  # units: a row lower than this is left out
CROWDED = 0.4  # of the height: a legend that would take more is left out


class Place(NamedTuple):
    """A panel and the box of its axes; whether numbers stand beneath and on the left, and where its lines' names do."""

    panel: Panel
    box: Box
    numbers: bool
    names: tuple[tuple[float, float], ...] = ()  # (x, y) of each line's name
    left: bool = True


def flow(sheet: Sheet, widths: list[float], left: float, right: float, tall: float) -> list[tuple[float, float]]:
    """Where entries of these widths begin, from left to right and then below, from (left, 0) on."""
    places, x, y = [], left, 0.0
    for wide in widths:
        if x > left and x + wide > right:
            x, y = left, y + tall
        places.append((x, y))
        x += wide
    return places


def legend(sheet: Sheet, picture: Picture) -> list[tuple[float, float]]:
    """Where each entry begins; none where the picture has no letters, or too many runs."""
    u, size = sheet.unit, sheet.letters
    if sheet.bare or not (picture.legend or picture.keys):
        return []
    widths = [58 * u + sheet.measure(name, size, True) + sheet.measure(values, size) for _, name, values in picture.legend]
    widths += [(32 if key.colour or key.mark else 12) * u + sheet.measure(key.text, size) for key in picture.keys]
    places = [(x, y + 15 * u) for x, y in flow(sheet, widths, 12 * u, sheet.width + 14 * u, 19 * u)]
    return places if places[-1][1] <= CROWDED * sheet.height else []


def places(sheet: Sheet, picture: Picture, top: float) -> list[Place]:
    """A place for every panel, below `top`."""
    u = sheet.unit
    if sheet.bare:
        seen = bool(picture.rows and picture.rows[0][0].plane)  # a small picture of a plane is that and nothing else
        edge = 0 if seen else 10 * u
        rows, shares = (picture.rows[:1], ()) if seen else (picture.rows, picture.heights)
        return _rows(sheet, rows, shares, Box(edge, edge, sheet.width - edge, sheet.height - edge))
    inside = Box(8 * u, top, sheet.width - 16 * u, sheet.height - 6 * u)
    if not picture.rows:
        return []
    first, *others = picture.rows
    shares = picture.heights or (1.0,) * len(picture.rows)
    if (
        others
        and first[0].plane
        and not any(panel.plane for row in others for panel in row)
        and inside.width > WIDE * inside.height
    ):
        middle = inside.left + BESIDE * inside.width
        left, right = inside._replace(right=middle - 6 * u), inside._replace(left=middle + 6 * u)
        return _rows(sheet, (first,), (1.0,), left) + _rows(sheet, tuple(others), shares[1:], right)
    return _rows(sheet, picture.rows, shares, inside)


def _rows(sheet: Sheet, rows: tuple[tuple[Panel, ...], ...], shares: tuple[float, ...], inside: Box) -> list[Place]:
    """Rows beneath one another; those at the bottom are left out where there is no room for them."""
    shares = shares or (1.0,) * len(rows)
    placed: list[Place] = []
    while rows:
        edges = [_edges(sheet, rows, i, inside) for i in range(len(rows))]
        free = inside.height - sum(above + below for above, below in edges)
        if len(rows) > 1 and min(shares) * free / sum(shares) < (0 if sheet.bare else LEAST * sheet.unit):
            rows, shares = rows[:-1], shares[:-1]
            continue
        top = inside.top
        for i, (row, share, (above, below)) in enumerate(zip(rows, shares, edges, strict=True)):
            tall = max(free * share / sum(shares), 10.0)
            placed += _row(sheet, row, Box(inside.left, top + above, inside.right, top + above + tall), _numbers(rows, i))
            top += above + tall + below
        return placed
    return placed


def _row(sheet: Sheet, row: tuple[Panel, ...], box: Box, numbers: bool) -> list[Place]:
    """Panels beside one another; many planes in a grid of their own."""
    u = sheet.unit
    if row[0].plane and len(row) > 1:
        return _planes(sheet, row, box)
    placed = []
    for panel, part in zip(row, box.split(len(row), (8 if sheet.bare else 12) * u), strict=True):
        inner = part._replace(left=part.left + _left(sheet, panel))
        placed.append(Place(panel, inner, numbers, names(sheet, panel, inner)))
    return placed


def _planes(sheet: Sheet, row: tuple[Panel, ...], box: Box) -> list[Place]:
    """A grid of planes, as the player arranges them."""
    from engines.descent.window import ASPECT, fit

    u = sheet.unit
    assert row[0].plane
    box = box._replace(left=box.left + _left(sheet, row[0]))
    shown = fit(row[0].plane.domain, min(max(box.width / box.height, ASPECT[0]), ASPECT[1]), len(row))
    gap = (6 if sheet.bare else 28) * u
    tall = (box.height - gap * (shown.rows - 1)) / shown.rows
    columns = box.split(shown.columns, gap)
    return [
        Place(
            panel,
            columns[i % shown.columns]._replace(top=top, bottom=top + tall),
            i + shown.columns >= len(row),
            left=i % shown.columns == 0,
        )
        for i, panel in enumerate(row)
        for top in [box.top + i // shown.columns * (tall + gap)]
    ]


def names(sheet: Sheet, panel: Panel, box: Box) -> tuple[tuple[float, float], ...]:
    """Where the names of a panel's lines begin, above its axes."""
    u, size = sheet.unit, 0.92 * sheet.letters
    named = [line for line in panel.lines if line.name]
    if sheet.bare or len(named) < 2:
        return ()
    left = box.left - _left(sheet, panel)
    widths = [48 * u + sheet.measure(line.name, size) for line in named]
    starts = flow(sheet, widths, left, box.right + 14 * u, 17 * u)
    lift = starts[-1][1] + 12 * u
    return tuple((x, box.top - lift + y) for x, y in starts)


def _left(sheet: Sheet, panel: Panel) -> float:
    """Room for the numbers of the y axis."""
    return 0.0 if sheet.bare else 2 * sheet.unit if panel.histograms or (panel.plane and panel.plane.solid) else 38 * sheet.unit


def _numbers(rows: tuple[tuple[Panel, ...], ...], i: int) -> bool:
    """Whether numbers stand beneath row i: not where the row beneath has the same axis."""
    below = rows[i + 1] if i + 1 < len(rows) else ()
    return not (below and all(a.x_range and a.x_range == b.x_range for a, b in zip(rows[i], below, strict=False)))


def _edges(sheet: Sheet, rows: tuple[tuple[Panel, ...], ...], i: int, inside: Box) -> tuple[float, float]:
    """Room above and below the axes of row i: for headings and names, for numbers and what x is."""
    u, row = sheet.unit, rows[i]
    if sheet.bare:
        return 0.0, 0.0 if i + 1 == len(rows) else 8 * u
    above = 24 * u if any((panel.title or panel.y) and not panel.plane for panel in row) else 4 * u
    wide = Box(0, 0, (inside.width - 12 * u * (len(row) - 1)) / len(row), 0)
    rows_of_names = [names(sheet, panel, wide._replace(left=_left(sheet, panel))) for panel in row]
    above += max((-places[0][1] + 6 * u if places else 0.0) for places in rows_of_names)
    below = (18 * u if _numbers(rows, i) else 4 * u) + (15 * u if any(panel.x for panel in row) else 0.0)
    return above, below
