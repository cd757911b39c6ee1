"""The pictures of an erratum, side by side: its lines as they were measured, each with its name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import numpy as np

from core.picture import Line, Panel, Picture
from errata import ERRATA
from errata._record import Axes, Series
from pages.errata import query
from pages.errata.answer import Tried

SHOWS = ("entry",)  # an erratum is drawn whole or not at all


def picture(tried: Tried, show: str, translate: Callable[[str], str]) -> Picture:
    """Of one entry (without panels, where it draws nothing); of the list, how many there are of each verdict."""
    check, outcome = tried
    if not check or not outcome:
        return Picture(((_verdicts(translate),),), translate("Check the lecture"))
    drawn = zip(check.entry.axes, outcome.series, strict=True)
    panels = tuple(_panel(axes, lines, translate) for axes, lines in drawn)
    return Picture((panels,) if panels else (), translate(check.entry.title))


def _verdicts(translate: Callable[[str], str]) -> Panel:
    names = {"wrong": translate("wrong"), "right": translate("right"), "depends": translate("depends")}
    counts = Counter(query.verdict(query.usual(entry)) for entry in ERRATA.values())
    bars = Line(np.arange(len(names)), np.array([float(counts[key]) for key in names]), style="bars")
    return Panel(y=translate("entries"), lines=(bars,), names=tuple(names.values()))


def _panel(axes: Axes, lines: tuple[Series, ...], translate: Callable[[str], str]) -> Panel:
    names = tuple(str(x) for x in lines[0][0]) if isinstance(lines[0][0][0], str) else ()
    rows = tuple(
        Line(
            np.arange(len(y)) if names else np.asarray(x, float),
            np.asarray(y, float),
            i if line.like is None else line.like,
            line.style,
            translate(line.name),
        )
        for i, (line, (x, y)) in enumerate(zip(axes.lines, lines, strict=True))
    )
    return Panel(
        x=translate(axes.x),
        y=translate(axes.y),
        lines=rows,
        log_x=axes.log_x,
        log_y=axes.log_y,
        equal=axes.equal,
        names=names,
    )
