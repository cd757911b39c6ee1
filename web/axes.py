"""Empty axes for curves: the player draws the lines, each frame or while a slider moves."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import pandas  # noqa: F401  # whole before Plotly looks for it: it takes one that another thread is still loading
import plotly.graph_objects as go
from plotly.subplots import make_subplots

_ALL: Any = "all"  # Plotly's own type says bool
_AXIS: dict[str, Any] = dict(zeroline=False, showline=False, ticks="", automargin=False, fixedrange=False)


def axes(titles: Sequence[str], columns: int, translate: Callable[[str], str] = str) -> go.Figure:
    """Axes for panels of these titles, in `columns`."""
    columns = min(columns, len(titles))
    rows = math.ceil(len(titles) / columns)
    figure = make_subplots(
        rows, columns, subplot_titles=[translate(title) for title in titles], shared_xaxes=_ALL,
        horizontal_spacing=0.12 if columns < 3 else 0.07, vertical_spacing=0.07 if rows > 2 else 0.13,
    )  # fmt: skip
    for i in range(len(titles)):  # an axis without a trace is not drawn
        figure.add_trace(go.Scatter(x=[0], y=[None], mode="lines", hoverinfo="skip"), row=i // columns + 1, col=i % columns + 1)
    figure.update_xaxes(range=[0, 1], **_AXIS, nticks=6)
    figure.update_yaxes(range=[0, 1], **_AXIS, nticks=5, exponentformat="power", minor=dict(ticks=""))
    figure.update_annotations(font_size=12)
    figure.update_layout(margin=dict(l=44, r=8, t=18, b=20), dragmode=False, showlegend=False)
    return figure
