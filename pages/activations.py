"""Activations: curve and slope, where a unit saturates, and what that does to learning."""

from functools import partial

import streamlit as st

from core import gallery
from ui import layers, link, sheet

read = partial(link.read, gallery.parse, gallery.pairs)


@st.fragment
def activations() -> None:
    sheet.show("activations", read, lambda asked: layers.curves(asked.value))


activations()
