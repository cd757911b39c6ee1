"""/api/local: what the surface looks like from run `of` after `at` updates, and how its next step comes about."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from core.problems import BadRequestError, impossible, outside
from engines.descent.experiment import Experiment, Run
from engines.descent.local import local
from engines.descent.results import Descent


def answer(experiment: Experiment, options: Mapping[str, str]) -> dict[str, Any]:
    """The fields of engines.descent.local.Local; what is not finite is null."""
    known = [str(i) for i in range(len(experiment.runs))]
    of, at = options.get("of", "0"), options.get("at", "0")
    if of not in known:
        raise BadRequestError(impossible("of", of, known))
    if not at.isdecimal() or len(at) > 6 or int(at) > experiment.steps:
        raise BadRequestError(outside("at", "at", at[:40], 0, experiment.steps, True))
    run = experiment.runs[int(of)]
    alone = _alone(experiment, run)
    return {name: _plain(part) for name, part in local(alone, run, alone.trajectories[0], int(at))._asdict().items()}


@functools.lru_cache(maxsize=16)
def _alone(experiment: Experiment, run: Run) -> Descent:
    """While a race plays, each of its steps is asked for: the path is the same."""
    return Descent(replace(experiment, runs=(run,)))


def _plain(part: Any) -> Any:
    if isinstance(part, np.ndarray | tuple | list):
        return [_plain(each) for each in part]
    if isinstance(part, float):
        return float(part) if np.isfinite(part) else None
    return part
