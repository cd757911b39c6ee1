"""Paths on a surface in three dimensions."""

from __future__ import annotations

from typing import Any

import numpy as np
from mpl_toolkits.mplot3d import Axes3D

from core.picture import Panel
from pictures.look import dashes
from pictures.sheet import Box, Mover, Sheet
from pictures.surface import LEVELS, colours, heights, levels

ELEVATION, AZIMUTH = 50, -72  # of the eye, degrees
LIFT = 0.012  # of paths above the surface
SHAPE = 1.4, 0.55  # width and height of the block
DOWN = 0.07  # of the height: how far the block is moved down, to stand in the middle
WIDEST = 1.25  # of the square in which Matplotlib draws, for a block with room beside it


def solid(sheet: Sheet, box: Box, panel: Panel) -> Axes3D:
    """Draw a panel's plane into a box, the height being what the contours show."""
    assert panel.plane
    plane, u, theme = panel.plane, sheet.unit, sheet.theme
    lower = DOWN * box.height
    box = box._replace(top=box.top + lower, bottom=box.bottom + lower)
    axes: Any = sheet.axes(box, projection="3d", computed_zorder=False)
    z = heights(plane.loss, plane.lowest)
    x0, x1, y0, y1 = plane.domain
    x, y = np.meshgrid(np.linspace(x0, x1, z.shape[1]), np.linspace(y0, y1, z.shape[0]))
    axes.plot_surface(
        x, y, z, cmap=colours(theme), vmin=0, vmax=1, rstride=2, cstride=2, linewidth=0, antialiased=False, zorder=1
    )
    if np.nanmax(z, initial=0) > np.nanmin(z, initial=1):
        axes.contour(x, y, z, levels()[:: max(1, LEVELS // 11)], colors=theme.line, alpha=0.5, linewidths=0.8 * u, zorder=2)
    ratio = min(max((y1 - y0) / (x1 - x0), 0.4), 2.5) if panel.equal else 1.0
    axes.set(xlim=(x0, x1), ylim=(y0, y1), zlim=(0, 1))
    zoom = 0.97 * min(WIDEST, box.width / min(box.width, box.height))
    axes.set_box_aspect((SHAPE[0], SHAPE[0] * ratio, SHAPE[1]), zoom=zoom)
    axes.view_init(ELEVATION, AZIMUTH)
    axes.set_axis_off()
    for artist in axes.collections:
        artist.set_clip_on(False)  # Matplotlib makes the axes square, and we have more room than that
    for path, run, _ in plane.paths:
        sheet.movers.append(_path(sheet, axes, path, run, z, plane.domain))
    for path, run in plane.averages:
        sheet.movers.append(_average(sheet, axes, path, run, z, plane.domain))
    return axes


def _path(sheet: Sheet, axes: Any, path: np.ndarray, run: int, z: np.ndarray, domain: tuple[float, ...]) -> Mover:
    """A line on the surface, broken where it leaves the block, and its head."""
    style, u, width = sheet.theme.style(run), sheet.unit, 2.5 * sheet.unit
    x, y, height = np.column_stack([path, _on(path, z, domain) + LIFT]).T
    (line,) = axes.plot(
        x, y, height, color=style.colour, linewidth=width, linestyle=dashes(style, u, width), zorder=4, clip_on=False
    )
    head: Any = dict(marker=style.symbol, markersize=14 * u, markeredgewidth=2 * u, markeredgecolor=sheet.theme.background)
    (end,) = axes.plot([], [], [], color=style.colour, linestyle="none", zorder=6, clip_on=False, **head)
    inside = np.flatnonzero(np.isfinite(height))
    kept = [np.where(np.isfinite(height), part, np.nan) for part in (x, y, height)]

    def show(step: int) -> None:
        line.set_data_3d(*(part[: step + 1] for part in kept))
        last = inside[inside <= step][-1:]
        end.set_data_3d(*(part[last] for part in kept))

    return Mover((line, end), show)


def _average(sheet: Sheet, axes: Any, path: np.ndarray, run: int, z: np.ndarray, domain: tuple[float, ...]) -> Mover:
    """A thin line on the surface, from the first update on, broken where it leaves the block."""
    height = _on(path, z, domain) + 2 * LIFT  # above the path that it averages
    kept = [np.where(np.isfinite(height), part, np.nan) for part in (*path.T, height)]
    look: Any = dict(color=sheet.theme.style(run).colour, linewidth=1.5 * sheet.unit, zorder=5, clip_on=False)
    (line,) = axes.plot([], [], [], **look)
    return Mover((line,), lambda step: line.set_data_3d(*(part[1 : step + 1] for part in kept)))


def _on(path: np.ndarray, z: np.ndarray, domain: tuple[float, ...]) -> np.ndarray:
    """The height [n] of the surface at points [n, 2], NaN outside: linear between the four entries around each."""
    rows, columns = z.shape
    x0, x1, y0, y1 = domain
    across, up = (path[:, 0] - x0) / (x1 - x0) * (columns - 1), (path[:, 1] - y0) / (y1 - y0) * (rows - 1)
    inside = (across >= 0) & (across <= columns - 1) & (up >= 0) & (up <= rows - 1)
    across, up = np.where(inside, across, 0), np.where(inside, up, 0)
    column, row = across.astype(int).clip(0, columns - 2), up.astype(int).clip(0, rows - 2)
    a, b = across - column, up - row
    low = (1 - a) * z[row, column] + a * z[row, column + 1]
    high = (1 - a) * z[row + 1, column] + a * z[row + 1, column + 1]
    return np.where(inside, (1 - b) * low + b * high, np.nan)
