"""The race as a picture: paths on the surface, and beneath them the loss and the learning rates."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import numpy as np

from core.picture import Line, Panel, Picture, Plane
from engines.descent import engine
from engines.descent.labels import legend
from engines.descent.results import Descent
from engines.descent.window import GRID, Domain, equal_axes
from landscapes import LANDSCAPES

DEEPEST = 1e-16  # gaps to the lowest minimum below this are rounding
HIGHEST = 1e4  # the loss is drawn up to this multiple of its start
MOST = 1e285  # differences of such numbers are still finite

HEIGHTS = (3.4, 1.0, 0.8)  # of the plane, the loss, the rates
SHOWS = ("paths", "loss", "rates", "panels", "3d")


def picture(descent: Descent, show: str, translate: Callable[[str], str]) -> Picture:
    """`show` is one of SHOWS, or '' for all of it; `panels` is all of it with a plane for each run, `3d` with a solid one."""
    runs = legend(descent.experiment.runs, translate)
    e = descent.experiment
    surface = e.formula or translate(LANDSCAPES[e.surface.key].name)
    title = f"{surface}: " + ", ".join(f"{name} ({values})" for _, name, values in runs)
    top = _panels(descent, runs) if show == "panels" else (_overlay(descent, show == "3d"),)
    alone = {"paths": top, "loss": (_losses(descent, translate),), "rates": (_rates(descent, translate),)}
    if show in alone:
        return Picture((alone[show],), title, runs, steps=e.steps)
    rows = (top, (_losses(descent, translate),), (_rates(descent, translate),))
    return Picture(rows, title, () if show == "panels" else runs, HEIGHTS, e.steps)


def _overlay(descent: Descent, solid: bool) -> Panel:
    """All paths on one plane."""
    return Panel(plane=_plane(descent, range(len(descent.trajectories)), solid), equal=equal_axes(descent.landscape.domain))


def _panels(descent: Descent, runs: tuple[tuple[int, str, str], ...]) -> tuple[Panel, ...]:
    """A plane for every path."""
    equal = equal_axes(descent.landscape.domain)
    return tuple(Panel(f"{name}  {values}", plane=_plane(descent, [i], False), equal=equal) for i, name, values in runs)


def _plane(descent: Descent, runs: range | list[int], solid: bool) -> Plane:
    def loss(domain: Domain) -> np.ndarray:
        z = engine.grid(descent.landscape, descent.surface, domain, *GRID).astype(float)
        return np.where(np.isfinite(z), z, np.nan)

    domain = descent.landscape.domain
    paths = tuple((descent.trajectories[i].x, i, descent.trajectories[i].diverged_at) for i in runs)
    averages = tuple((path, i) for i in runs for path, _ in descent.averages(i))
    start = tuple(float(place) for place in descent.experiment.start)
    return Plane(loss(domain), domain, descent.lowest, descent.minima, (start[0], start[1]), paths, loss, solid, averages)


def _losses(descent: Descent, translate: Callable[[str], str]) -> Panel:
    """The gap to the lowest minimum, on a log axis; the loss, where there is none. That of an average is a thin line."""
    _ = translate
    log, k = descent.lowest is not None, np.arange(descent.experiment.steps + 1.0)
    lowest = descent.lowest or 0.0

    def line(i: int, loss: np.ndarray, style: Literal["line", "thin"]) -> Line:
        gap = loss.clip(-MOST, MOST) - lowest
        return Line(k, np.maximum(gap, DEEPEST) if log else gap, i, style, moving=True, counted=descent.counted(i))

    lines = [line(i, t.loss, "line") for i, t in enumerate(descent.trajectories)]
    lines += [line(i, loss, "thin") for i in range(len(lines)) for _, loss in descent.averages(i)]
    cap = HIGHEST * max(abs(float(t.loss[0].clip(-MOST, MOST) - lowest)) for t in descent.trajectories)
    words = _("loss above the minimum") if log else _("loss")
    return Panel(y=words, lines=tuple(lines), log_y=log, x_range=_steps(descent), cap=cap or None)


def _rates(descent: Descent, translate: Callable[[str], str]) -> Panel:
    """The rate of every update, as it was used."""
    _ = translate
    k = np.arange(1.0, descent.experiment.steps + 1)
    runs = enumerate(descent.trajectories)
    lines = [Line(k, t.learning_rate, i, moving=True, counted=descent.counted(i)[1:]) for i, t in runs]
    every = np.concatenate([line.y for line in lines])
    log = bool(every.min() > 0) and bool(every.max() > 10 * every.min())
    return Panel(x=_("update"), y=_("learning rate"), lines=tuple(lines), log_y=log, x_range=_steps(descent))


def _steps(descent: Descent) -> tuple[float, float]:
    return 0.0, float(max(descent.experiment.steps, 1))
