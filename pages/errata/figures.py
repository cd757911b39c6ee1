"""The pictures of an erratum: its lines, as they were measured."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas  # noqa: F401  # whole before Plotly looks for it: it takes one that another thread is still loading
import plotly.graph_objects as go

from errata._record import Axes, Mark, Series

# Okabe and Ito (2008), in an order that keeps neighbours apart; they are read on a light and on a dark page.
COLOURS = ("#0082C8", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9")
SYMBOLS = ("circle", "square", "diamond", "triangle-up", "x", "star")
_DASHES = ("dash", "dot", "dashdot", "longdash", "dash", "dot")


def draw(axes: Axes, lines: tuple[Series, ...], translate: Callable[[str], str] = str) -> go.Figure:
    """One picture, with the legend beneath it so that it keeps its width on a phone."""
    figure = go.Figure()
    for i, (line, series) in enumerate(zip(axes.lines, lines, strict=True)):
        figure.add_trace(_trace(i, line, series, translate(line.name)))
    axis: dict[str, Any] = dict(zeroline=False, exponentformat="power", automargin=True, nticks=7)
    figure.update_xaxes(title=translate(axes.x), type="log" if axes.log_x else None, **axis)
    figure.update_yaxes(title=translate(axes.y), type="log" if axes.log_y else None, **axis)
    if axes.equal:
        figure.update_yaxes(scaleanchor="x")
    figure.update_layout(
        height=330 + 10 * len(lines), margin=dict(l=8, r=8, t=8, b=8), dragmode=False, showlegend=len(lines) > 1,
        legend=dict(orientation="h", yref="container", y=0, yanchor="bottom", x=0, xanchor="left"), barmode="group",
    )  # fmt: skip
    return figure


def _trace(i: int, line: Mark, series: Series, name: str) -> go.Bar | go.Scatter:
    number = i if line.like is None else line.like
    colour, x, y = COLOURS[number % len(COLOURS)], list(series[0]), list(series[1])
    if line.style == "bars":
        return go.Bar(x=x, y=y, name=name, marker_color=colour)
    if line.style == "points":
        marker = dict(color=colour, size=8, symbol=SYMBOLS[number % len(SYMBOLS)])
        return go.Scatter(x=x, y=y, name=name, mode="markers", marker=marker)
    dash = _DASHES[number % len(_DASHES)] if line.style == "dashed" else "solid"
    return go.Scatter(x=x, y=y, name=name, mode="lines", line=dict(color=colour, width=2.5, dash=dash))
