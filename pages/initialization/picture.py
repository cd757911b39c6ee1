"""Networks as a picture: what every layer puts out, what gradient comes back, and how both grow or shrink."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from activations import ACTIVATIONS
from core.picture import Histogram, Line, Panel, Picture
from core.query import number_text
from core.symbols import plain
from core.types import Param, Spec
from engines.signal.network import Network
from engines.signal.statistics import Signal
from initializers import INITIALIZERS
from norms import NORMS

LAYERS = 6  # histograms beside one another
SHOWS = ("histograms", "spread", "gradients")


def picture(signals: Sequence[Signal], show: str, translate: Callable[[str], str]) -> Picture:
    """`show` is one of SHOWS, or '' for all of it."""
    _ = translate
    runs = tuple((i, _label(s.network, translate), "") for i, s in enumerate(signals))
    spread = _stds([s.std for s in signals], _("std of the outputs"), translate)
    gradients = _stds([s.grad_std for s in signals], _("std of the gradient"), translate)
    forward, backward = _histograms(signals, translate)
    rows = {
        "histograms": (forward, backward),
        "spread": ((spread,),),
        "gradients": ((gradients,),),
        "": (forward, backward, (spread, gradients)),
    }[show]
    return Picture(rows, "; ".join(name for _, name, _ in runs), runs, () if show else (1.0, 1.0, 2.0))


def _label(network: Network, translate: Callable[[str], str]) -> str:
    parts = [
        _named(ACTIVATIONS[network.activation.key], network.activation, translate),
        _named(INITIALIZERS[network.init.key], network.init, translate),
    ]
    if network.norm.key != "none":
        parts.append(_named(NORMS[network.norm.key], network.norm, translate))
    return ", ".join(parts)


def _named(rule, spec: Spec, translate: Callable[[str], str]) -> str:
    """A thing's name, with the parameters that are its own."""
    params: Sequence[Param] = rule.params
    values = " ".join(f"{plain(p.symbol)} = {number_text(float(f'{spec.values[p.key]:.4g}'), p)}" for p in params)
    return f"{translate(rule.name)} ({values})" if values else translate(rule.name)


def _stds(stds: Sequence[np.ndarray], words: str, translate: Callable[[str], str]) -> Panel:
    _ = translate
    lines = tuple(Line(np.arange(1.0, len(std) + 1), std, i) for i, std in enumerate(stds))
    return Panel(x=_("layer"), y=words, lines=lines, log_y=True)


def _histograms(signals: Sequence[Signal], translate: Callable[[str], str]) -> tuple[tuple[Panel, ...], tuple[Panel, ...]]:
    """A few layers, first to last: outputs on an axis they share, gradients each on its own."""
    _ = translate
    depth = signals[0].network.depth
    layers = np.unique(np.linspace(0, depth - 1, min(LAYERS, depth)).round().astype(int))
    forward, backward = [], []
    for layer in layers:
        outputs = tuple(Histogram(s.edges[layer], s.counts[layer], i) for i, s in enumerate(signals))
        own = tuple(Histogram(_unit(s.grad_edges[layer]), s.grad_counts[layer], i) for i, s in enumerate(signals))
        forward.append(Panel(_("layer {n}").format(n=layer + 1), histograms=outputs))
        backward.append(Panel(_("gradient") if layer == layers[0] else "", histograms=own))
    return tuple(forward), tuple(backward)


def _unit(edges: np.ndarray) -> np.ndarray:
    """Edges as shares of the farthest one: gradients of different sizes are compared in shape."""
    largest = float(np.abs(edges).max(initial=0.0))
    return edges / largest if largest > 0 and np.isfinite(largest) else edges
