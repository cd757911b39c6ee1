"""A training experiment and its runs as JSON has them: every parameter written out, null where a number is not known."""

from __future__ import annotations

from typing import Any

import numpy as np

from core.described import named
from core.query import encode
from engines.descent import experiment as ex
from engines.training import codec, data, network
from engines.training import experiment as te
from engines.training.experiment import Run, Training
from engines.training.plane import Plane
from engines.training.results import Trained
from engines.training.sharpness import Sharpness


def conditions(t: Training) -> dict[str, Any]:
    """What all runs of an experiment share."""
    dataset = t.dataset
    return {
        "query": encode(codec.pairs(t)),
        "data": part("data", t.data),
        "model": part("model", t.model),
        "loss": t.loss,
        "batch": t.batch,
        "steps": t.steps,
        "seed": t.seed,
        "train": t.train,
        "validation": dataset.size - t.train,
        "transform": t.transform,
        "order": t.order,
        "label_noise": t.label_noise,
        "classes": list(dataset.classes),
        "shapes": [list(shape) for shape in t.shapes],
        **({"sharpness": 1} if t.sharpness else {}),
    }


def part(field: str, value: te.Spec) -> dict[str, Any]:
    return named(value, te.PARTS[field].params(value.key))


def run(r: Run) -> dict[str, Any]:
    rule = named(r.optimizer, te.optimizer_params(r.optimizer.key))
    return {
        "optimizer": rule["key"],
        "params": rule["params"],
        "schedule": named(r.schedule, ex.schedule_params(r.schedule.key)),
        **{field: part(field, getattr(r, field)) for field in te.OWN},
        "around": [named(one, ex.wrapper_params(one.key)) for one in r.around],
    }


def initial(t: Training, trained: Trained) -> dict[str, Any]:
    """The objective before training, its penalty ½ λ ΣW² included; and what the loss is if all scores are 0, as ln C."""
    seen, added = data.data(t), float(trained.scores.penalty[0])
    untrained = network.expected(t.loss, t.outputs, seen.y[: t.train])
    loss = float(trained.scores.train_loss[0]) + added
    return {"loss": number(loss), "expected": number(untrained), "penalty": number(added)}


def course(trained: Trained, first: int = 0, kept: int = 0) -> dict[str, Any]:
    """The numbers of a run, from update `first` + 1 on and from recorded step number `kept` on."""
    scores = {name: numbers(values[kept:]) for name, values in trained.scores._asdict().items()}
    return {
        "loss": numbers(trained.loss[first:]),
        "lr": numbers(trained.learning_rate[first:]),
        "grad_norm": numbers(trained.gradient_norm[first:]),
        "eval": {"step": trained.steps[kept:].tolist(), **scores},
        "update_ratio": [numbers(row) for row in trained.ratio[kept:]],
        "diverged_at": trained.diverged_at,
    }


def sharp(measured: Sharpness, first: int = 0) -> dict[str, Any]:
    """The sharpness along a run, from place number `first` on; `limit` is null where its rule has none.

    `preconditioned` says through what it is seen.
    """
    limits = None if measured.limit is None else numbers(measured.limit[first:])
    steps, values = measured.steps[first:].tolist(), numbers(measured.value[first:])
    return {"step": steps, "value": values, "limit": limits, "preconditioned": measured.scaled}


def plane(t: Training, shown: Plane) -> dict[str, Any]:
    """The plane of an experiment; `at` and `off` of a run are at its recorded steps."""
    paths = [{"run": path.run, "at": [numbers(row) for row in path.at], "off": numbers(path.off)} for path in shown.paths]
    loss = [numbers(row) for row in shown.loss]
    return {**about(t, shown), "x": shown.x.tolist(), "y": shown.y.tolist(), "loss": loss, "runs": paths}


def about(t: Training, shown: Plane) -> dict[str, Any]:
    """What is to be said of a plane."""
    shares = {"shares": numbers(shown.shares), "walk": numbers(shown.walk), "explained": shown.explained}
    return {**part("plane", t.plane), "samples": shown.samples, **shares}


def number(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def numbers(values: np.ndarray) -> list[float | None]:
    """JSON has no NaN: a number that is not known is null."""
    plain = np.asarray(values, float).tolist()
    if np.isfinite(values).all():
        return plain
    return [value if np.isfinite(value) else None for value in plain]
