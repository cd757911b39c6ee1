"""One rule in full, whatever it is: what it does, its formula, its source in the literature, in other libraries, and here."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Sequence

import streamlit as st

from core.types import Activation, Initializer, Optimizer, Schedule
from ui.text import translator


def describe(rule: Activation | Initializer | Optimizer | Schedule, folder: str, code: Sequence[str]) -> None:
    """Draw it; `folder` holds its file, `code` are calls of other libraries with the values filled in."""
    _ = translator()
    st.markdown(_(rule.summary))
    lines = [*rule.latex] if isinstance(rule, Optimizer) else [rule.latex]
    st.latex(r"\begin{gathered}" + r" \\ ".join(lines) + r"\end{gathered}" if len(lines) > 1 else lines[0])
    if rule.reference:
        st.caption(rule.reference)
    if code:
        st.code("\n".join(code), language="python", wrap_lines=True)
    if rule.difference:
        st.caption(_("Difference: {text}").format(text=_(rule.difference)))
    with st.expander(_("The source that ran")):
        st.code(inspect.getsource(sys.modules[f"{folder}.{rule.key}"]), language="python")
