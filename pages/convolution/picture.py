"""A network as a picture: how large its maps are and where its weights and its work are, and what one unit sees."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from core.picture import Line, Panel, Picture
from pages.convolution import query
from pages.convolution.answer import Result
from pages.convolution.walked import walked

SHOWS = ("sizes", "field", "walk")


def picture(result: Result, show: str, translate: Callable[[str], str]) -> Picture:
    """`sizes` layer by layer; `field`: theoretical and effective; `walk`: what is walked through; '' all."""
    title = translate("Convolution arithmetic")
    steps = query.steps(result.stack)
    walk = walked(result, translate)
    if show == "walk":
        return Picture(walk, title, steps=steps)
    rows = {"sizes": (_sides(result, translate), _work(result, translate)), "field": (_field(result, translate),)}
    if show:
        return Picture((rows[show],), title)
    heights = (*[3.0 if len(walk) == 1 else 2.5] * len(walk), 3.0, 2.0)
    together = (*walk, rows["sizes"], rows["field"])  # what moves first: where there is little room the last are left out
    return Picture(together, title, heights=heights, steps=steps)


def _sides(result: Result, translate: Callable[[str], str]) -> Panel:
    _ = translate
    layers = np.arange(float(len(result.rows)))
    sides = np.array([float(max(row.output[:2])) for row in result.rows])
    fields = np.array([float(max(view.field for view in row.views)) for row in result.rows])
    lines = (
        Line(layers, sides, 0, "line", _("side of the map")),
        Line(layers, fields, 1, "line", _("receptive field")),
    )
    return Panel(x=_("layer"), y=_("pixels"), lines=lines, log_y=True)


def _work(result: Result, translate: Callable[[str], str]) -> Panel:
    """Shares, so that both stand on one axis."""
    _ = translate
    parameters = np.array([float(row.parameters) for row in result.rows[1:]])
    macs = np.array([float(row.macs) for row in result.rows[1:]])
    layers = np.arange(1.0, len(result.rows))
    lines = tuple(
        Line(layers, 100 * part / (part.sum() or 1.0), run, "bars", name)
        for run, (part, name) in enumerate(((parameters, _("parameters")), (macs, _("multiply–adds"))))
    )
    return Panel(x=_("layer"), y=_("share in %"), lines=lines)


def _field(result: Result, translate: Callable[[str], str]) -> Panel:
    _ = translate
    seen = result.seen.columns[0].astype(float)
    pixels = np.arange(float(len(seen)))
    lines = [Line(pixels, seen, 0, "line", _("theoretical field"))]
    if result.seen.gradient is not None:
        share = result.seen.gradient.sum(0)
        lines.append(Line(pixels, share / (share.max() or 1.0), 1, "line", _("effective: squared gradient")))
    return Panel(x=_("pixel along a row of the input"), y=_("what one unit sees"), lines=tuple(lines))
