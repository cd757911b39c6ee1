"""Maps as a picture: one panel for each run, or one line."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from core.picture import Cells, Line, Panel, Picture
from core.symbols import plain
from engines.descent.labels import legend, values
from engines.descent.window import equal_axes
from engines.maps.atlas import Basin, Rates, Stability, axis_params
from engines.maps.theory import largest_rate
from landscapes import LANDSCAPES
from pages.maps import colours
from pages.maps.answer import Mapped
from pages.maps.key import key
from pages.maps.query import Atlas
from pages.maps.sliders import idle

SHOWS = ("map",)
ACROSS = 2  # panels beside one another


def picture(mapped: Mapped, show: str, translate: Callable[[str], str]) -> Picture:
    """`show` is "map" for the first panel only, or ""."""
    a, e = mapped.atlas, mapped.atlas.experiment
    runs = tuple((i, name, values(e.runs[i], translate, _axes(a, i))) for i, name, _ in legend(e.runs, translate))
    surface = e.formula or translate(LANDSCAPES[e.surface.key].name)
    title = f"{surface}: " + ", ".join(f"{name} ({own})" if own else name for _, name, own in runs)
    if a.kind == "rates":
        return Picture(((_lines(mapped, translate),),), title, runs)
    keys = key(e, mapped.maps, translate)
    panels = [_panel(mapped, i, f"{name}  {own}".rstrip()) for i, name, own in runs]
    if show:
        return Picture(((panels[0],),), title, keys=keys)
    rows = tuple(tuple(panels[i : i + ACROSS]) for i in range(0, len(panels), ACROSS))
    return Picture(rows, title, keys=keys)


def _axes(a: Atlas, i: int) -> set[str]:
    """The parameters of run i that are axes."""
    return {name.partition(".")[2] for name in idle(a) if name.startswith(f"run{i}.")}


def _panel(mapped: Mapped, i: int, name: str) -> Panel:
    a, chart = mapped.atlas, mapped.maps[i]
    if isinstance(chart, Basin):
        minima = (Line(chart.minima[:, 0], chart.minima[:, 1], style="ring"),) if len(chart.minima) else ()
        cells = Cells(chart.x, chart.y, colours.basin(chart, a.experiment.steps))
        return Panel(title=name, cells=cells, lines=minima, equal=equal_axes(a.domain))
    assert isinstance(chart, Stability)
    rows = [axis_params(a.experiment, a.experiment.runs[i])[axis.key] for axis in a.axes]
    cells = Cells(chart.x, chart.y, colours.stability(chart))
    lines = [Line(*np.array(chart.theory).T, style="limit")] if chart.theory else []
    lines += [Line(*np.array([chart.best]).T, style="plus")] if chart.best else []
    x, y = (plain(row.symbol) for row in rows)
    logs = [row.scale == "log" for row in rows]
    return Panel(title=name, x=f"→ {x}, ↑ {y}", cells=cells, lines=tuple(lines), log_x=logs[0], log_y=logs[1])


def _lines(mapped: Mapped, translate: Callable[[str], str]) -> Panel:
    """The final loss above the lowest minimum against the learning rate; a limit of theory is dashed."""
    _ = translate
    lowest = mapped.lowest or 0.0
    rates = _of(mapped.maps, Rates)
    lines = [Line(mapped.tried, np.maximum(one.loss - lowest, mapped.floor), i) for i, one in enumerate(rates)]
    seen = np.concatenate([line.y[np.isfinite(line.y)] for line in lines] or [np.ones(1)])
    ends = np.array([seen.min(), seen.max()]) if seen.size else np.array([0.1, 1.0])
    for i, run in enumerate(mapped.atlas.experiment.runs):
        limit = largest_rate(mapped.atlas.experiment, run)
        if limit and mapped.atlas.low <= limit <= mapped.atlas.high:
            lines.append(Line(np.full(2, limit), ends, i, "dashed"))
    log = mapped.lowest is not None
    return Panel(y=_("loss at the end"), x=_("learning rate"), lines=tuple(lines), log_x=True, log_y=log)


def _of(maps: Sequence[object], kind: type) -> list:
    return [chart for chart in maps if isinstance(chart, kind)]
