"""The same scene the stock way: five optimizers down a taco, 200 steps, with st.slider and an animated st.plotly_chart.

`streamlit run benchmarks/stock_app.py`. Written as a good Streamlit app would be: what does not depend on the slider is
cached, as is each figure; the chart has a key, so that it is updated and not made anew. The numbers come from our own
engine, so that only the way they reach the screen differs.
"""

import sys
from pathlib import Path

import numpy as np
import plotly.graph_objects as go
import streamlit as st

sys.path.insert(0, str(Path(__file__).parent.parent))

from engines.descent import engine
from landscapes import LANDSCAPES
from optimizers import OPTIMIZERS
from web.warm import keep_compiled

STEPS = 200
RATES = {"sgd": 0.01, "momentum": 0.01, "nesterov": 0.01, "rmsprop": 0.1, "adam": 0.3}
COLOURS = ["#0072B2", "#E69F00", "#009E73", "#D55E00", "#CC79A7"]
TACO = LANDSCAPES["taco"]
SURFACE = {p.key: p.default for p in TACO.params}


@st.cache_data
def contour(columns=141, rows=101):
    """The loss over the domain, in logarithmic levels."""
    x0, x1, y0, y1 = TACO.domain
    loss = engine.grid(TACO, SURFACE, TACO.domain, columns, rows)
    return np.linspace(x0, x1, columns), np.linspace(y0, y1, rows), np.log10(loss + 0.1).astype(np.float32)


def path(key, rate, steps):
    rule = OPTIMIZERS[key]
    hyper = {p.key: p.default for p in rule.params}
    return engine.descend(TACO, SURFACE, rule, hyper, np.full(steps, rate), TACO.start).x.astype(np.float32)


def frame(paths, step):
    """Every path up to a step. Only what changes: the style of a line stays with its trace."""
    return go.Frame(
        name=str(step),
        data=[go.Scatter(x=x[: step + 1, 0], y=x[: step + 1, 1]) for x in paths.values()],
        traces=list(range(1, len(paths) + 1)),
    )


@st.cache_data(max_entries=100)
def figure(rate, steps=STEPS):
    """The contour, the whole paths, and one frame per step for the play button."""
    rates = {**RATES, "sgd": rate}
    paths = {key: path(key, lr, steps) for key, lr in rates.items()}
    x, y, z = contour()
    x0, x1, y0, y1 = TACO.domain
    lines = [
        go.Scatter(x=x[:, 0], y=x[:, 1], mode="lines", name=OPTIMIZERS[key].name, line=dict(color=colour, width=2.5))
        for (key, x), colour in zip(paths.items(), COLOURS, strict=True)
    ]
    play = dict(label="Play", method="animate", args=[None, dict(frame=dict(duration=30, redraw=False), fromcurrent=True)])
    steps_of_slider = [
        dict(label=str(k), method="animate", args=[[str(k)], dict(mode="immediate", frame=dict(duration=0, redraw=False))])
        for k in range(steps + 1)
    ]
    return go.Figure(
        data=[go.Contour(x=x, y=y, z=z, ncontours=22, showscale=False, hoverinfo="skip", colorscale="Blues"), *lines],
        frames=[frame(paths, k) for k in range(steps + 1)],
        layout=dict(
            height=600, xaxis_range=[x0, x1], yaxis_range=[y0, y1], uirevision="keep",
            updatemenus=[dict(type="buttons", buttons=[play])], sliders=[dict(steps=steps_of_slider, active=steps)],
        ),
    )  # fmt: skip


def main():
    keep_compiled()
    st.set_page_config(page_title="Stock race", layout="wide")
    rate = st.slider("Learning rate of SGD", 0.01, 0.045, 0.01, 0.0005, format="%.4f")
    st.plotly_chart(figure(rate), key="race")


if __name__ == "__main__":
    main()
