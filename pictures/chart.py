"""Lines, bands and histograms over one another on axes that hold them all."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from matplotlib.axes import Axes

from core.picture import Cells, Line, Panel
from pictures import fonts
from pictures.look import PREDICTED, dashes
from pictures.sheet import MARKS, Box, Mover, Sheet
from pictures.ticks import bare, grid, ticks

WIDTH = 2.0  # of lines, in units
FAINT = 0.3  # of what the playhead has not reached
ROOM = 0.06  # above and below, as a share of what is shown
MOST = 1e290  # beyond this, Matplotlib's arithmetic overflows
BARS = 0.8  # of the distance between two bars, for all that stand there


def chart(sheet: Sheet, box: Box, panel: Panel, numbers: bool = True) -> Axes:
    """Draw a panel into a box; `numbers` says whether those of the x axis stand beneath it."""
    axes = sheet.axes(box)
    for side in ("top", "right", "left", "bottom"):
        axes.spines[side].set_visible(False)
    if panel.log_x:
        axes.set_xscale("log", nonpositive="mask")
    if panel.log_y:
        axes.set_yscale("log", nonpositive="mask")
    x, y = ranges(panel, box)
    axes.set(xlim=x, ylim=y)
    if panel.cells and panel.cells.moving:  # its places are not numbers of an axis
        axes.xaxis.set_visible(False)
        axes.yaxis.set_visible(False)
    elif sheet.bare:
        bare(sheet, axes, panel)
    else:
        ticks(sheet, axes, panel, box, x=numbers, y=not panel.histograms)
        axes.yaxis.set_visible(not panel.histograms)
    if panel.histograms:
        _histograms(sheet, axes, panel)
    elif not sheet.bare and not panel.cells:
        grid(sheet, axes)
    if panel.cells:
        _cells(sheet, axes, panel.cells, panel)
    for band in panel.bands:
        low, high = (_drawn(part, panel.log_y) for part in (band.low, band.high))
        axes.fill_between(band.x, low, high, color=sheet.theme.style(band.run).colour, alpha=0.16, linewidth=0, zorder=2)
    _lines(sheet, axes, panel)
    return axes


def shaped(panel: Panel, box: Box) -> Box:
    """The part of a box in which both axes of cells have one scale, at its top and in its middle."""
    (x0, x1), (y0, y1) = ranges(panel, box)
    scale = min(box.width / (x1 - x0), box.height / (y1 - y0))
    left = box.left + (box.width - scale * (x1 - x0)) / 2
    return box._replace(left=left, right=left + scale * (x1 - x0), bottom=box.top + scale * (y1 - y0))


def _cells(sheet: Sheet, axes: Axes, cells: Cells, panel: Panel) -> None:
    x, y = (_edges(side, log) for side, log in ((cells.x, panel.log_x), (cells.y, panel.log_y)))
    mesh = axes.pcolormesh(x, y, cells.colours / 255.0, zorder=1, rasterized=True)
    moving, words = cells.moving, cells.words
    if not moving or sheet.bare:
        return
    letters = _letters(sheet, axes, cells) if words else []

    def show(step: int) -> None:
        mesh.set_array(moving(step) / 255.0)
        for letter, text in zip(letters, (word for row in words(step) for word in row) if words else (), strict=False):
            letter.set_text(text)

    sheet.movers.append(Mover((mesh, *letters), show))


def _letters(sheet: Sheet, axes: Axes, cells: Cells) -> list[Any]:
    """An empty text in the middle of each cell, as large as fits; dark, as cells with words are pale in every theme."""
    (left, right), (low, high) = axes.get_xlim(), axes.get_ylim()
    box = axes.get_window_extent()
    side = min(box.width / (right - left), box.height / (high - low))
    look: Any = dict(ha="center", va="center", color="#222222", fontsize=0.42 * side, fontfamily=list(fonts.families()))
    return [axes.text(x, y, "", zorder=5, clip_on=True, **look) for y in cells.y for x in cells.x]


def _edges(middles: np.ndarray, log: bool) -> np.ndarray:
    """Half-way between n middles, and as far beyond the ends: [n + 1]. One place alone is 1 wide."""
    at = np.log10(middles) if log else np.asarray(middles, float)
    half = np.diff(at) / 2 if len(at) > 1 else np.array([0.5])
    edges = np.concatenate([[at[0] - half[0]], at[:-1] + half[: len(at) - 1], [at[-1] + half[-1]]])
    return 10.0**edges if log else edges


def _lines(sheet: Sheet, axes: Axes, panel: Panel) -> None:
    bars = [line for line in panel.lines if line.style == "bars"]
    for number, line in enumerate(bars):
        _bars(sheet, axes, line, number, len(bars))
    for line in panel.lines:
        if line.style != "bars":
            _line(sheet, axes, panel, line, FAINT if line.moving and not sheet.bare else 1.0)
    moving = [line for line in panel.lines if line.moving]
    if moving and not sheet.bare:
        sheet.movers.append(_moving(sheet, axes, panel, moving))


def _line(sheet: Sheet, axes: Axes, panel: Panel, line: Line, alpha: float = 1.0) -> Any:
    """One line in the style of its run, or a mark."""
    if line.style in MARKS:
        return axes.plot(*_points(panel, line), **sheet.mark(line.style), zorder=6)[0]
    style, u, width = sheet.theme.style(line.run), sheet.unit, WIDTH * sheet.unit
    look: dict[str, Any] = dict(color=style.colour, alpha=alpha, linewidth=width, zorder=3 if alpha < 1 else 4)
    if line.style == "points":
        look |= dict(linestyle="none", marker=style.symbol, markersize=5.5 * u, markeredgewidth=0)
    elif line.style == "dashed":
        look |= dict(linestyle=(0.0, tuple(d * u / width for d in PREDICTED)))
    elif line.style == "thin":
        look |= dict(linewidth=width / 2)
    else:
        look |= dict(linestyle=dashes(style, u, width))
    return axes.plot(*_points(panel, line), **look)[0]


def _points(panel: Panel, line: Line) -> tuple[np.ndarray, np.ndarray]:
    """Where a line goes on the axes of its panel: x and y."""
    x = line.counted if panel.counted and line.counted is not None else line.x
    return _drawn(x, panel.log_x), _drawn(line.y, panel.log_y)


def _moving(sheet: Sheet, axes: Axes, panel: Panel, lines: Iterable[Line]) -> Mover:
    """The same lines up to the playhead, and the playhead: a line, or where it is another place for each, their heads."""
    drawn = [(_line(sheet, axes, panel, line), line) for line in lines]
    playhead = axes.axvline(0, color=sheet.theme.text, alpha=0.55, linewidth=sheet.unit, zorder=5, visible=not panel.counted)
    points = [_points(panel, line) for _, line in drawn]
    for artist, line in drawn:
        if panel.counted and line.style == "line":
            artist.set(marker=sheet.theme.style(line.run).symbol, markersize=7 * sheet.unit, markevery=[-1])

    def show(step: int) -> None:
        playhead.set_xdata([step, step])
        for (artist, line), (x, y) in zip(drawn, points, strict=True):
            seen = line.x <= step
            artist.set_data(x[seen], y[seen])

    return Mover((*(artist for artist, _ in drawn), playhead), show)


def _bars(sheet: Sheet, axes: Axes, line: Line, number: int, count: int) -> None:
    step = float(np.diff(line.x).min()) if len(line.x) > 1 else 1.0
    wide = BARS * step / count
    axes.bar(line.x + (number - (count - 1) / 2) * wide, line.y, wide, color=sheet.theme.style(line.run).colour, zorder=3)


def _histograms(sheet: Sheet, axes: Axes, panel: Panel) -> None:
    """Each as high as the box: it is their shapes that are compared."""
    alpha = 0.5 if len(panel.histograms) == 1 else 0.22
    for histogram in panel.histograms:
        most = float(histogram.counts.max(initial=0))
        if most and np.isfinite(histogram.edges).all():
            colour, shares = sheet.theme.style(histogram.run).colour, histogram.counts / most
            axes.stairs(shares, histogram.edges, fill=True, color=colour, alpha=alpha, linewidth=0, zorder=2)
            axes.stairs(shares, histogram.edges, color=colour, linewidth=1.3 * sheet.unit, zorder=3)


def _drawn(values: np.ndarray, log: bool) -> np.ndarray:
    """What can be drawn of numbers [n]: NaN elsewhere."""
    kept = np.isfinite(values) & (values > 0) if log else np.isfinite(values)
    return np.where(kept, values, np.nan).clip(-MOST, MOST)


def ranges(panel: Panel, box: Box) -> tuple[tuple[float, float], tuple[float, float]]:
    """What x and y show: their ranges if the panel has them, else all there is, up to its cap."""
    both = [(line.x, line.y) for line in panel.lines]
    both += [(band.x, part) for band in panel.bands for part in (band.low, band.high)]
    if panel.cells:
        x, y = (_edges(side, log) for side, log in ((panel.cells.x, panel.log_x), (panel.cells.y, panel.log_y)))
        ends = (float(x[0]), float(x[-1])), (float(y[0]), float(y[-1]))
        return _equalled(*ends, box, 1.0) if panel.equal and panel.cells.moving else ends
    x = panel.x_range or _ends(
        [h.edges for h in panel.histograms] + [x for x, _ in both],
        panel.log_x,
        ROOM if panel.histograms and not panel.log_x else 0.0,
    )
    if panel.histograms:
        return x, (0.0, 1.05)
    bars = any(line.style == "bars" for line in panel.lines)
    if bars and not panel.x_range:
        step = min(float(np.diff(line.x).min()) if len(line.x) > 1 else 1.0 for line in panel.lines)
        x = (x[0] - step / 2, x[1] + step / 2)
    y = panel.y_range or _ends([y for _, y in both], panel.log_y, ROOM, panel.cap)
    if bars and not panel.log_y:
        y = (min(y[0], 0.0) if y[0] < 0 else 0.0, y[1])
    return _equalled(x, y, box) if panel.equal else (x, y)


def _ends(arrays: Iterable[np.ndarray], log: bool, room: float, cap: float | None = None) -> tuple[float, float]:
    """Around all that can be drawn; at least half a decade on a log axis."""
    every = np.concatenate([_drawn(np.asarray(part, float), log) for part in arrays] or [np.zeros(0)])
    every = every[np.isfinite(every)]
    if not every.size:
        return (0.1, 10.0) if log else (0.0, 1.0)
    low, high = float(every.min()), float(every.max())
    if cap is not None:
        low, high = (low if log else max(low, -cap)), min(high, cap)
    if log:
        a, b = np.log10([low, max(low, high)])
        more = max(room * (b - a), (0.5 - (b - a)) / 2)
        return float(10.0 ** max(a - more, -300)), float(10.0 ** min(b + more, 300))
    more = room * (high - low) or (0.0 if high > low else max(0.5 * abs(high), 1e-9))
    return low - more, high + more


def _equalled(
    x: tuple[float, float], y: tuple[float, float], box: Box, room: float = 1.2
) -> tuple[tuple[float, float], tuple[float, float]]:
    """The ranges about their middles, with one scale, `room` times as wide as what they hold."""
    scale = room * max((x[1] - x[0]) / box.width, (y[1] - y[0]) / box.height)
    middle = (x[0] + x[1]) / 2, (y[0] + y[1]) / 2
    half = scale * box.width / 2, scale * box.height / 2
    return (middle[0] - half[0], middle[0] + half[0]), (middle[1] - half[1], middle[1] + half[1])
