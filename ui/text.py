"""The language of this visit: `lang=` in the address, else what the browser asks for."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

import locales


def language() -> str:
    return locales.choose(st.query_params.get("lang"), st.context.locale)


def translator() -> Callable[[str], str]:
    return locales.translator(language())
