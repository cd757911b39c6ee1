"""Data as a picture: the cloud before and after, the loss of both races, the spectrum, and whitening's price."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from core.picture import Line, Panel, Picture
from core.words import N_
from pages.data.answer import Result, TransformView, signs

SHOWS = ("cloud", "loss", "spectrum")
NAMES = {
    "raw": N_("raw"),
    "centred": N_("centred"),
    "standardized": N_("standardized"),
    "pca": N_("rotated (PCA)"),
    "whitened": N_("whitened"),
}


def picture(result: Result, show: str, translate: Callable[[str], str]) -> Picture:
    """`cloud`: before and after; `loss`: the gap to the lowest one; `spectrum`: eigenvalues; '' all of them."""
    legend = tuple((i, translate(NAMES[view.transform]), "") for i, view in enumerate(result.views))
    title = translate("Data before training")
    steps = result.value.steps
    if show == "cloud":
        return Picture((_clouds(result, translate),), title)
    if show == "loss":
        return Picture(((_loss(result, translate),),), title, legend, steps=steps)
    if show == "spectrum":
        return Picture(((_spectrum(result, translate),),), title, legend)
    lower = (_loss(result, translate), _spectrum(result, translate))
    return Picture((_clouds(result, translate), lower), title, legend, (3.0, 2.0), steps)


def _clouds(result: Result, translate: Callable[[str], str]) -> tuple[Panel, ...]:
    return tuple(
        Panel(
            y=translate(NAMES[view.transform]),
            lines=(*_points(view.points, result.classes), *_line(view, float(signs(result.classes).mean()), i)),
            equal=True,
        )
        for i, view in enumerate(result.views)
    )


def _line(view: TransformView, middle: float, run: int) -> tuple[Line, ...]:
    """Where the last weights part the last class from the others, as far as the points go; none where it passes them by."""
    a, b = view.path.x[-1]
    size = np.hypot(a, b)
    low, high = view.points.min(0), view.points.max(0)
    if not size or not np.isfinite(size):
        return ()
    centre, reach = (low + high) / 2, np.linalg.norm(high - low)
    foot = centre - (a * centre[0] + b * centre[1] + middle) / size**2 * np.array([a, b])
    places = foot + np.linspace(-reach, reach, 401)[:, None] * np.array([-b, a]) / size
    inside = ((places >= low) & (places <= high)).all(1)
    return (Line(places[inside, 0], places[inside, 1], run),) if inside.any() else ()


def _points(points: np.ndarray, classes: np.ndarray) -> tuple[Line, ...]:
    return tuple(
        Line(points[classes == c, 0], points[classes == c, 1], int(i), "points") for i, c in enumerate(np.unique(classes)[:8])
    )


def _loss(result: Result, translate: Callable[[str], str]) -> Panel:
    _ = translate
    lines = tuple(
        Line(np.arange(float(len(v.path.loss))), np.maximum(v.path.loss, 1e-16 * v.bowl.gap), i, moving=True)
        for i, v in enumerate(result.views)
    )
    return Panel(x=_("update"), y=_("loss above its lowest value"), lines=lines, log_y=True)


def _spectrum(result: Result, translate: Callable[[str], str]) -> Panel:
    _ = translate
    stages = {stage.transform: stage.spectrum.eigenvalues for stage in result.stages}
    shown = [stages[view.transform] for view in result.views]
    lines = tuple(Line(np.arange(1.0, len(v) + 1), np.where(v > 0, v, np.nan), i) for i, v in enumerate(shown))
    return Panel(x=_("number of the eigenvalue"), y=_("eigenvalues of XᵀX/n, all features"), lines=lines, log_y=True)
