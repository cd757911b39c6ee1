"""Schedules as a picture: the rate of every update, and the loss over many seeds."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from core.picture import Band, Line, Panel, Picture
from engines.descent.ensemble import SEEDS
from engines.descent.labels import legend
from pages.schedules.seeds import SeededRuns

POINTS = 1500  # of a schedule that are drawn
CAP = 10.0  # the loss is drawn up to this multiple of its start
SHOWS = ("rates", "loss")


def picture(seeded: SeededRuns, show: str, translate: Callable[[str], str]) -> Picture:
    """`show` is one of SHOWS, or '' for both."""
    runs = legend(seeded.experiment.runs, translate)
    panels = {"rates": _rates(seeded, translate), "loss": _losses(seeded, translate)}
    rows = ((panels[show],),) if show else tuple((panel,) for panel in panels.values())
    heading = ", ".join(f"{name} ({values})" for _, name, values in runs)
    return Picture(rows, f"{translate('learning rate')}: {heading}", runs, steps=seeded.experiment.steps)


def _rates(seeded: SeededRuns, translate: Callable[[str], str]) -> Panel:
    _ = translate
    steps = seeded.experiment.steps
    at = np.unique(np.linspace(0, steps - 1, min(POINTS, steps)).astype(int))
    lines = tuple(Line(at + 1.0, one.rates[at], i, moving=True) for i, one in enumerate(seeded.runs))
    return Panel(x=_("update"), y=_("learning rate of every update"), lines=lines)


def _losses(seeded: SeededRuns, translate: Callable[[str], str]) -> Panel:
    """Mean over the seeds, and where eight in ten of them lie."""
    _ = translate
    k = seeded.at.astype(float)
    lines = tuple(Line(k, one.mean, i, moving=True) for i, one in enumerate(seeded.runs))
    bands = tuple(Band(k, one.low, one.high, i) for i, one in enumerate(seeded.runs))
    cap = CAP * max(abs(float(line.y[0])) for line in lines)
    words = (_("loss, mean of 64 seeds") if seeded.lowest is None else _("loss above the minimum, mean of 64 seeds")).replace(
        "64", str(SEEDS)
    )
    return Panel(x=_("update"), y=words, lines=lines, bands=bands, log_y=seeded.lowest is not None, cap=cap or None)
