"""What stands under the schedules."""

from __future__ import annotations

import math
from collections.abc import Callable

import streamlit as st

from core.page import Translate
from core.query import short_text
from engines.descent import schedule
from engines.descent.experiment import Experiment
from schedules import SCHEDULES

Describe = Callable[..., None]
REACHED = 0.005  # a rate this close to the one that is set counts as that


def notes(experiment: Experiment, _: Translate, describe: Describe) -> None:
    """Where each schedule starts."""
    st.markdown("**" + _("Check the lecture: where a schedule starts") + "**")
    for line in beginnings(experiment, _):
        st.markdown("- " + line)


def more(experiment: Experiment, _: Translate, describe: Describe) -> None:
    """The rules, each once."""
    runs = {run.schedule.key: run for run in reversed(experiment.runs)}
    keys = list(dict.fromkeys(run.schedule.key for run in experiment.runs))
    for tab, key in zip(st.tabs([_(SCHEDULES[key].name) for key in keys]), keys, strict=True):
        with tab:
            rates = schedule.code(runs[key].schedule, runs[key].optimizer.values["lr"], experiment.steps)
            describe(SCHEDULES[key], "schedules", rates)


def beginnings(experiment: Experiment, _: Translate) -> list[str]:
    """What each schedule's first update runs at, in words and computed numbers."""
    lines = []
    for run in experiment.runs:
        rate, n = run.optimizer.values["lr"], int(run.schedule.values["warmup"])
        first, full, zero = schedule.beginning(run.schedule, rate, experiment.steps)
        rates = schedule.rates(run.schedule, rate, experiment.steps)
        if n:
            text = _("{name}: warm-up over {n} updates starts at {first}, which is 1/{ratio} of the rate, not 0.")
        elif math.isinf(zero):
            text = _("{name}: at t = 0 the formula gives {zero}; counted from 1, the first update runs at {first}.")
        else:
            text = _("{name}: the first update runs at {first}, {ratio} of the rate that is set.")
        top = float(rates.max())
        ratio = f"{full / first if n else first / rate:.4g}"
        if "late" in run.schedule.values and 0 < n < experiment.steps:
            if run.schedule.values["late"]:
                text += " " + _("The schedule begins after the warm-up; the highest rate is {top}.")
            elif top < (1 - REACHED) * rate:
                text += " " + _("It falls from update 1 on: the highest rate is {top}, {part} % of the one that is set.")
        peak = dict(top=short_text(top), part=f"{100 * top / rate:.3g}")
        lines.append(
            text.format(name=_(SCHEDULES[run.schedule.key].name), n=n, first=short_text(first), ratio=ratio, zero="∞", **peak)
        )
    return lines
