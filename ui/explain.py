"""What stands under a race: what to look for, the rules and their source, the same in PyTorch and optax, the data."""

from __future__ import annotations

import inspect
import sys

import numpy as np
import streamlit as st

from core import schedule
from core.codec import number_text
from core.experiment import WARMUP, Experiment, Run, Spec, schedule_params
from core.types import Optimizer
from optimizers import OPTIMIZERS
from schedules import SCHEDULES
from ui.text import language, translator

LOOK_FOR = (
    "Every curve runs the same descent with the same noise, under 64 seeds at once. With a constant rate the loss stalls at a "
    "floor that is proportional to the rate; where the rate falls, so does the floor. Large rates travel, small rates settle."
)


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
    """One tab per optimizer in the race, and one per schedule that is not constant; each once."""
    _ = translator()
    runs = {run.optimizer.key: run for run in reversed(experiment.runs)}
    courses = {run.schedule.key: run for run in reversed(experiment.runs) if run.schedule.key != "constant"}
    rules, schedules = [key for key in OPTIMIZERS if key in runs], [key for key in SCHEDULES if key in courses]
    tabs = st.tabs([_(OPTIMIZERS[key].name) for key in rules] + [_(SCHEDULES[key].name) for key in schedules])
    for tab, key in zip(tabs, rules + schedules, strict=True):
        with tab:
            if key in runs:
                rule(OPTIMIZERS[key], runs[key])
            else:
                course(courses[key], experiment.steps)


def schedules(experiment: Experiment) -> None:
    left, right = st.columns([2, 3], gap="large")
    _ = translator()
    with left:
        st.subheader(_("What to look for"))
        st.markdown(_(LOOK_FOR))
        st.markdown("**" + _("Check the lecture: where a schedule starts") + "**")
        for line in beginnings(experiment):
            st.markdown("- " + line)
    runs = {run.schedule.key: run for run in reversed(experiment.runs)}
    keys = [key for key in SCHEDULES if key in runs]
    with right:
        for tab, key in zip(st.tabs([_(SCHEDULES[key].name) for key in keys]), keys, strict=True):
            with tab:
                course(runs[key], experiment.steps)


def beginnings(experiment: Experiment) -> list[str]:
    """What each schedule's first update runs at, in words and computed numbers."""
    _, lines = translator(), []
    for run in experiment.runs:
        rate, n = run.optimizer.values["lr"], int(run.schedule.values["warmup"])
        found = schedule.rates(run.schedule, rate, experiment.steps)
        name, first = _(SCHEDULES[run.schedule.key].name), f"{found[0]:.4g}"
        if n:
            text = _("{name}: warm-up over {n} updates starts at {first}, which is 1/{ratio} of the rate, not 0.")
            course = Spec(run.schedule.key, {**run.schedule.values, "warmup": 0.0})
            cold = WARMUP in schedule_params(run.schedule.key)  # else the warm-up is the schedule's own
            full = schedule.rates(course, rate, experiment.steps)[0] if cold else found[min(n, len(found)) - 1]
            ratio = f"{full / found[0]:.4g}"
            lines.append(text.format(name=name, n=n, first=first, ratio=ratio))
        elif run.schedule.key == "inverse_sqrt":
            with np.errstate(divide="ignore"):
                zero = np.float64(rate) / np.sqrt(0.0)
            text = _("{name}: at t = 0 the formula gives {zero}; counted from 1, the first update runs at {first}.")
            lines.append(text.format(name=name, zero="∞" if np.isinf(zero) else zero, first=first))
        else:
            text = _("{name}: the first update runs at {first}, {ratio} of the rate that is set.")
            lines.append(text.format(name=name, first=first, ratio=f"{found[0] / rate:.4g}"))
    return lines


def course(run: Run, steps: int) -> None:
    """A schedule's formula, its code, and its source."""
    _, rule = translator(), SCHEDULES[run.schedule.key]
    st.markdown(_(rule.summary))
    st.latex(rule.latex)
    if rule.reference:
        st.caption(rule.reference)
    code = schedule.code(run.schedule, run.optimizer.values["lr"], steps)
    if code:
        st.code("\n".join(code), language="python", wrap_lines=True)
    if rule.difference:
        st.caption(_("Difference: {text}").format(text=_(rule.difference)))
    with st.expander(_("The source that ran")):
        st.code(inspect.getsource(sys.modules[rule.fn.__module__]), language="python")


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
