"""Schedules as a picture: the rate of every update, and the loss over many seeds."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from core.picture import Band, Line, Panel, Picture
from engines.descent.ensemble import SEEDS
from engines.descent.labels import legend
from pages.schedules.seeds import Courses

POINTS = 1500  # of a schedule that are drawn
CAP = 10.0  # the loss is drawn up to this multiple of its start
SHOWS = ("rates", "loss")


def picture(courses: Courses, show: str, translate: Callable[[str], str]) -> Picture:
    """`show` is one of SHOWS, or '' for both."""
    runs = legend(courses.experiment.runs, translate)
    panels = {"rates": _rates(courses, translate), "loss": _losses(courses, translate)}
    rows = ((panels[show],),) if show else tuple((panel,) for panel in panels.values())
    heading = ", ".join(f"{name} ({values})" for _, name, values in runs)
    return Picture(rows, f"{translate('learning rate')}: {heading}", runs)


def _rates(courses: Courses, translate: Callable[[str], str]) -> Panel:
    _ = translate
    steps = courses.experiment.steps
    at = np.unique(np.linspace(0, steps - 1, min(POINTS, steps)).astype(int))
    lines = tuple(Line(at + 1.0, course.rates[at], i) for i, course in enumerate(courses.courses))
    return Panel(x=_("update"), y=_("learning rate of every update"), lines=lines)


def _losses(courses: Courses, translate: Callable[[str], str]) -> Panel:
    """Mean over the seeds, and where eight in ten of them lie."""
    _ = translate
    k = np.arange(courses.updates + 1) * courses.experiment.steps / courses.updates
    lines = tuple(Line(k, course.mean, i) for i, course in enumerate(courses.courses))
    bands = tuple(Band(k, course.low, course.high, i) for i, course in enumerate(courses.courses))
    cap = CAP * max(abs(float(line.y[0])) for line in lines)
    words = _("loss: mean of 64 seeds, and where eight in ten of them lie").replace("64", str(SEEDS))
    return Panel(x=_("update"), y=words, lines=lines, bands=bands, log_y=courses.lowest is not None, cap=cap or None)
