"""A training as JSON, as a table, as a file to replay it with, and as a stream while it is being computed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from core.page import Table, Translate
from engines.training import described, replay, results
from engines.training.experiment import Training
from engines.training.results import Trained

STRETCHES = 2  # of a run between two lines of a stream
COLUMNS = ("run", "optimizer", "update", "learning_rate", "loss", "gradient_norm")


@dataclass(frozen=True, eq=False)
class Result:
    """An experiment and its runs, in order."""

    value: Training
    runs: tuple[Trained, ...]


def compute(t: Training) -> Result:
    return Result(t, tuple(results.trained(t.alone(i)) for i in range(len(t.runs))))


def document(result: Result, _translate: Translate = str) -> dict[str, Any]:
    """The JSON answer of /api/training."""
    t, runs = result.value, result.runs
    courses = [{**described.run(run.run), **described.course(run)} for run in runs]
    return {**head(t, runs[0]), "runs": courses}


def head(t: Training, first: Trained) -> dict[str, Any]:
    """What is known before training."""
    conditions = described.conditions(t)
    return {
        **conditions,
        "initial": described.initial(t, first),
        "names": conditions["classes"],
        "classes": len(conditions["classes"]),
        "parameters": first.weights.shape[1],
    }


def table(result: Result) -> Table:
    """One row per run and update."""
    return Table(COLUMNS, _rows(result))


def _rows(result: Result) -> Iterator[tuple[Any, ...]]:
    for i, run in enumerate(result.runs):
        key = run.run.optimizer.key
        columns = (run.learning_rate.tolist(), described.numbers(run.loss), described.numbers(run.gradient_norm))
        yield from ((i, key, k, *row) for k, row in enumerate(zip(*columns, strict=True), 1))


def file(result: Result) -> bytes:
    """The npz file."""
    return replay.npz(result.value, result.runs)


def stream(t: Training) -> Iterator[str]:
    """JSON lines: what is known before, then each run as it is computed, piece by piece, and at the end {"done": true}.

    A piece has what is new in the entries of `runs` in the JSON answer, and says of which `run`; `share` is how much of the
    whole is done.
    """
    for i in range(len(t.runs)):
        alone, first, kept = t.alone(i), 0, 0
        for sofar in results.pieces(alone, STRETCHES):
            if i == 0 and kept == 0:
                yield json.dumps(head(t, sofar), allow_nan=False) + "\n"
            share = (i + len(sofar.loss) / t.steps) / len(t.runs)
            piece = {"run": i, "share": share, **described.run(sofar.run), **described.course(sofar, first, kept)}
            yield json.dumps(piece, allow_nan=False) + "\n"
            first, kept = len(sofar.loss), len(sofar.steps)
        results.keep(alone, sofar)
    yield json.dumps({"done": True}) + "\n"
