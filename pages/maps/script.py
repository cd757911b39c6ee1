"""Maps as a program of its own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from core.page import Script
from engines.descent.plain import modules, plain
from pages.maps.query import Atlas


def script(a: Atlas) -> Script:
    """Every cell of every map."""
    what = f"{a.kind} of {', '.join(dict.fromkeys(run.optimizer.key for run in a.experiment.runs))}"
    given = {"kind": a.kind, "size": a.size, "seeds": a.seeds, "window": a.window, "rates": (a.low, a.high)}
    axes = {name: tuple(axis) for name, axis in (("x", a.x), ("y", a.y)) if axis}
    return Script(what, (*modules(a.experiment), "pages.maps.answer"), maps, {**given, "axes": axes, **plain(a.experiment)})


def maps(
    kind: str, size: int, seeds: int, window: Any, rates: tuple[float, float], axes: dict[str, Any],
    noise: tuple[str, float], runs: Sequence[Any], surface: str = "formula", **given: Any,
) -> Iterator[Sequence[Any]]:  # fmt: skip
    """Yield one row per run and cell."""
    from core.types import Spec
    from engines.descent.experiment import Experiment, Run
    from engines.maps.atlas import Axis
    from pages.maps.answer import Mapped, table
    from pages.maps.query import Atlas

    named = tuple(
        Run(Spec(rule, values), Spec(schedule, shape), tuple(Spec(*part) for part in around))
        for rule, values, schedule, shape, around in runs
    )
    ground = Spec(surface, given.pop("on", {}))
    disturbance = Spec(noise[0], {} if noise[0] == "none" else {"scale": noise[1]})
    experiment = Experiment(surface=ground, noise=disturbance, runs=named, **given)
    sides = {name: Axis(*axis) for name, axis in axes.items()}
    low, high = rates
    heads, rows = table(Mapped(Atlas(experiment, kind, size, seeds, window, low, high, **sides)))
    yield heads
    yield from rows
