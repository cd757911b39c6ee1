"""What stands under a race: what to look for, the rules and their source, the same in PyTorch and optax, the data."""

from __future__ import annotations

import inspect
import sys

import streamlit as st

from core.codec import number_text
from core.experiment import Experiment, Run
from core.types import Optimizer
from optimizers import OPTIMIZERS
from ui.text import language, translator


def race(experiment: Experiment, query: str) -> None:
    left, right = st.columns([2, 3], gap="large")
    with left:
        surface(experiment, query)
    with right:
        rules(experiment)


def surface(experiment: Experiment, query: str) -> None:
    _, landscape = translator(), experiment.landscape
    st.subheader(_("What to look for"))
    st.markdown(_(landscape.look_for))
    st.latex(landscape.latex)
    if landscape.reference:
        st.caption(landscape.reference)
    address = f"api/descent?format=csv&lang={language()}&{query}"
    st.markdown(f'<a href="{address}" download="descent.csv">{_("Download the data (CSV)")}</a>', unsafe_allow_html=True)


def rules(experiment: Experiment) -> None:
    """One tab per optimizer in the race, each once."""
    _ = translator()
    runs = {run.optimizer.key: run for run in reversed(experiment.runs)}
    keys = [key for key in OPTIMIZERS if key in runs]
    for tab, key in zip(st.tabs([_(OPTIMIZERS[key].name) for key in keys]), keys, strict=True):
        with tab:
            rule(OPTIMIZERS[key], runs[key])


def rule(optimizer: Optimizer, run: Run) -> None:
    _ = translator()
    st.markdown(_(optimizer.summary))
    st.latex(r"\begin{gathered}" + r" \\ ".join(optimizer.latex) + r"\end{gathered}")
    st.caption(optimizer.reference)
    values = {p.key: _python(run.optimizer.values[p.key], p.scale) for p in optimizer.all_params}
    code = [template.format(**values) for template in (optimizer.torch, optimizer.optax) if template]
    if code:
        st.code("\n".join(code), language="python")
    if optimizer.difference:
        st.caption(_("Difference: {text}").format(text=_(optimizer.difference)))
    with st.expander(_("The source that ran")):
        module = sys.modules[optimizer.update.__module__]
        st.code(inspect.getsource(module), language="python")


def _python(value: float, scale: str) -> str:
    return str(bool(value)) if scale == "bool" else number_text(value)
