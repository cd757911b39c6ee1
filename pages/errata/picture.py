"""The pictures of an erratum, side by side: its lines as they were measured, each with its name."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from core.picture import Line, Panel, Picture
from errata._record import Outcome, Series
from errata._record import Picture as Drawn
from pages.errata.query import Check

SHOWS = ()  # an erratum is drawn whole or not at all


def picture(result: tuple[Check, Outcome] | None, show: str, translate: Callable[[str], str]) -> Picture:
    """Of one entry; of the list, or an entry that draws nothing, a picture without panels."""
    if result is None:
        return Picture(())
    check, outcome = result
    drawn = zip(check.entry.pictures, outcome.pictures, strict=True)
    panels = tuple(_panel(shape, lines, translate) for shape, lines in drawn)
    return Picture((panels,) if panels else (), translate(check.entry.title))


def _panel(shape: Drawn, lines: tuple[Series, ...], translate: Callable[[str], str]) -> Panel:
    names = tuple(str(x) for x in lines[0][0]) if isinstance(lines[0][0][0], str) else ()
    rows = tuple(
        Line(
            np.arange(len(y)) if names else np.asarray(x, float),
            np.asarray(y, float),
            i if line.like is None else line.like,
            line.style,
            translate(line.name),
        )
        for i, (line, (x, y)) in enumerate(zip(shape.lines, lines, strict=True))
    )
    return Panel(
        x=translate(shape.x),
        y=translate(shape.y),
        lines=rows,
        log_x=shape.log_x,
        log_y=shape.log_y,
        equal=shape.equal,
        names=names,
    )
