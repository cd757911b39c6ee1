"""Check the lecture: each erratum as a claim, a live experiment, and the verdict that its numbers give."""

import streamlit as st

from pages.errata import verdicts
from ui import link


@st.fragment
def entry() -> None:
    asked = verdicts.read()
    link.complain(st.empty(), asked.problems)
    if asked.value:
        verdicts.show(asked.value)
    else:
        verdicts.overview()


link.refresh()
asked = verdicts.read()
if asked.value and asked.settings["present"] != "1":
    left, right = st.columns([3, 1], gap="large")
    with left:
        entry()
    with right:
        verdicts.contents(asked.value.entry)
else:
    entry()
