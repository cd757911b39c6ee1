"""What stands under a race."""

from __future__ import annotations

import functools
from collections.abc import Callable

import streamlit as st

from core.page import Translate
from core.query import number_text, short_text
from core.types import Optimizer, Spec, Wrapper
from engines.descent import schedule
from engines.descent.experiment import Experiment, Run
from engines.descent.results import Descent
from optimizers import OPTIMIZERS
from schedules import SCHEDULES
from wrappers import WRAPPERS

Describe = Callable[..., None]


def notes(experiment: Experiment, _: Translate, describe: Describe) -> None:
    """What to look for, and how near to its limit each run is."""
    st.subheader(_("What to look for"))
    st.markdown(_(experiment.landscape.look_for))
    for line in limits(experiment, _):
        st.markdown("- " + line)


def more(experiment: Experiment, _: Translate, describe: Describe) -> None:
    """The surface's formula, the rules and their source, the same in PyTorch and optax."""
    landscape = experiment.landscape
    left, right = st.columns([2, 3], gap="large")
    with left:
        st.latex(landscape.latex)
        if landscape.reference:
            st.caption(landscape.reference)
    with right:
        rules(experiment, _, describe)


def limits(experiment: Experiment, _: Translate) -> list[str]:
    """At which share of its limit each run with a constant rate runs, where one is known: computed where its path ends."""
    text = _("{name} at {rate}: {share} % of its limit of {limit} where it ends.")
    lines = []
    for run, limit in zip(experiment.runs, _limits(experiment), strict=True):
        if limit is not None:
            rate, name = run.optimizer.values["lr"], _(OPTIMIZERS[run.optimizer.key].name)
            share = f"{100 * rate / limit:.3g}"
            lines.append(text.format(name=name, rate=short_text(rate, 3), share=share, limit=short_text(limit, 3)))
    return lines


@functools.lru_cache(maxsize=256)  # a class opens one link
def _limits(experiment: Experiment) -> list[float | None]:
    """Of each run, the largest constant rate that is stable where its path ends; None where none is known."""
    descent, limits = Descent(experiment), []
    for run, t in zip(experiment.runs, descent.trajectories, strict=True):
        limit = descent.limit(run) if run.schedule.key == "constant" else None
        steepest = float(descent.landscape_curvature(t.x[-1:])[0, 1])
        limits.append(limit / steepest if limit is not None and steepest > 0 else None)
    return limits


def rules(experiment: Experiment, _: Translate, describe: Describe) -> None:
    """One tab per optimizer in the race, per schedule that is not constant, and per wrapper; each once."""
    runs = {run.optimizer.key: run for run in reversed(experiment.runs)}
    courses = {run.schedule.key: run for run in reversed(experiment.runs) if run.schedule.key != "constant"}
    rules = list(dict.fromkeys(run.optimizer.key for run in experiment.runs))
    schedules = [key for key in dict.fromkeys(run.schedule.key for run in experiment.runs) if key in courses]
    around = {part.key: (part, run) for run in reversed(experiment.runs) for part in run.around}
    things = {**{key: OPTIMIZERS[key] for key in rules}, **{key: SCHEDULES[key] for key in schedules}}
    things |= {key: WRAPPERS[key] for key in WRAPPERS if key in around}
    for tab, (key, thing) in zip(st.tabs([_(thing.name) for thing in things.values()]), things.items(), strict=True):
        with tab:
            if isinstance(thing, Optimizer):
                rule(thing, runs[key], describe)
            elif isinstance(thing, Wrapper):
                describe(thing, "wrappers", _around(thing, *around[key]))
            else:
                describe(thing, "schedules", _code(courses[key], experiment.steps))


def _code(run: Run, steps: int) -> list[str]:
    return schedule.code(run.schedule, run.optimizer.values["lr"], steps)


def _around(wrapper: Wrapper, part: Spec, run: Run) -> list[str]:
    values = {p.key: _python(part.values[p.key], p.scale) for p in wrapper.params}
    values["lr"] = number_text(run.optimizer.values["lr"])
    return [template.format(**values) for template in (wrapper.torch, wrapper.optax) if template]


def rule(optimizer: Optimizer, run: Run, describe: Describe) -> None:
    values = {p.key: _python(run.optimizer.values[p.key], p.scale) for p in optimizer.all_params}
    code = [template.format(**values) for template in (optimizer.torch, optimizer.optax) if template]
    describe(optimizer, "optimizers", code)


def _python(value: float, scale: str) -> str:
    return str(bool(value)) if scale == "bool" else number_text(value)
