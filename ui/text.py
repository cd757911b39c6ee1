"""The language of this visit: the last `lang=` in the address, else what the browser asks for."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

import locales


def language() -> str:
    """What this page speaks. A choice in the address holds for the whole visit: the menu of pages leaves it out."""
    asked = st.query_params.get("lang")
    if asked in locales.LANGUAGES:
        st.session_state["language"] = asked
    return locales.choose(asked, st.session_state.get("language"), st.context.locale)


def translator() -> Callable[[str], str]:
    return locales.translator(language())
