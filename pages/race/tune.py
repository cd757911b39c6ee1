"""/api/tune: the same experiment with a good learning rate for every run, or for `runs=0,2` only: never a worse one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core.problems import BadRequestError, impossible
from core.query import encode
from engines.descent import codec
from engines.descent.experiment import Experiment
from engines.descent.rate_search import tuned


def answer(experiment: Experiment, options: Mapping[str, str]) -> dict[str, Any]:
    known = [str(i) for i in range(len(experiment.runs))]
    which = options.get("runs", ",".join(known)).split(",")
    for name in which:
        if name not in known:
            raise BadRequestError(impossible("runs", name, known))
    best = tuned(experiment, [int(name) for name in which])
    before, after = ([run.optimizer.values["lr"] for run in e.runs] for e in (experiment, best))
    return {"query": encode(codec.pairs(best)), "rates": after, "before": before}
