"""What stands under a race: what to look for, the rules and their source, the same in PyTorch and optax, the data."""

from __future__ import annotations

import math

import streamlit as st

from core.types import Optimizer
from core.words import N_
from engines.descent import schedule
from engines.descent.codec import number_text
from engines.descent.experiment import Experiment, Run
from optimizers import OPTIMIZERS
from schedules import SCHEDULES
from ui.rule import describe
from ui.text import language, translator

LOOK_FOR = N_(
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
    label = _("Download the data (CSV)")
    st.markdown(f'<a href="{address}" download="descent.csv">{label}</a>', unsafe_allow_html=True)


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
        first, full, zero = schedule.beginning(run.schedule, rate, experiment.steps)
        if n:
            text = _("{name}: warm-up over {n} updates starts at {first}, which is 1/{ratio} of the rate, not 0.")
        elif math.isinf(zero):
            text = _("{name}: at t = 0 the formula gives {zero}; counted from 1, the first update runs at {first}.")
        else:
            text = _("{name}: the first update runs at {first}, {ratio} of the rate that is set.")
        ratio = f"{full / first if n else first / rate:.4g}"
        lines.append(text.format(name=_(SCHEDULES[run.schedule.key].name), n=n, first=f"{first:.4g}", ratio=ratio, zero="∞"))
    return lines


def course(run: Run, steps: int) -> None:
    describe(SCHEDULES[run.schedule.key], "schedules", schedule.code(run.schedule, run.optimizer.values["lr"], steps))


def rule(optimizer: Optimizer, run: Run) -> None:
    values = {p.key: _python(run.optimizer.values[p.key], p.scale) for p in optimizer.all_params}
    code = [template.format(**values) for template in (optimizer.torch, optimizer.optax) if template]
    describe(optimizer, "optimizers", code)


def _python(value: float, scale: str) -> str:
    return str(bool(value)) if scale == "bool" else number_text(value)
