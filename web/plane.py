"""The still parts of the main picture: contour axes for one or many panels, and the 3-D scene.

The loss over the domain is not in these figures: the player gets it as float32 with the paths, and again whenever a
surface parameter moves. Colours are left to the player too, which reads them from the page's theme.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas  # noqa: F401  # whole before Plotly looks for it: it takes one that another thread is still loading
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from engines.descent.window import Window

_ALL: Any = "all"  # Plotly's own type says bool
_AXIS: dict[str, Any] = dict(zeroline=False, showline=False, ticks="", automargin=False, fixedrange=False)


def contour(window: Window, grid: tuple[int, int], panels: int = 1) -> go.Figure:
    """Contour panels with the same ranges, zoomed together."""
    gap = 0.02
    figure = make_subplots(
        window.rows, window.columns, horizontal_spacing=gap, vertical_spacing=gap, shared_xaxes=_ALL, shared_yaxes=_ALL
    )
    x0, x1, y0, y1 = window.domain
    for i in range(panels):
        trace = go.Contour(
            x=np.linspace(x0, x1, grid[0]).tolist(),
            y=np.linspace(y0, y1, grid[1]).tolist(),
            autocontour=False,
            line=dict(smoothing=0, width=1),
            showscale=False,
            hoverinfo="skip",
        )
        figure.add_trace(trace, row=i // window.columns + 1, col=i % window.columns + 1)
    clear = dict(ticklabelstandoff=5)  # of the lowest label of the other axis
    figure.update_xaxes(range=[x0, x1], constrain="domain", **clear, **_AXIS)
    figure.update_yaxes(range=[y0, y1], constrain="domain", **_AXIS)
    if window.equal:
        figure.update_yaxes(scaleanchor="x", scaleratio=1)
    figure.update_layout(margin=dict(l=38, r=8, t=8, b=24), dragmode="pan", showlegend=False)
    return figure


def surface(window: Window, grid: tuple[int, int], names: Sequence[str]) -> go.Figure:
    """The surface in three dimensions, with one line and one head per run."""
    x0, x1, y0, y1 = window.domain
    x, y = np.linspace(x0, x1, grid[0]).tolist(), np.linspace(y0, y1, grid[1]).tolist()
    figure = go.Figure(go.Surface(x=x, y=y, showscale=False, hoverinfo="skip"))
    for name in names:
        figure.add_trace(go.Scatter3d(x=[], y=[], z=[], mode="lines", name=name, line=dict(width=6), hoverinfo="skip"))
        figure.add_trace(go.Scatter3d(x=[], y=[], z=[], mode="markers", name=name, marker=dict(size=6), hoverinfo="skip"))
    ratio = (y1 - y0) / (x1 - x0) if window.equal else 1.0
    figure.update_layout(
        margin=dict(l=0, r=0, t=0, b=0), showlegend=False,
        scene=dict(
            aspectmode="manual", aspectratio=dict(x=1.4, y=1.4 * ratio, z=0.7),
            xaxis=dict(range=[x0, x1], title="x"), yaxis=dict(range=[y0, y1], title="y"), zaxis=dict(title=""),
            camera=dict(eye=dict(x=-0.75, y=-1.35, z=1.75), center=dict(x=0, y=0, z=-0.2)),  # from above: walls hide no path
        ),
    )  # fmt: skip
    return figure
