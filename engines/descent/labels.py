"""What a legend says of a run: what tells it from the others."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence

from core.query import number_text, short_text
from core.symbols import plain
from core.types import Param
from engines.descent.experiment import Run
from optimizers import OPTIMIZERS
from schedules import SCHEDULES
from wrappers import WRAPPERS


def legend(runs: Sequence[Run], translate: Callable[[str], str]) -> tuple[tuple[int, str, str], ...]:
    """(run, name, values) of every run, as core.picture.Picture has it."""
    return tuple((i, translate(OPTIMIZERS[run.optimizer.key].name), values(run, translate)) for i, run in enumerate(runs))


def values(run: Run, translate: Callable[[str], str], axes: Collection[str] = ()) -> str:
    """Its learning rate, up to two parameters that are not the usual ones, its schedule, and what is around it.

    axes: parameters that have no one value (`lr`, `l2.strength`).
    """
    rate, *params = OPTIMIZERS[run.optimizer.key].all_params
    shown = [rate, *[p for p in params if run.optimizer.values[p.key] != p.default][:2]]
    texts = [f"{plain(p.symbol)} = {_short(run.optimizer.values[p.key], p)}" for p in shown if p.key not in axes]
    if run.schedule.key != "constant":
        texts.append(translate(SCHEDULES[run.schedule.key].name))
    for part in run.around:
        own = [_short(part.values[p.key], p) for p in WRAPPERS[part.key].params[:1] if f"{part.key}.{p.key}" not in axes]
        texts.append(" ".join([translate(WRAPPERS[part.key].name), *own]))
    return ", ".join(texts)


def part(name: str, params: Sequence[Param], given: Mapping[str, float]) -> str:
    """A named thing with its numbers: "Normal, fixed σ, σ = 0.5"."""
    return ", ".join([name, *(f"{plain(p.symbol)} = {_short(given[p.key], p)}" for p in params)])


def _short(value: float, param: Param) -> str:
    return number_text(value, param) if param.scale == "bool" else short_text(value)
