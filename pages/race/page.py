"""The race: one surface, several optimizers, side by side."""

import streamlit as st

from pages.race import notes as explain
from ui import link, sheet


@st.fragment
def race() -> None:
    sheet.show("race", link.read, lambda asked: explain.race(asked.value, asked.query))


race()
