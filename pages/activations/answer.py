"""Curves of activations, and what the first of them does to learning, as JSON and as a table."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from activations import ACTIVATIONS
from core.described import named
from core.page import Table, Translate
from core.query import encode, spec_text
from core.types import Spec
from engines.activation import curve as units
from engines.activation import learning
from engines.signal import network as networks
from pages.activations import query
from pages.activations.query import Gallery

ASKED = (-10.0, 0.0, 10.0)  # what the lectures ask for


def document(g: Gallery, _translate: Translate = str) -> dict[str, Any]:
    answer = curves(g)
    for entry, spec in zip(answer["activations"], g.activations, strict=True):
        y, slope = units.curve(spec, np.array(ASKED))
        entry["asked"] = {"x": ASKED, "y": y.tolist(), "derivative": slope.tolist()}
    first = g.activations[0]
    walk, dying = learning.zigzag(first, g.rate), learning.dying(first, g.rate, g.bias)
    return answer | {
        "depth": g.depth,
        "points": g.points,
        "rate": g.rate,
        "bias": g.bias,
        "zigzag": {
            "path": np.clip(walk.path, -1e6, 1e6).tolist(),
            "target": walk.target,
            "same_sign": walk.same_sign,
            "length": min(walk.length, 1e300),
            "distance": min(walk.distance, 1e300),
        },
        "dying": {"loss": dying.loss.tolist(), "dead": dying.dead.tolist(), "units": learning.UNITS},
    }


def curves(g: Gallery) -> dict[str, Any]:
    """The JSON answer of /api/activation."""
    x = np.linspace(*g.range, g.points)
    return {
        "query": encode(query.pairs(g)),
        "range": list(g.range),
        "x": x.tolist(),
        "activations": [curve(s, x, g) for s in g.activations],
    }


def curve(spec: Spec, x: np.ndarray, g: Gallery) -> dict[str, Any]:
    """One entry of `activations`: arrays over x, where it saturates, and what depth makes of its slopes."""
    y, slope = units.curve(spec, x)
    (at,), (slope_at,) = units.curve(spec, np.array([g.probe]))
    rule = ACTIVATIONS[spec.key]
    return {
        "activation": named(spec, networks.activation_params(spec.key)),
        "y": y.tolist(),
        "derivative": slope.tolist(),
        "probe": {"x": g.probe, "y": float(at), "derivative": float(slope_at)},
        "kinks": units.kinks(spec),
        "saturated": units.saturated(spec),
        "largest": units.slopes(spec).largest,
        "product": {name: part.tolist() for name, part in units.product(spec, g.depth).items()},
        "range": rule.range,
        "zero_centred": rule.zero_centred,
    }


def table(g: Gallery) -> Table:
    """Value and slope of every activation at every point."""
    names = [spec_text(s, networks.activation_params(s.key)) for s in g.activations]
    return Table(("x", *(f"{name} {what}" for name in names for what in ("value", "slope"))), _rows(g))


def _rows(g: Gallery) -> Iterator[tuple[float, ...]]:
    x = np.linspace(*g.range, g.points)
    columns = [part for s in g.activations for part in units.curve(s, x)]
    yield from zip(x.tolist(), *(column.tolist() for column in columns), strict=True)
