"""Activations: curve and slope, where a unit saturates, and what that does to learning."""

from functools import partial

import streamlit as st

from pages.activations import query as gallery
from pages.initialization import notes as layers
from ui import link, sheet

read = partial(link.read, gallery.parse, gallery.pairs)


@st.fragment
def activations() -> None:
    sheet.show("activations", read, lambda asked: layers.curves(asked.value))


activations()
