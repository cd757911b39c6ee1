"""The sliders of the page by name: `run0.lr`, `run0.schedule.warmup`, `run0.penalty.strength`, `data.noise`, `steps`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from core.types import Param, Spec
from engines.descent import experiment as ex
from engines.training import experiment as te
from engines.training.experiment import Training


def sliders(t: Training) -> Iterator[tuple[str, Param]]:
    for i, run in enumerate(t.runs):
        yield from ((f"run{i}.{p.key}", p) for p in te.optimizer_params(run.optimizer.key))
        yield from ((f"run{i}.schedule.{p.key}", p) for p in ex.schedule_params(run.schedule.key))
        for part in run.around:
            yield from ((f"run{i}.{part.key}.{p.key}", p) for p in ex.wrapper_params(part.key))
        for field in te.OWN:
            yield from ((f"run{i}.{field}.{p.key}", p) for p in te.PARTS[field].params(getattr(run, field).key))
    for field in ("data", "model"):
        yield from ((f"{field}.{p.key}", p) for p in te.PARTS[field].params(getattr(t, field).key))
    yield "steps", te.STEPS
    if t.plane.key == "random":
        yield "plane.seed", te.DRAW
    if not t.sharpness:  # the batch is the whole training part
        yield from _amounts(t)
    yield "seed", te.SEED
    if t.dataset.classes:
        yield "label_noise", te.LABEL_NOISE


def _amounts(t: Training) -> Iterator[tuple[str, Param]]:
    yield "batch", replace(te.BATCH, default=min(te.BATCH.default, t.train), high=min(te.MAX_BATCH, t.train))
    yield "train", replace(te.TRAIN, default=t.dataset.trained, low=t.batch, high=min(t.dataset.size, te.TRAIN.high))


def moved(t: Training, name: str, value: float) -> Training:
    """The experiment with one slider at another value."""
    where, *keys = name.split(".")
    if not keys:
        return replace(t, **{where: value if where == "label_noise" else int(value)})
    if where in ("data", "model", "plane"):
        return replace(t, **{where: _with(getattr(t, where), keys[0], value)})
    index = int(where.removeprefix("run"))
    run, field = t.runs[index], keys[0] if len(keys) > 1 else "optimizer"
    if field in te.AROUND:
        run = replace(run, around=tuple(_with(one, keys[-1], value) if one.key == field else one for one in run.around))
    else:
        run = replace(run, **{field: _with(getattr(run, field), keys[-1], value)})
    return replace(t, runs=(*t.runs[:index], run, *t.runs[index + 1 :]))


def _with(spec: Spec, key: str, value: float) -> Spec:
    return Spec(spec.key, {**spec.values, key: value})


def sweepable(name: str) -> bool:
    """What moves the numbers of a run and not what is drawn around it."""
    return name.startswith("run") and ".init." not in name
