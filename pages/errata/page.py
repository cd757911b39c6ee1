"""What stands under an erratum: its correction as formulas."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from core.page import Translate
from pages.errata.query import OpenEntry


def notes(check: OpenEntry | None, _: Translate, _describe: Callable[..., None]) -> None:
    for formula in check.entry.latex if check else ():
        st.latex(formula)
