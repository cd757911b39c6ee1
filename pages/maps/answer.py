"""Maps as JSON and as tables."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from core.lazy import lazy
from core.page import Table, Translate
from core.query import encode
from core.symbols import plain
from engines.descent import codec, described
from engines.descent.experiment import Run
from engines.descent.results import Conditions, minima
from engines.descent.window import equal_axes
from engines.maps import atlas as engine
from engines.maps import theory
from engines.maps.atlas import Basin, Rates, Stability, axis_params, radius
from engines.maps.lanes import NEVER
from pages.maps import colours
from pages.maps.key import key
from pages.maps.query import Atlas, pairs, shared_params
from pages.maps.sliders import idle


@dataclass(frozen=True)
class Mapped:
    """An atlas with its maps computed, one for each run."""

    atlas: Atlas

    @lazy
    def tried(self) -> np.ndarray:
        """The learning rates of `rates`: the same ones for every run."""
        a = self.atlas
        return np.clip(np.geomspace(a.low, a.high, a.size), a.low, a.high)

    @lazy
    def lowest(self) -> float | None:
        """The loss at the lowest minimum, where there is one."""
        return Conditions(self.atlas.experiment).lowest

    @property
    def floor(self) -> float:
        """What is rounding in a difference to that loss, for a logarithmic axis; −∞ where none is drawn."""
        return -math.inf if self.lowest is None else max(1e-16, engine.ROUNDING * abs(self.lowest))

    @lazy
    def maps(self) -> list[Basin] | list[Rates] | list[Stability]:
        a, e = self.atlas, self.atlas.experiment
        if a.kind == "basins":
            return [engine.basin(e, run, a.domain, a.size, a.seeds) for run in e.runs]
        if a.kind == "rates":
            return [engine.rates(e, run, self.tried, a.seeds) for run in e.runs]
        return [engine.stability(e, run, *a.axes, a.size, a.seeds) for run in e.runs]


def compute(atlas: Atlas) -> Mapped:
    mapped = Mapped(atlas)
    assert mapped.maps  # computed once, for all who ask
    return mapped


def document(mapped: Mapped, translate: Translate = str) -> dict[str, Any]:
    """All maps, each in its run, and what they share."""
    a, e = mapped.atlas, mapped.atlas.experiment
    bodies = [one(mapped, i) for i in range(len(e.runs))]
    shared = {name: bodies[0][name] for name in SHARED[a.kind]}
    runs = [
        described.run(run) | {name: value for name, value in body.items() if name not in shared}
        for run, body in zip(e.runs, bodies, strict=True)
    ]
    head = {
        "query": encode(pairs(a)),
        "map": a.kind,
        "surface": described.surface(e),
        "formula": e.formula,
        "domain": list(e.landscape.domain),
        "start": list(e.start),
        "steps": e.steps,
        "noise": described.conditions(e, np.zeros((0, 2)), None)["noise"],
        "seed": e.seed,
        "size": a.size,
        "seeds": a.seeds,
        "random": engine.random(e),
        "window": list(a.domain),
        "zoomed": bool(a.window),
        "low": a.low,
        "high": a.high,
        "lowest": mapped.lowest,
        "floor": mapped.floor if mapped.lowest is not None else None,
        "axes": [f"{axis.key}:{axis.low!r}..{axis.high!r}" if axis else None for axis in (a.x, a.y)],
        "choices": choices(a),
        "idle": idle(a),
        "equal": equal_axes(a.domain),
        "palette": colours.palette(),
        "key": [entry._asdict() for entry in key(e, mapped.maps, translate)],
    }
    if a.kind == "basins":
        head["near"] = radius(e, minima(e.landscape, e.surface.values))
    return head | shared | {"runs": runs} | ({"race": fastest(mapped)} if a.kind == "rates" else {})


def choices(a: Atlas) -> list[dict[str, Any]]:
    """What an axis may be, and how far it goes."""
    params = shared_params(a.experiment)
    return [{"key": key, "label": plain(p.symbol), "low": p.low, "high": p.high, "scale": p.scale} for key, p in params.items()]


SHARED = {"basins": ("x", "y", "minima"), "rates": ("lr",), "stability": ("x", "y")}


def one(mapped: Mapped, i: int) -> dict[str, Any]:
    """The map of run i, as /api/basin, /api/rates or /api/stability has it."""
    chart, run = mapped.maps[i], mapped.atlas.experiment.runs[i]
    if isinstance(chart, Basin):
        share = {"share": chart.share.tolist()} if mapped.atlas.seeds > 1 else {}
        return {name: getattr(chart, name).tolist() for name in ("x", "y", "minima", "basin", "steps")} | share
    if isinstance(chart, Rates):
        return {"lr": mapped.tried.tolist(), **_line(mapped, chart, run)}
    x, y = mapped.atlas.axes
    rows = axis_params(mapped.atlas.experiment, run)
    return {
        "x": {"key": x.key, "values": chart.x.tolist(), "scale": rows[x.key].scale, "symbol": rows[x.key].symbol},
        "y": {"key": y.key, "values": chart.y.tolist(), "scale": rows[y.key].scale, "symbol": rows[y.key].symbol},
        "rate": _numbers(chart.rate),
        "loss": _numbers(chart.loss),
        "diverged": chart.diverged.tolist(),
        "theory": [list(point) for point in chart.theory] if chart.theory else None,
        "best": list(chart.best) if chart.best else None,
    }


def _line(mapped: Mapped, rates: Rates, run: Run) -> dict[str, Any]:
    at = best(rates)
    return {
        "loss": _numbers(rates.loss),
        "steps_to_tolerance": [None if k == NEVER else k for k in rates.reached.tolist()],
        "diverged": rates.diverged.tolist(),
        "limit": theory.largest_rate(mapped.atlas.experiment, run),
        "best": None if at is None else at,
    }


def best(rates: Rates) -> int | None:
    """The number of the best learning rate: the fewest steps to tolerance, then the lowest loss; None where all diverge."""
    if rates.diverged.all():
        return None
    steps = np.where(rates.reached == NEVER, math.inf, rates.reached)
    return int(np.lexsort((np.where(rates.diverged, math.inf, rates.loss), np.where(rates.diverged, math.inf, steps)))[0])


def fastest(mapped: Mapped) -> str:
    """The query of the race in which every run has the best of its learning rates: equal numbers of trials for each."""
    e = mapped.atlas.experiment
    at = [best(rates) for rates in mapped.maps if isinstance(rates, Rates)]
    runs = tuple(
        run if i is None else run.with_rate(float(f"{mapped.tried[i]:.4g}")) for run, i in zip(e.runs, at, strict=True)
    )
    return encode(codec.pairs(replace(e, runs=runs)))


def _numbers(array: np.ndarray) -> list:
    """As JSON has it: None where it is not finite."""
    return np.where(np.isfinite(array), array.astype(object), np.array(None, object)).tolist()


# Questions ------------------------------------------------------------------------------------------------------------


def basin(atlas: Atlas, _options: Mapping[str, str]) -> dict[str, Any]:
    """/api/basin: one run."""
    return one(Mapped(atlas), 0)


def rates(atlas: Atlas, _options: Mapping[str, str]) -> dict[str, Any]:
    """/api/rates: a line for each run."""
    mapped = Mapped(atlas)
    bodies = [one(mapped, i) for i in range(len(atlas.experiment.runs))]
    lines = [{name: value for name, value in body.items() if name != "lr"} for body in bodies]
    return {"lr": mapped.tried.tolist(), "runs": lines}


def stability(atlas: Atlas, _options: Mapping[str, str]) -> dict[str, Any]:
    """/api/stability: one run over two of its parameters."""
    return one(Mapped(atlas), 0)


# Tables ---------------------------------------------------------------------------------------------------------------

COLUMNS = {
    "basins": ("run", "optimizer", "x", "y", "basin", "steps"),
    "rates": ("run", "optimizer", "learning_rate", "loss", "steps_to_tolerance", "diverged"),
    "stability": ("run", "optimizer", "x", "y", "rate", "loss", "diverged"),
}


def table(mapped: Mapped) -> Table:
    """One row per run and cell."""
    a = mapped.atlas
    heads = COLUMNS[a.kind]
    if a.kind == "stability":
        heads = (*heads[:2], *(axis.key for axis in a.axes), *heads[4:])
    return Table(heads, _rows(mapped))


def _rows(mapped: Mapped) -> Iterator[tuple[Any, ...]]:
    for i, (run, chart) in enumerate(zip(mapped.atlas.experiment.runs, mapped.maps, strict=True)):
        names = (i, run.optimizer.key)
        if isinstance(chart, Rates):
            reached = [None if k == NEVER else k for k in chart.reached.tolist()]
            columns = (mapped.tried.tolist(), _numbers(chart.loss), reached, chart.diverged.tolist())
            yield from ((*names, *row) for row in zip(*columns, strict=True))
            continue
        named = ("basin", "steps") if isinstance(chart, Basin) else ("rate", "loss", "diverged")
        columns = [_numbers(getattr(chart, name).ravel().astype(float)) for name in named]
        if isinstance(chart, Basin):
            columns = [chart.basin.ravel().tolist(), chart.steps.ravel().tolist()]
        else:
            columns[-1] = chart.diverged.ravel().tolist()
        places = (part.ravel().tolist() for part in np.meshgrid(chart.x, chart.y))
        yield from ((*names, *row) for row in zip(*places, *columns, strict=True))
