"""Activations as a picture: curves and slopes, and what those do to learning."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from activations import ACTIVATIONS
from core.picture import Line, Panel, Picture
from core.query import number_text
from core.symbols import plain
from core.types import Spec
from engines.activation import curve, learning
from engines.signal import network
from pages.activations.query import CurveSet

POINTS = 481  # of each curve
FAR = 1e6  # weights of the zig-zag beyond this are not drawn
SHOWS = ("curves", "slopes", "zigzag", "dead")


def picture(chosen: CurveSet, show: str, translate: Callable[[str], str]) -> Picture:
    """`curves` holds the slopes beside them, `slopes` their products over layers; '' is the page: curves and products."""
    runs = tuple((i, *_label(spec, translate)) for i, spec in enumerate(chosen.activations))
    title = ", ".join(f"{name} {values}".strip() for _, name, values in runs)
    if show == "zigzag":
        return Picture(((_zigzag(chosen, translate),),), title, runs[:1])
    if show == "slopes":
        return Picture(((_products(chosen, translate),),), title, runs)
    if show == "dead":
        return Picture(((_dead(chosen, translate),),), title, runs)
    rows = (_curves(chosen, translate),)
    return Picture(rows if show else (*rows, (_products(chosen, translate),)), title, runs, () if show else (3.0, 2.0))


def _label(spec: Spec, translate: Callable[[str], str]) -> tuple[str, str]:
    params = network.activation_params(spec.key)
    values = ", ".join(f"{plain(p.symbol)} = {number_text(float(f'{spec.values[p.key]:.4g}'), p)}" for p in params)
    return translate(ACTIVATIONS[spec.key].name), values


def _curves(chosen: CurveSet, translate: Callable[[str], str]) -> tuple[Panel, Panel]:
    _ = translate
    x = np.linspace(*chosen.range, POINTS)
    both = [curve.curve(spec, x) for spec in chosen.activations]
    values = tuple(Line(x, y, i) for i, (y, _) in enumerate(both))
    slopes = tuple(Line(x, slope, i) for i, (_, slope) in enumerate(both))
    return Panel(x="x", y=_("f(x)"), lines=values), Panel(x="x", y=_("its slope f′(x)"), lines=slopes)


def _products(chosen: CurveSet, translate: Callable[[str], str]) -> Panel:
    """What the steepest slopes leave of a gradient."""
    _ = translate
    layers = np.arange(1.0, chosen.depth + 1)
    products = [curve.product(spec, chosen.depth)["largest"] for spec in chosen.activations]
    lines = tuple(Line(layers, product, i) for i, product in enumerate(products))
    words = _("what the slopes leave of a gradient, layer by layer")
    return Panel(x=_("layer"), y=words, lines=lines, log_y=True)


def _zigzag(chosen: CurveSet, translate: Callable[[str], str]) -> Panel:
    """Two weights on their way to a target, which is the last point."""
    _ = translate
    walked = learning.zigzag(chosen.activations[0], chosen.rate)
    path = walked.path.clip(-FAR, FAR)
    ends = np.array([walked.target])
    lines = (Line(path[:, 0], path[:, 1]), Line(path[:, 0], path[:, 1], style="points"))
    target = Line(ends[:, 0], ends[:, 1], 1, "points")
    return Panel(y=_("two weights learn from its outputs"), lines=(*lines, target), equal=True)


def _dead(chosen: CurveSet, translate: Callable[[str], str]) -> Panel:
    _ = translate
    dead = [learning.dying(spec, chosen.rate, chosen.bias).dead for spec in chosen.activations]
    lines = tuple(Line(np.arange(float(len(part))), part.astype(float), i) for i, part in enumerate(dead))
    return Panel(x=_("update"), y=_("dead units of 64"), lines=lines)
