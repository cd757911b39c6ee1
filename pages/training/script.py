"""A training as a program of its own: the same loop in plain JAX."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from core.page import Script
from engines.training import experiment as te
from engines.training.experiment import Training

FOLDERS = {
    "activation": "activations",
    "init": "initializers",
    "norm": "norms",
    "optimizer": "optimizers",
    "schedule": "schedules",
}


def script(t: Training) -> Script:
    """Every run, update by update."""
    parts = dict.fromkeys(f"{folder}.{getattr(run, field).key}" for run in t.runs for field, folder in FOLDERS.items())
    around = dict.fromkeys(f"wrappers.{part.key}" for run in t.runs for part in run.around)
    modules = (*parts, *around, f"datasets.{t.data.key}", "pages.training.answer")
    what = f"{t.dataset.name}: {', '.join(run.optimizer.key for run in t.runs)}, {t.steps} updates of {t.batch} samples"
    return Script(what, modules, training, _plain(t), t.dataset.needs)


def _plain(t: Training) -> dict[str, Any]:
    """The fields of an experiment; a named thing is (key, values)."""
    fields = {**vars(t), "data": _spec(t.data), "model": _spec(t.model)}
    runs = [
        {field: _spec(getattr(run, field)) for field in ("optimizer", "schedule", *te.OWN)}
        | {"around": [_spec(part) for part in run.around]}
        for run in t.runs
    ]
    del fields["sharpness"], fields["plane"]  # the rows are the same
    return {**fields, "runs": runs}


def _spec(value: te.Spec) -> tuple[str, dict[str, float]]:
    return value.key, dict(value.values)


def training(
    data: tuple[str, Mapping[str, float]],
    model: tuple[str, Mapping[str, float]],
    runs: Sequence[Mapping[str, Any]],
    **more: Any,
) -> Iterator[Sequence[Any]]:
    """Yield one row per run and update."""
    from core.types import Spec
    from engines.training.experiment import Run, Training
    from pages.training.answer import compute, table

    around = [tuple(Spec(*part) for part in run["around"]) for run in runs]
    parts = [{field: Spec(*value) for field, value in run.items() if field != "around"} for run in runs]
    named = tuple(Run(**own, around=more) for own, more in zip(parts, around, strict=True))
    heads, rows = table(compute(Training(data=Spec(*data), model=Spec(*model), runs=named, **more)))
    yield heads
    yield from rows
