"""What stands under the schedules."""

from __future__ import annotations

import math
from collections.abc import Callable

import streamlit as st

from core.page import Translate
from core.words import N_
from engines.descent import schedule
from engines.descent.experiment import Experiment
from schedules import SCHEDULES

Describe = Callable[..., None]

LOOK_FOR = N_(
    "Every curve runs the same descent with the same noise, under 64 seeds at once. With a constant rate the loss stalls at a "
    "floor that is proportional to the rate; where the rate falls, so does the floor. Large rates travel, small rates settle."
)


def notes(experiment: Experiment, _: Translate, describe: Describe) -> None:
    """What to look for, where each schedule starts, and the rules."""
    left, right = st.columns([2, 3], gap="large")
    with left:
        st.subheader(_("What to look for"))
        st.markdown(_(LOOK_FOR))
        st.markdown("**" + _("Check the lecture: where a schedule starts") + "**")
        for line in beginnings(experiment, _):
            st.markdown("- " + line)
    runs = {run.schedule.key: run for run in reversed(experiment.runs)}
    keys = list(dict.fromkeys(run.schedule.key for run in experiment.runs))
    with right:
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
        if n:
            text = _("{name}: warm-up over {n} updates starts at {first}, which is 1/{ratio} of the rate, not 0.")
        elif math.isinf(zero):
            text = _("{name}: at t = 0 the formula gives {zero}; counted from 1, the first update runs at {first}.")
        else:
            text = _("{name}: the first update runs at {first}, {ratio} of the rate that is set.")
        ratio = f"{full / first if n else first / rate:.4g}"
        lines.append(text.format(name=_(SCHEDULES[run.schedule.key].name), n=n, first=f"{first:.4g}", ratio=ratio, zero="∞"))
    return lines
