"""Data under every transform in numbers, and the race before and after, as JSON and as a table."""

from __future__ import annotations

import base64
import functools
import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from core.described import named, rows
from core.page import Table, Translate
from core.query import encode
from datasets._tables import COLOURS, SMALL
from datasets._tables import table as read
from engines.descent.engine import Trajectory
from engines.preprocessing import cloud, price, race
from engines.preprocessing.pictures import Pictures, pictures
from engines.preprocessing.transforms import TRANSFORMS, Spectrum, decomposed, statistics, transformed
from pages.data import query
from pages.data.query import CLOUD, Prepared

DRAWN = 400  # points at most
HEADS = (
    "transform", "samples", "features", "condition_number", "largest_eigenvalue", "largest_rate", "steps_to_tolerance",
)  # fmt: skip


class Stage(NamedTuple):
    """All features under one transform, and the updates until a descent on them is at the tolerance, or None."""

    transform: str
    features: int
    spectrum: Spectrum
    steps: int | None


class TransformView(NamedTuple):
    """The two features under one transform: points, the loss over their two weights, and the descent on it.

    Attributes:
      turned, right: f64[steps + 1] of the separating line: degrees it has turned by, and the share on their side of it.
    """

    transform: str
    points: np.ndarray
    bowl: race.Bowl
    spectrum: Spectrum
    rate: float
    path: Trajectory
    steps: int | None
    turned: np.ndarray
    right: np.ndarray


@dataclass(frozen=True)
class Result:
    """All that is computed of a value; `views` are before and after, once where nothing is done."""

    value: Prepared
    names: tuple[str, ...]
    classes: np.ndarray
    stages: tuple[Stage, ...]
    views: tuple[TransformView, ...]
    price: price.Price | None
    joint: price.Joint | None
    leak: price.Leak | None
    pictures: Pictures | None

    @property
    def chosen(self) -> Stage:
        return self.stages[TRANSFORMS.index(self.value.transform)]

    @property
    def samples(self) -> int:
        return len(self.classes)


def samples(value: Prepared) -> tuple[np.ndarray, np.ndarray, tuple[str, ...]]:
    """Samples f64[n, d], classes int64[n], names of the features."""
    if value.data.key == CLOUD:
        return *cloud.cloud(value.data, value.seed), ("x", "y")
    return read(value.data.key)


def signs(classes: np.ndarray) -> np.ndarray:
    """1 for the last class, −1 for the others, f64[n]."""
    return np.where(classes == classes.max(), 1.0, -1.0)


def targets(classes: np.ndarray) -> np.ndarray:
    """The last class against the others, less the mean: so no bias is needed where the features are centred too."""
    y = signs(classes)
    return y - y.mean()


def compute(value: Prepared) -> Result:
    x, classes, names = samples(value)
    y = targets(classes)
    modes = _known(value.data.key) if value.data.key != CLOUD else _modes(x, y)
    stages = tuple(
        Stage(
            name,
            len(spectrum.eigenvalues),
            spectrum,
            race.steps_to_tolerance(spectrum.eigenvalues, parts, value.share * spectrum.rate),
        )
        for name, (spectrum, parts) in zip(TRANSFORMS, modes, strict=True)
    )
    two = x[:, value.pair]
    by = statistics(two)
    shown = dict.fromkeys(("raw", value.transform))
    views = tuple(_view(transformed(two, name, by), signs(classes), name, value) for name in shown)
    known = value.data.key != CLOUD
    costs = _costs(value.data.key, value.seed, value.transform) if known else (None, None, None)
    return Result(value, names, classes, stages, views, *costs, pictures(*SMALL) if value.data.key == COLOURS else None)


Modes = tuple[tuple[Spectrum, np.ndarray], ...]


def _modes(x: np.ndarray, y: np.ndarray) -> Modes:
    """Spectrum and parts of the targets, under every transform."""
    by = statistics(x)
    return tuple(decomposed(transformed(x, name, by), y) for name in TRANSFORMS)


@functools.lru_cache(maxsize=8)
def _known(key: str) -> Modes:
    x, classes, _ = read(key)
    return _modes(x, targets(classes))


def _view(x: np.ndarray, signs: np.ndarray, transform: str, value: Prepared) -> TransformView:
    if x.shape[1] < 2:  # one of the two features never changes, or both are the same
        x = np.pad(x, ((0, 0), (0, 2 - x.shape[1])))
    middle = float(signs.mean())
    y = signs - middle
    spectrum, parts = decomposed(x, y)
    rate = value.share * spectrum.rate
    bowl = race.bowl(x, y)
    steps = race.steps_to_tolerance(spectrum.eigenvalues, parts, rate)
    path = race.race(bowl, rate, value.steps)
    weights = np.asarray(path.x)
    right = race.right(x, signs > 0, weights, middle)
    return TransformView(transform, x, bowl, spectrum, rate, path, steps, race.turned(weights), right)


@functools.lru_cache(maxsize=32)
def _costs(key: str, seed: int, transform: str) -> tuple[price.Price, price.Joint, price.Leak]:
    x, y = price.some(*read(key)[:2])
    return *_dear(key, seed), price.leak(x, y, transform, seed)


@functools.lru_cache(maxsize=16)
def _dear(key: str, seed: int) -> tuple[price.Price, price.Joint]:
    """What does not depend on the transform."""
    x, y = price.some(*read(key)[:2])
    return price.price(x, y, seed), price.joint(x, y, seed)


def document(result: Result, translate: Translate) -> dict[str, Any]:
    """The JSON answer; null where a number is infinite."""
    value, chosen = result.value, result.chosen
    return {
        "query": encode(query.pairs(value)),
        "data": named(value.data, query.data_params(value.data.key)),
        "transform": value.transform,
        "samples": result.samples,
        "features": chosen.features,
        "condition_number": chosen.spectrum.condition,
        "largest_eigenvalue": float(chosen.spectrum.eigenvalues[0]),
        "eigenvalues": chosen.spectrum.eigenvalues.tolist(),
        "largest_rate": chosen.spectrum.rate,
        "names": list(result.names),
        "rows": rows(query.data_params(value.data.key), translate),
        "pair": list(value.pair),
        "share": value.share,
        "steps": value.steps,
        "seed": value.seed,
        "tolerance": race.TOLERANCE,
        "stages": [_stage(stage) for stage in result.stages],
        "classes": _thin(result.classes).tolist(),
        "middle": float(signs(result.classes).mean()),
        "views": [_shown(view) for view in result.views],
        "price": result.price and {name: part.tolist() for name, part in result.price._asdict().items()},
        "joint": result.joint and _joint(result.joint),
        "leak": result.leak and result.leak._asdict(),
        "photographs": result.pictures and _pictures(result.pictures),
    }


def _stage(stage: Stage) -> dict[str, Any]:
    return {
        "transform": stage.transform,
        "features": stage.features,
        "condition_number": stage.spectrum.condition,
        "largest_rate": stage.spectrum.rate,
        "steps_to_tolerance": stage.steps,
        "eigenvalues": stage.spectrum.eigenvalues.tolist(),
    }


def _shown(view: TransformView) -> dict[str, Any]:
    return {
        "transform": view.transform,
        "points": [[float(f"{number:.5g}") for number in point] for point in _thin(view.points)],
        "curvature": view.bowl.curvature.tolist(),
        "lowest": view.bowl.lowest.tolist(),
        "gap": view.bowl.gap,
        "condition_number": view.spectrum.condition,
        "rate": view.rate,
        "path": [[_number(w) for w in point] for point in view.path.x],
        "loss": [_number(loss) for loss in view.path.loss],
        "steps_to_tolerance": view.steps,
        "diverged_at": view.path.diverged_at,
        "turned": [round(float(degrees), 1) for degrees in view.turned],
        "right": [round(float(share), 4) for share in view.right],
    }


def _pictures(pictures: Pictures) -> dict[str, Any]:
    """`pixels`: base64 of u8[height, width, 3] of each photograph; mean and std of its channels, red first."""
    _, height, width, _ = pictures.pixels.shape
    pixels = [base64.b64encode(one.tobytes()).decode() for one in pictures.pixels]
    return {"height": height, "width": width, "pixels": pixels, "mean": pictures.mean.tolist(), "std": pictures.std.tolist()}


def _joint(joint: price.Joint) -> dict[str, Any]:
    return {"samples": joint.samples.tolist(), "accuracy": joint.accuracy.tolist(), "chance": joint.chance}


def _number(value: float) -> float | None:
    return float(f"{value:.6g}") if math.isfinite(value) else None


def _thin(rows: np.ndarray) -> np.ndarray:
    """At most DRAWN of them, evenly."""
    return rows[np.linspace(0, len(rows) - 1, min(len(rows), DRAWN)).astype(int)]


def table(result: Result) -> Table:
    """One row per transform."""
    return Table(HEADS, _rows(result))


def _rows(result: Result) -> Iterator[tuple[Any, ...]]:
    for s in result.stages:
        numbers = (s.spectrum.condition, float(s.spectrum.eigenvalues[0]), s.spectrum.rate, s.steps)
        yield (s.transform, result.samples, s.features, *numbers)
