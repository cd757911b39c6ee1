"""Signals through a deep network: initialization, activation, normalization, layer by layer, forward and backward."""

from functools import partial

import streamlit as st

from core import comparison
from core.presets import SIGNALS
from ui import layers, link, sheet

read = partial(link.read, comparison.parse, comparison.pairs, default=SIGNALS[0].query)


@st.fragment
def initialization() -> None:
    sheet.show("networks", read, lambda asked: layers.explain(asked.value))


initialization()
