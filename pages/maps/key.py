"""What the colours and the marks of a map mean, for pictures and for the page."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from core.page import Translate
from core.picture import Key
from core.query import short_text
from engines.descent.experiment import Experiment
from engines.descent.results import minima
from engines.maps import theory
from engines.maps.atlas import Basin, Rates, Stability, radius
from pages.maps import colours

SEEN = 0.05  # of white: a difference that is seen
FACTORS = (0.1, 0.5, 0.9, 0.99, 0.999)  # those of the colours that are named


def key(e: Experiment, maps: Sequence[Basin | Rates | Stability], translate: Translate) -> tuple[Key, ...]:
    """The entries of a legend, in the order of reading; the lines of `rates` have the legend of their runs."""
    basins = [chart for chart in maps if isinstance(chart, Basin)]
    cells = [chart for chart in maps if isinstance(chart, Stability)]
    return _basins(e, basins, translate) if basins else _stability(e, cells, translate) if cells else ()


def _basins(e: Experiment, maps: Sequence[Basin], translate: Translate) -> tuple[Key, ...]:
    _ = translate
    places = tuple(
        Key(f"({short_text(x, 3)}, {short_text(y, 3)})", colours.MINIMA[n % len(colours.MINIMA)])
        for n, (x, y) in enumerate(maps[0].minima)
    )
    pale = np.concatenate([colours.paleness(chart.steps[chart.basin >= 0], e.steps) for chart in maps])
    near = radius(e, minima(e.landscape, e.surface.values))
    return (
        Key(_("minimum"), mark="ring"),
        *places,
        *([Key(_("paler: later"))] if pale.size and np.ptp(pale) > SEEN else []),
        Key(_("not within {near} of a minimum after {n} steps").format(near=short_text(near, 2), n=e.steps), colours.UNDECIDED),
        Key(_("diverged"), colours.LOST),
    )


def _stability(e: Experiment, maps: Sequence[Stability], translate: Translate) -> tuple[Key, ...]:
    _ = translate
    signs = {FACTORS[0]: "≤", FACTORS[-1]: "≥"}  # the colours of all beyond
    factors = tuple(
        Key(f"{signs.get(factor, '')} × {factor:g}".strip(), colours.text(colours.shrinking(np.log10(factor))))
        for factor in FACTORS
    )
    quadratic = theory.curvatures(e, e.surface.values) is not None
    return (
        Key(_("loss per step")),
        *factors,
        Key(_("grows"), colours.GROWS),
        Key(_("diverged"), colours.LOST),
        Key(_("cannot be measured"), colours.UNDECIDED),
        *([Key(_("limit by theory"), mark="limit")] if any(chart.theory for chart in maps) else []),
        *([] if quadratic else [Key(_("limit by theory: quadratics with a minimum only"))]),
        *([Key(_("fastest by theory"), mark="plus")] if any(chart.best for chart in maps) else []),
    )
