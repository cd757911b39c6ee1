"""Signals through a deep network: initialization, activation, normalization, layer by layer, forward and backward."""

from functools import partial

import streamlit as st

from pages.initialization import notes as layers
from pages.initialization import query as comparison
from pages.initialization.presets import PRESETS
from ui import link, sheet

read = partial(link.read, comparison.parse, comparison.pairs, default=PRESETS[0].query)


@st.fragment
def initialization() -> None:
    sheet.show("initialization", read, lambda asked: layers.explain(asked.value))


initialization()
