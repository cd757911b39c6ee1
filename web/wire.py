"""A descent as JSON, as a CSV table, and as the binary blob that the player reads.

The blob is: header length (uint32, little-endian), a JSON header padded with spaces to a multiple of four, then the
arrays as little-endian float32. An array's `offset` counts bytes from the end of the header. A number too large for
float32 is sent as the largest float32.
"""

from __future__ import annotations

import csv
import io
import json
import struct
from collections.abc import Callable
from dataclasses import asdict, replace
from typing import Any

import numpy as np

from core.types import Param, Spec
from engines.descent import codec, engine
from engines.descent import experiment as ex
from engines.descent.engine import Trajectory
from engines.descent.experiment import Experiment, Run
from engines.descent.results import Descent, lengths
from engines.descent.sweep import Sweep
from engines.descent.window import GRID, Domain

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
FIELDS = (*ALWAYS, *PER_STEP, "state", "grid")
COLUMNS = ("run", "optimizer", "step", "x", "y", "loss", "gradient_x", "gradient_y", "learning_rate")


def document(descent: Descent) -> dict[str, Any]:
    """The JSON answer of /api/descent, float64 throughout."""
    e = descent.experiment
    head = {
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
        head["runs"].append({**run(r), **body, "state": state, "diverged_at": t.diverged_at, "summary": asdict(summary)})
    return head


def blob(descent: Descent, fields: tuple[str, ...] = (), window: Domain | None = None) -> bytes:
    """The binary answer: x, f and grad_norm of every run (16 bytes per step), and what else is asked for.

    The grid covers `window`, or the surface's own domain; it is NaN where the loss is not finite.
    """
    window = window or descent.landscape.domain
    arrays = _arrays(descent, fields)
    if "grid" in fields:
        loss = engine.grid(descent.landscape, descent.surface, window, *GRID)
        arrays["grid"] = np.where(np.isfinite(loss), loss, np.nan)
    return pack(_header(descent) | {"window": window}, arrays)


def _arrays(descent: Descent, fields: tuple[str, ...], first: int = 0) -> dict[str, np.ndarray]:
    """The arrays of every run by name, the runs counted from `first`."""
    wanted = {name: get for name, get in {**ALWAYS, **PER_STEP}.items() if name in ALWAYS or name in fields}
    arrays: dict[str, np.ndarray] = {}
    for i, t in enumerate(descent.trajectories, first):
        with np.errstate(over="ignore"):  # a step from one end of the floats to the other; `pack` cuts it off
            arrays |= {f"run{i}.{name}": get(descent, t) for name, get in wanted.items()}
        if "state" in fields:
            arrays |= {f"run{i}.state.{name}": array for name, array in t.state.items()}
    return arrays


def swept(e: Experiment, sweep: Sweep, fields: tuple[str, ...]) -> bytes:
    """What moves when one slider does: for stop j of `sweep.values`, frames[j] of the header and the arrays `at<j>.run<i>.…`.

    Runs that the slider does not concern are left out.
    """
    arrays: dict[str, np.ndarray] = {}
    frames: list[dict[str, Any]] = []
    first = sweep.run or 0
    for j, value in enumerate(sweep.values):
        moved = sweep.at(e, value)
        descent = Descent(moved if sweep.run is None else replace(moved, runs=(moved.runs[sweep.run],)))
        frames.append({"query": codec.encode(codec.pairs(moved)), "runs": _header(descent)["runs"]})
        arrays |= {f"at{j}.{name}": array for name, array in _arrays(descent, fields, first).items()}
    values = [number(value, sweep.param) for value in sweep.values]
    return pack({"sweep": sweep.name, "values": values, "first": first, "frames": frames}, arrays)


def table(descent: Descent) -> str:
    """CSV, one row per run and step; the numbers read back as the same float64."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for i, (run, t) in enumerate(zip(descent.experiment.runs, descent.trajectories, strict=True)):
        arrived = [None, *t.learning_rate.tolist()]  # the rate of the update that led to each step
        columns = (*t.x.T.tolist(), t.loss.tolist(), *t.gradient.T.tolist(), arrived)
        writer.writerows((i, run.optimizer.key, step, *row) for step, row in enumerate(zip(*columns, strict=True)))
    return text.getvalue()


def _header(descent: Descent) -> dict[str, Any]:
    e = descent.experiment
    summaries = descent.summaries()
    runs = [
        {**run(r), "diverged_at": t.diverged_at, "summary": asdict(s), "state": list(t.state)}
        for r, t, s in zip(e.runs, descent.trajectories, summaries, strict=True)
    ]
    return conditions(e, descent.minima, descent.lowest) | {"runs": runs}


def conditions(e: Experiment, minima: np.ndarray, lowest: float | None) -> dict[str, Any]:
    """What all runs of an experiment share, for the header of a blob."""
    return {
        "query": codec.encode(codec.pairs(e)),
        "surface": surface(e),
        "formula": e.formula,
        "domain": list(e.landscape.domain),
        "start": list(e.start),
        "steps": e.steps,
        "seed": e.seed,
        "noise": named(e.noise, ex.NOISES[e.noise.key]),
        "minima": minima.tolist(),
        "lowest": lowest,
    }


def pack(header: dict[str, Any], arrays: dict[str, np.ndarray]) -> bytes:
    rows, parts, offset = [], [], 0
    largest = np.finfo(np.float32).max
    for name, array in arrays.items():
        part = np.ascontiguousarray(np.clip(array, -largest, largest), "<f4").tobytes()
        rows.append({"name": name, "shape": array.shape, "offset": offset})
        parts.append(part)
        offset += len(part)
    text = json.dumps({**header, "arrays": rows}, separators=(",", ":"), allow_nan=False).encode()
    text += b" " * (-len(text) % 4)
    return b"".join([struct.pack("<I", len(text)), text, *parts])


def surface(e: Experiment) -> dict[str, Any]:
    return named(e.surface, ex.surface_params(e.surface.key))


def run(r: Run) -> dict[str, Any]:
    rule = named(r.optimizer, ex.optimizer_params(r.optimizer.key))
    return {
        "optimizer": rule["key"],
        "params": rule["params"],
        "schedule": named(r.schedule, ex.schedule_params(r.schedule.key)),
    }


def named(spec: Spec, params: tuple[Param, ...]) -> dict[str, Any]:
    return {"key": spec.key, "params": {p.key: number(spec.values[p.key], p) for p in params}}


def number(value: float, param: Param) -> float | int | bool:
    """JSON's own type for the scale: true for a switch, 3 for a count."""
    return {"bool": bool, "int": int}.get(param.scale, float)(value)
