"""Which numbers stand beside axes, and how they are written."""

from __future__ import annotations

import math
from typing import Any

from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, FuncFormatter, LogLocator, MaxNLocator, NullFormatter, NullLocator

from core.picture import Panel
from pictures import fonts
from pictures.sheet import Box, Sheet

_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def text(value: float) -> str:
    """As it is written beside an axis, with a proper minus: −0.5, 2000, 1e6."""
    return f"{value:.6g}".replace("e+0", "e").replace("e-0", "e-").replace("e+", "e").replace("-", "\u2212")


def power(value: float) -> str:
    """On a log axis: 10⁻³, 0.1, 1; 3.2 between two decades; nothing beyond the largest number there is."""
    if not math.isfinite(value):
        return ""
    mantissa, exponent = f"{value:.4e}".split("e")
    if float(mantissa) != 1.0 or -2 <= int(exponent) <= 3:
        return text(float(f"{value:.2g}"))
    return "10" + str(int(exponent)).translate(_RAISED)


def ticks(sheet: Sheet, axes: Axes, panel: Panel, box: Box, *, x: bool = True, y: bool = True) -> None:
    """Round numbers, as many as there is room for, beneath (`x`) and on the left (`y`)."""
    size = 0.92 * sheet.letters
    across, up = max(2, min(9, int(box.width / (5 * size)))), max(2, min(7, int(box.height / (2.2 * size))))
    names = FixedLocator(range(len(panel.names)))
    axes.xaxis.set_major_locator(names if panel.names else _locator(axes.get_xlim(), panel.log_x, across))
    axes.yaxis.set_major_locator(_locator(axes.get_ylim(), panel.log_y, up))
    for axis, log, written in ((axes.xaxis, panel.log_x, x), (axes.yaxis, panel.log_y, y)):
        axis.set_minor_locator(NullLocator())
        axis.set_major_formatter(_formatter(log) if written else NullFormatter())
    if panel.names and x:
        axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: panel.names[round(value)]))
    letters: Any = list(fonts.families())
    axes.tick_params(length=0, pad=0.35 * size, labelcolor=sheet.theme.text, labelsize=size, labelfontfamily=letters)


def grid(sheet: Sheet, axes: Axes) -> None:
    """Pale lines at the ticks."""
    axes.set_axisbelow(True)
    axes.grid(True, color=sheet.theme.grid, alpha=sheet.theme.grid_alpha, linewidth=max(1.0, 0.8 * sheet.unit))


def bare(sheet: Sheet, axes: Axes, panel: Panel) -> None:
    """Pale lines at round numbers, a few each way. Axes without ticks are drawn three times as fast."""
    axes.xaxis.set_visible(False)
    axes.yaxis.set_visible(False)
    for spine in axes.spines.values():
        spine.set_visible(False)
    if panel.histograms or panel.plane:
        return
    look: Any = dict(color=sheet.theme.grid, alpha=sheet.theme.grid_alpha, linewidth=sheet.unit, zorder=1)
    x, y = _inside(axes.get_xlim(), panel.log_x), _inside(axes.get_ylim(), panel.log_y)
    axes.vlines(x, 0, 1, transform=axes.get_xaxis_transform(), **look)
    axes.hlines(y, 0, 1, transform=axes.get_yaxis_transform(), **look)


def _inside(ends: tuple[float, float], log: bool) -> list[float]:
    return [place for place in _locator(ends, log, 4).tick_values(*ends) if ends[0] < place < ends[1]]


def _locator(ends: tuple[float, float], log: bool, most: int) -> Any:
    if not log:
        return MaxNLocator(most, steps=[1, 2, 5, 10])
    if ends[1] / ends[0] < 60:
        return LogLocator(subs=(1.0, 2.0, 5.0), numticks=max(most, 4))
    return LogLocator(numticks=max(most, 2))


def _formatter(log: bool) -> FuncFormatter:
    return FuncFormatter((lambda value, _: power(value)) if log else (lambda value, _: text(value)))
