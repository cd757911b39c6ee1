"""A descent as JSON, as a table, and as the arrays that the player reads."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from core.described import named
from core.page import Table, Translate, Wish
from core.query import encode
from engines.descent import codec, engine
from engines.descent import experiment as ex
from engines.descent.described import conditions, run, surface
from engines.descent.engine import Trajectory
from engines.descent.results import Descent, lengths
from engines.descent.window import GRID, fit

ALWAYS: dict[str, Callable[[Descent, Trajectory], np.ndarray]] = {
    "x": lambda descent, t: t.x,
    "f": lambda descent, t: t.loss,
    "grad_norm": lambda descent, t: lengths(t.gradient),
}
# What a client cannot work out from float32 positions without losing the digits that matter near a minimum.
PER_STEP: dict[str, Callable[[Descent, Trajectory], np.ndarray]] = {
    "lr": lambda descent, t: t.learning_rate,
    "gradient": lambda descent, t: t.gradient,
    "move": lambda descent, t: np.diff(t.x, axis=0, prepend=t.x[:1]),
    "gap": lambda descent, t: t.loss - (descent.lowest or 0.0),
    "distance": lambda descent, t: descent.distances(t.x),
    "curvature": lambda descent, t: descent.curvature(t),
}
FIELDS = (*ALWAYS, *PER_STEP, "counted", "state", "average", "grid")
COLUMNS = ("run", "optimizer", "step", "x", "y", "loss", "gradient_x", "gradient_y", "learning_rate")


def document(descent: Descent, _translate: Translate = str) -> dict[str, Any]:
    """The JSON answer of /api/descent, float64 throughout."""
    e = descent.experiment
    head = {
        "query": encode(codec.pairs(e)),
        "surface": surface(e),
        "start": list(e.start),
        "steps": e.steps,
        "seed": e.seed,
        "noise": named(e.noise, ex.NOISES[e.noise.key]),
    }
    if e.formula:
        head |= {"formula": e.formula, "domain": list(e.domain)}
    head["runs"] = []
    for r, t, summary in zip(e.runs, descent.trajectories, descent.summaries(), strict=True):
        body = {name: get(descent, t).tolist() for name, get in ALWAYS.items()} | {"lr": t.learning_rate.tolist()}
        state = {name: array.tolist() for name, array in t.state.items()}
        head["runs"].append({**run(r), **body, "state": state, "diverged_at": t.diverged_at, "summary": vars(summary)})
    return head


def arrays(descent: Descent, wish: Wish) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    """The binary answer: x, f and grad_norm of every run (16 bytes per step), and what else is asked for.

    The grid covers the picture that is asked for, or the surface's own domain; it is NaN where the loss is not finite.
    """
    domain = descent.landscape.domain
    panels = len(descent.experiment.runs) if wish.view == "panels" else 1
    window = fit(domain, wish.aspect, panels).domain if wish.aspect else domain
    named = _arrays(descent, wish.fields)
    if "grid" in wish.fields:
        loss = engine.grid(descent.landscape, descent.surface, window, *GRID)
        named["grid"] = np.where(np.isfinite(loss), loss, np.nan)
    return _header(descent) | {"window": window}, named


def _arrays(descent: Descent, fields: tuple[str, ...]) -> dict[str, np.ndarray]:
    """The arrays of every run by name."""
    wanted = {name: get for name, get in {**ALWAYS, **PER_STEP}.items() if name in ALWAYS or name in fields}
    arrays: dict[str, np.ndarray] = {}
    with np.errstate(over="ignore"):  # a step from one end of the floats to the other; `pack` cuts it off
        for i, t in enumerate(descent.trajectories):
            arrays |= {f"run{i}.{name}": get(descent, t) for name, get in wanted.items()}
            if "counted" in fields:
                arrays[f"run{i}.counted"] = descent.counted(i)
            if "state" in fields:
                arrays |= {f"run{i}.state.{name}": array for name, array in t.state.items()}
            if "average" in fields:
                for j, (path, loss) in enumerate(descent.averages(i)):
                    arrays[f"run{i}.average{j}"] = path
                    arrays[f"run{i}.average{j}_f"] = loss
                    arrays[f"run{i}.average{j}_gap"] = loss - (descent.lowest or 0.0)
    return arrays


def table(descent: Descent) -> Table:
    """One row per run and step."""
    return Table(COLUMNS, _rows(descent))


def _rows(descent: Descent) -> Iterator[tuple[Any, ...]]:
    for i, (r, t) in enumerate(zip(descent.experiment.runs, descent.trajectories, strict=True)):
        arrived = [None, *t.learning_rate.tolist()]  # the rate of the update that led to each step
        columns = (*t.x.T.tolist(), t.loss.tolist(), *t.gradient.T.tolist(), arrived)
        yield from ((i, r.optimizer.key, step, *row) for step, row in enumerate(zip(*columns, strict=True)))


def _header(descent: Descent) -> dict[str, Any]:
    e = descent.experiment
    summaries = descent.summaries()
    runs = [
        {**run(r), "diverged_at": t.diverged_at, "summary": vars(s), "state": list(t.state)}
        for r, t, s in zip(e.runs, descent.trajectories, summaries, strict=True)
    ]
    return conditions(e, descent.minima, descent.lowest) | {"runs": runs}
