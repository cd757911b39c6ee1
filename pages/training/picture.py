"""A training as a picture: loss and accuracy on the validation part, with the training part as the edge of a band; and where
they are asked for the sharpness against its limit, and the runs on the plane.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from core.picture import Band, Line, Panel, Picture, Plane
from engines.descent.labels import legend, part
from engines.training import experiment as te
from engines.training import plane, sharpness
from engines.training.experiment import Run, Training
from pages.training.answer import Result, chance

SHOWS = ("loss", "accuracy", "sharpness", "landscape")
CAP = 100.0  # the loss is drawn up to this multiple of its start
FAR = 100.0  # and on a logarithmic axis where it is so many times as high as elsewhere; as in pages/training/runs.js


def picture(result: Result, show: str, translate: Callable[[str], str]) -> Picture:
    """`show` is one of SHOWS, or '' for both."""
    _ = translate
    t = result.value
    runs = _legend(t, translate)
    draws = {"landscape": _landscape, "loss": _losses, "sharpness": _sharpness, "accuracy": _accuracies}
    there = {"landscape": t.plane.key != "none", "sharpness": t.sharpness, "accuracy": t.dataset.classes}
    shown = [name for name in draws if there.get(name, True)]
    shown = [show if show in shown else "loss"] if show else shown
    rows = tuple((draws[name](result, translate),) for name in shown)
    heights = tuple(2.0 if name == "landscape" else 1.0 for name in shown)
    title = f"{_(t.dataset.name)}: " + ", ".join(name for _i, name, _v in runs)
    return Picture(rows, title, runs, heights if len(rows) > 1 else (), steps=t.steps)


def _legend(t: Training, translate: Callable[[str], str]) -> tuple[tuple[int, str, str], ...]:
    """As in the race, and of the parts of the network those that differ from run to run."""
    apart = [field for field in te.OWN if len({getattr(run, field) for run in t.runs}) > 1]

    def own(run: Run) -> list[str]:
        chosen = [(te.PARTS[field], getattr(run, field)) for field in apart]
        return [part(translate(kind.name(one.key)), kind.params(one.key), one.values) for kind, one in chosen]

    rows = legend(t.runs, translate)  # type: ignore[arg-type]
    return tuple((i, name, ", ".join([values, *own(t.runs[i])])) for i, name, values in rows)


def _losses(result: Result, translate: Callable[[str], str]) -> Panel:
    lines = tuple(_line(run.steps, run.scores.validation_loss, i) for i, run in enumerate(result.runs))
    bands = tuple(_band(run.steps, run.scores.train_loss, run.scores.validation_loss, i) for i, run in enumerate(result.runs))
    first = max(abs(float(np.nan_to_num(run.scores.train_loss[0]))) for run in result.runs)
    label = translate("loss on the validation set; the band reaches to the training set")
    known = np.concatenate([line.y[line.y > 0] for line in lines])
    far = known.max(initial=0) > FAR * known.min(initial=np.inf)
    return Panel(y=label, lines=lines, bands=bands, x_range=_range(result), log_y=bool(far), cap=CAP * first or None)


def _accuracies(result: Result, translate: Callable[[str], str]) -> Panel:
    lines = [_line(run.steps, run.scores.validation_accuracy, i) for i, run in enumerate(result.runs)]
    pairs = [(run.steps, run.scores.train_accuracy, run.scores.validation_accuracy) for run in result.runs]
    coin = Line(np.array(_range(result)), np.full(2, chance(result.value)), 0, "dashed")
    return Panel(
        x=translate("update"),
        y=translate("accuracy on the validation set; dashed: always the most common class"),
        lines=(*lines, coin),
        bands=tuple(_band(*pair, i) for i, pair in enumerate(pairs)),
        x_range=_range(result),
        y_range=(0.0, 1.0),
    )


def _sharpness(result: Result, translate: Callable[[str], str]) -> Panel:
    _ = translate
    measured = [sharpness.sharpness(result.value.alone(i)) for i in range(len(result.runs))]
    lines = [_line(each.steps, each.value, i) for i, each in enumerate(measured)]
    limits = [Line(each.steps, each.limit, i, "dashed") for i, each in enumerate(measured) if each.limit is not None]
    ends = [float(each.limit[-1]) for each in measured if each.limit is not None]
    far = max(ends, default=1.0) > 20 * min(ends, default=1.0)
    label = _("sharpness; dashed: the limit")
    cap = None if far or not ends else 2.5 * max(ends)
    return Panel(x=_("update"), y=label, lines=(*lines, *limits), x_range=_range(result), log_y=far, cap=cap)


def _landscape(result: Result, translate: Callable[[str], str]) -> Panel:
    """The plane, and where each run is on it at every update, on straight lines between its recorded steps."""
    shown = plane.plane(result.value)
    assert shown
    steps, paths = np.arange(result.value.steps + 1), []
    for path in shown.paths:
        run = result.runs[path.run]
        between = np.stack([np.interp(steps, run.steps, path.at[:, axis]) for axis in range(2)], 1)
        paths.append((between, path.run, run.diverged_at))
    domain = (*shown.x[[0, -1]].tolist(), *shown.y[[0, -1]].tolist())
    start = tuple(shown.paths[0].at[0].tolist())
    surface = Plane(shown.loss.astype(float), domain, 0.0, np.zeros((0, 2)), start, tuple(paths))
    return Panel(plane=surface, equal=True)


def _line(steps: np.ndarray, y: np.ndarray, i: int) -> Line:
    return Line(steps.astype(float), _finite(y), i, moving=True)


def _band(steps: np.ndarray, one: np.ndarray, other: np.ndarray, i: int) -> Band:
    low, high = _finite(np.minimum(one, other)), _finite(np.maximum(one, other))
    return Band(steps.astype(float), low, high, i)


def _finite(y: np.ndarray) -> np.ndarray:
    return np.where(np.isfinite(y) & (np.abs(y) < 1e30), y.astype(float), np.nan)


def _range(result: Result) -> tuple[float, float]:
    return 0.0, float(result.value.steps)
