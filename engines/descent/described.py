"""An experiment as JSON has it: every parameter written out, in the type of its scale."""

from __future__ import annotations

from typing import Any

import numpy as np

from core.described import named, rows
from core.query import encode
from engines.descent import codec
from engines.descent import experiment as ex
from engines.descent.experiment import Experiment, Run


def conditions(e: Experiment, minima: np.ndarray, lowest: float | None) -> dict[str, Any]:
    """What all runs of an experiment share, for the header of a blob."""
    return {
        "query": encode(codec.pairs(e)),
        "surface": surface(e),
        "formula": e.formula,
        "letters": rows(e.surface_params, str) if e.formula else [],
        "domain": list(e.landscape.domain),
        "start": list(e.start),
        "steps": e.steps,
        "seed": e.seed,
        "noise": named(e.noise, ex.NOISES[e.noise.key]),
        "minima": minima.tolist(),
        "lowest": lowest,
    }


def surface(e: Experiment) -> dict[str, Any]:
    return named(e.surface, e.surface_params)


def run(r: Run) -> dict[str, Any]:
    rule = named(r.optimizer, ex.optimizer_params(r.optimizer.key))
    return {
        "optimizer": rule["key"],
        "params": rule["params"],
        "schedule": named(r.schedule, ex.schedule_params(r.schedule.key)),
        "around": [named(part, ex.wrapper_params(part.key)) for part in r.around],
    }
