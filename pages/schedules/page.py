"""Schedules: the rate against the update, any number of them, and what they do to the same noisy descent."""

from functools import partial

import streamlit as st

from engines.descent import codec
from engines.descent.experiment import HORIZON
from pages.race import notes as explain
from pages.schedules.presets import PRESETS
from ui import link, sheet

read = partial(link.read, partial(codec.parse, steps=HORIZON), default=PRESETS[0].query, scale="linear")


@st.fragment
def schedules() -> None:
    sheet.show("schedules", read, lambda asked: explain.schedules(asked.value))


schedules()
