"""Schedules: the rate against the update, any number of them, and what they do to the same noisy descent."""

from functools import partial

import streamlit as st

from core import codec
from core.experiment import HORIZON
from core.presets import COURSES
from ui import explain, link, sheet

read = partial(link.read, partial(codec.parse, steps=HORIZON), default=COURSES[0].query, scale="linear")


@st.fragment
def schedules() -> None:
    sheet.show("courses", read, lambda asked: explain.schedules(asked.value))


schedules()
