"""A descent as JSON, and as the binary blob that the player reads.

The blob is: header length (uint32, little-endian), a JSON header padded with spaces to a multiple of four, then the
arrays as little-endian float32. An array's `offset` counts bytes from the end of the header. A number too large for
float32 is sent as the largest float32.
"""

from __future__ import annotations

import json
import struct
from dataclasses import asdict
from typing import Any

import numpy as np

from core import codec
from core import experiment as ex
from core.experiment import Experiment, Run, Spec
from core.results import Descent
from core.types import Param

GRID = (141, 101)  # columns, rows of the loss over the domain
ALWAYS = ("x", "f", "grad_norm")
EXTRA = ("lr", "gradient", "state", "curvature", "grid")


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
        arrays = {"x": t.x, "f": t.loss, "grad_norm": np.hypot(*t.gradient.T), "lr": t.learning_rate}
        body = {name: array.tolist() for name, array in arrays.items()}
        state = {name: array.tolist() for name, array in t.state.items()}
        head["runs"].append({**run(r), **body, "state": state, "diverged_at": t.diverged_at, "summary": asdict(summary)})
    return head


def blob(descent: Descent, fields: tuple[str, ...] = ()) -> bytes:
    """The binary answer: x, f and grad_norm of every run (16 bytes per step), and what else is asked for."""
    e = descent.experiment
    arrays: dict[str, np.ndarray] = {}
    for i, t in enumerate(descent.trajectories):
        arrays |= {f"run{i}.x": t.x, f"run{i}.f": t.loss, f"run{i}.grad_norm": np.hypot(*t.gradient.T)}
        if "lr" in fields:
            arrays[f"run{i}.lr"] = t.learning_rate
        if "gradient" in fields:
            arrays[f"run{i}.gradient"] = t.gradient
        if "state" in fields:
            arrays |= {f"run{i}.state.{name}": array for name, array in t.state.items()}
        if "curvature" in fields:
            arrays[f"run{i}.curvature"] = descent.curvature(t)
    if "grid" in fields:
        arrays["grid"] = descent.grid(*GRID)
    return pack(_header(descent), arrays)


def _header(descent: Descent) -> dict[str, Any]:
    e = descent.experiment
    summaries = descent.summaries()
    runs = [
        {**run(r), "diverged_at": t.diverged_at, "summary": asdict(s), "state": list(t.state)}
        for r, t, s in zip(e.runs, descent.trajectories, summaries, strict=True)
    ]
    return {
        "query": codec.encode(codec.pairs(e)),
        "surface": surface(e),
        "formula": e.formula,
        "domain": list(descent.landscape.domain),
        "start": list(e.start),
        "steps": e.steps,
        "seed": e.seed,
        "noise": named(e.noise, ex.NOISES[e.noise.key]),
        "minima": descent.minima.tolist(),
        "lowest": descent.lowest,
        "runs": runs,
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
