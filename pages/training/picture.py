"""A training as a picture: loss and accuracy on the validation part, with the training part as the edge of a band."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from core.picture import Band, Line, Panel, Picture
from engines.descent.labels import legend
from pages.training.answer import Result, chance

SHOWS = ("loss", "accuracy")
CAP = 100.0  # the loss is drawn up to this multiple of its start


def picture(result: Result, show: str, translate: Callable[[str], str]) -> Picture:
    """`show` is one of SHOWS, or '' for both."""
    _ = translate
    t = result.value
    runs = legend(t.runs, translate)  # type: ignore[arg-type]
    panels = {"loss": _losses(result, translate), "accuracy": _accuracies(result, translate)}
    if not t.dataset.classes:
        del panels["accuracy"]
    rows = ((panels.get(show, panels["loss"]),),) if show else tuple((panel,) for panel in panels.values())
    return Picture(rows, f"{_(t.dataset.name)}: " + ", ".join(name for _i, name, _v in runs), runs, steps=t.steps)


def _losses(result: Result, translate: Callable[[str], str]) -> Panel:
    lines = tuple(_line(run.steps, run.scores.validation_loss, i) for i, run in enumerate(result.runs))
    bands = tuple(_band(run.steps, run.scores.train_loss, run.scores.validation_loss, i) for i, run in enumerate(result.runs))
    first = max(abs(float(np.nan_to_num(run.scores.train_loss[0]))) for run in result.runs)
    label = translate("loss on the validation set; the band reaches to the training set")
    return Panel(y=label, lines=lines, bands=bands, x_range=_range(result), cap=CAP * first or None)


def _accuracies(result: Result, translate: Callable[[str], str]) -> Panel:
    lines = [_line(run.steps, run.scores.validation_accuracy, i) for i, run in enumerate(result.runs)]
    pairs = [(run.steps, run.scores.train_accuracy, run.scores.validation_accuracy) for run in result.runs]
    coin = Line(np.array(_range(result)), np.full(2, chance(result.value)), 0, "dashed")
    return Panel(
        x=translate("update"),
        y=translate("accuracy on the validation set; dashed: by chance"),
        lines=(*lines, coin),
        bands=tuple(_band(*pair, i) for i, pair in enumerate(pairs)),
        x_range=_range(result),
        y_range=(0.0, 1.0),
    )


def _line(steps: np.ndarray, y: np.ndarray, i: int) -> Line:
    return Line(steps.astype(float), _finite(y), i, moving=True)


def _band(steps: np.ndarray, one: np.ndarray, other: np.ndarray, i: int) -> Band:
    low, high = _finite(np.minimum(one, other)), _finite(np.maximum(one, other))
    return Band(steps.astype(float), low, high, i)


def _finite(y: np.ndarray) -> np.ndarray:
    return np.where(np.isfinite(y) & (np.abs(y) < 1e30), y.astype(float), np.nan)


def _range(result: Result) -> tuple[float, float]:
    return 0.0, float(result.value.steps)
