"""Small pictures of what a page shows, without letters: for the cards of the gallery."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any, NamedTuple

import numpy as np
from PIL import Image

from core.problems import Problem
from engines.activation import curve as units
from engines.activation import learning
from engines.descent import codec, schedule
from engines.descent.experiment import HORIZON, Experiment
from engines.descent.results import Descent
from engines.signal.network import Network
from engines.signal.statistics import Signal, signal
from pages.activations import query as gallery
from pages.activations.query import Gallery
from pages.initialization import query as comparison
from pages.schedules.seeds import Courses
from pictures.charts import Line, chart, histogram, walk
from pictures.descent import DEEPEST, Picture, Wish, Words
from pictures.look import THEMES, Theme
from pictures.paths import Box
from pictures.raster import Raster

FACTOR = 2
USUAL, MARGIN = 320, 10  # a width, and the margin at that width
DRAWN = 600  # points of a schedule
LAYERS = 6  # histograms beside one another


class Kind(NamedTuple):
    """A page: its codec, and what can be shown of it, the usual first."""

    parse: Callable[[Iterable[tuple[str, str]]], tuple[Any, list[Problem]]]
    pairs: Callable[[Any], list[tuple[str, str]]]
    shows: tuple[str, ...]


KINDS = {
    "race": Kind(codec.parse, codec.pairs, ("paths", "loss")),
    "schedules": Kind(partial(codec.parse, steps=HORIZON), codec.pairs, ("rates", "loss")),
    "activations": Kind(gallery.parse, gallery.pairs, ("curves", "slopes", "zigzag", "dead")),
    "initialization": Kind(comparison.parse, comparison.pairs, ("histograms", "spread", "gradients")),
}


def thumb(page: str, show: str, value: Any, theme: str, width: int, height: int) -> Image.Image:
    """What `page`, one of KINDS, makes of a value of its codec."""
    colours = THEMES[theme]
    pen = Raster(width, height, colours.background, FACTOR)
    if show == "paths":
        paths(pen, value, Wish(width, height, theme, bare=True))
    else:
        unit = width / USUAL
        margin = MARGIN * unit
        box = Box(margin, margin, width - margin, height - margin)
        {"race": _loss, "schedules": _course, "activations": _units, "initialization": _layers}[page](
            pen, box, value, show, colours, unit
        )
    return pen.finish()


def paths(pen: Raster, experiment: Experiment, wish: Wish) -> None:
    """A whole descent on its surface."""
    names = [run.optimizer.key for run in experiment.runs]
    Picture(Descent(experiment), Words(names, names), wish, pen.width).still(pen, experiment.steps)


def _course(pen: Raster, box: Box, experiment: Experiment, show: str, theme: Theme, unit: float) -> None:
    """The rates of all updates, or the mean loss over the seeds."""
    steps = experiment.steps
    if show == "loss":
        courses = Courses(experiment)
        k = np.arange(courses.updates + 1) * steps // courses.updates
        lines = [Line(k, course.mean, i) for i, course in enumerate(courses.courses)]
        cap = 10 * max(abs(line.y[0]) for line in lines)
        chart(pen, box, lines, theme, unit, courses.lowest is not None, cap)
        return
    at = np.unique(np.linspace(0, steps - 1, min(DRAWN, steps)).astype(int))
    rates = [schedule.rates(run.schedule, run.optimizer.values["lr"], steps) for run in experiment.runs]
    chart(pen, box, [Line(at + 1.0, found[at], i) for i, found in enumerate(rates)], theme, unit)


def _loss(pen: Raster, box: Box, experiment: Experiment, show: str, theme: Theme, unit: float) -> None:
    """The gap to the lowest minimum, on a log axis; the loss, where there is none."""
    descent = Descent(experiment)
    log, k = descent.lowest is not None, np.arange(experiment.steps + 1.0)
    found = [t.loss - (descent.lowest or 0.0) for t in descent.trajectories]
    lines = [Line(k, np.maximum(loss, DEEPEST) if log else loss, i) for i, loss in enumerate(found)]
    chart(pen, box, lines, theme, unit, log, 10 * max(abs(float(loss[0])) for loss in found))


def _units(pen: Raster, box: Box, found: Gallery, show: str, theme: Theme, unit: float) -> None:
    first = found.activations[0]
    if show == "zigzag":
        walked = learning.zigzag(first, found.rate)
        walk(pen, box, walked.path.clip(-1e6, 1e6), walked.target, theme, unit)
    elif show == "dead":
        dead = [learning.dying(spec, found.rate, found.bias).dead for spec in found.activations]
        chart(pen, box, [Line(np.arange(float(len(part))), part.astype(float), i) for i, part in enumerate(dead)], theme, unit)
    elif show == "slopes":
        layers = np.arange(1.0, found.depth + 1)
        products = [units.product(spec, found.depth)["largest"] for spec in found.activations]
        chart(pen, box, [Line(layers, product, i) for i, product in enumerate(products)], theme, unit, log=True)
    else:
        x = np.linspace(*found.range, 241)
        curves = [units.curve(spec, x) for spec in found.activations]
        left, right = _beside(box, 2, 8 * unit)
        chart(pen, left, [Line(x, y, i) for i, (y, _) in enumerate(curves)], theme, unit)
        chart(pen, right, [Line(x, slope, i) for i, (_, slope) in enumerate(curves)], theme, unit)


def _layers(pen: Raster, box: Box, networks: Sequence[Network], show: str, theme: Theme, unit: float) -> None:
    found = [signal(network) for network in networks]
    if show == "histograms":
        _histograms(pen, box, found, theme, unit)
        return
    stds = [s.std if show == "spread" else s.grad_std for s in found]
    chart(pen, box, [Line(np.arange(1.0, len(std) + 1), std, i) for i, std in enumerate(stds)], theme, unit, log=True)


def _histograms(pen: Raster, box: Box, found: Sequence[Signal], theme: Theme, unit: float) -> None:
    """Outputs above, gradients below, layer by layer; each gradient over its own range."""
    depth = found[0].network.depth
    layers = np.unique(np.linspace(0, depth - 1, min(LAYERS, depth)).round().astype(int))
    rows = [Box(box.left, box.top, box.right, box.top + 0.47 * box.height), box._replace(top=box.top + 0.53 * box.height)]
    for layer, upper, lower in zip(layers, *(_beside(row, len(layers), 8 * unit) for row in rows), strict=True):
        ends = [(float(s.edges[layer][0]), float(s.edges[layer][-1])) for s in found]
        window = (min(low for low, _ in ends), max(high for _, high in ends))
        for i, s in enumerate(found):
            pale = len(found) > 1
            histogram(pen, upper, s.edges[layer], s.counts[layer], window, theme.style(i).colour, unit, pale)
            own = (float(s.grad_edges[layer][0]), float(s.grad_edges[layer][-1]))
            histogram(pen, lower, s.grad_edges[layer], s.grad_counts[layer], own, theme.style(i).colour, unit, pale)


def _beside(box: Box, count: int, gap: float) -> list[Box]:
    """Boxes of one width beside one another."""
    wide = (box.width - gap * (count - 1)) / count
    lefts = [box.left + i * (wide + gap) for i in range(count)]
    return [Box(left, box.top, left + wide, box.bottom) for left in lefts]
