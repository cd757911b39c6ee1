"""Which values of N × C × H × W share their statistics, one little picture per normalization."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas  # noqa: F401  # whole before Plotly looks for it: it takes one that another thread is still loading
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from engines.signal.normalization import CONV_SHAPE, members
from norms import NORMS

_GAP = 1  # cells between the H × W squares


def sets(groups: int, translate: Callable[[str], str] = str) -> go.Figure:
    """Rows are samples, columns channels, each square H × W. Dark: all values that share the statistics of the first."""
    shown = [norm for norm in NORMS.values() if norm.axes]
    figure = make_subplots(1, len(shown), subplot_titles=[translate(norm.name) for norm in shown], horizontal_spacing=0.03)
    for i, norm in enumerate(shown, 1):
        picture = _picture(members(norm.key, groups=groups))
        scale = [[0, "rgba(120,140,170,.25)"], [1, "#0072B2"]]
        trace = go.Heatmap(z=picture, colorscale=scale, zmin=0, zmax=1, showscale=False, hoverinfo="skip", hoverongaps=False)
        figure.add_trace(trace, row=1, col=i)
    figure.update_xaxes(visible=False, constrain="domain", title=dict(text="C"))
    figure.update_yaxes(visible=False, autorange="reversed", scaleanchor="x")
    figure.update_annotations(font_size=13)
    figure.update_layout(height=170, margin=dict(l=4, r=4, t=28, b=4), dragmode=False)
    return figure


def _picture(of: np.ndarray) -> np.ndarray:
    """1 where a value belongs to the set of the first, 0 elsewhere, NaN between the squares: [N (H + 1), C (W + 1)]."""
    n, c, h, w = CONV_SHAPE
    padded = np.full((n, c, h + _GAP, w + _GAP), np.nan)
    padded[:, :, :h, :w] = of == of[0, 0, 0, 0]
    return padded.transpose(0, 2, 1, 3).reshape(n * (h + _GAP), c * (w + _GAP))[:-_GAP, :-_GAP]
