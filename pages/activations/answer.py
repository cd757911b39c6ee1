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
from engines.activation import curve, learning
from engines.signal import network as networks
from pages.activations import query
from pages.activations.query import CurveSet

ASKED = (-10.0, 0.0, 10.0)  # what the lectures ask for


def document(chosen: CurveSet, _translate: Translate = str) -> dict[str, Any]:
    answer = curves(chosen)
    for entry, spec in zip(answer["activations"], chosen.activations, strict=True):
        y, slope = curve.curve(spec, np.array(ASKED))
        entry["asked"] = {"x": ASKED, "y": y.tolist(), "derivative": slope.tolist()}
    first = chosen.activations[0]
    walk, dying = learning.zigzag(first, chosen.rate), learning.dying(first, chosen.rate, chosen.bias)
    return answer | {
        "depth": chosen.depth,
        "points": chosen.points,
        "rate": chosen.rate,
        "bias": chosen.bias,
        "zigzag": {
            "path": np.clip(walk.path, -1e6, 1e6).tolist(),
            "target": walk.target,
            "same_sign": walk.same_sign,
            "length": min(walk.length, 1e300),
            "distance": min(walk.distance, 1e300),
        },
        "dying": {"loss": dying.loss.tolist(), "dead": dying.dead.tolist(), "units": learning.UNITS},
    }


def curves(chosen: CurveSet) -> dict[str, Any]:
    """The JSON answer of /api/activation."""
    x = np.linspace(*chosen.range, chosen.points)
    return {
        "query": encode(query.pairs(chosen)),
        "range": list(chosen.range),
        "x": x.tolist(),
        "activations": [activation(s, x, chosen) for s in chosen.activations],
    }


def activation(spec: Spec, x: np.ndarray, chosen: CurveSet) -> dict[str, Any]:
    """One entry of `activations`: arrays over x, where it saturates, and what depth makes of its slopes."""
    y, slope = curve.curve(spec, x)
    (at,), (slope_at,) = curve.curve(spec, np.array([chosen.probe]))
    rule = ACTIVATIONS[spec.key]
    return {
        "activation": named(spec, networks.activation_params(spec.key)),
        "y": y.tolist(),
        "derivative": slope.tolist(),
        "probe": {"x": chosen.probe, "y": float(at), "derivative": float(slope_at)},
        "kinks": curve.kinks(spec),
        "saturated": curve.saturated(spec),
        "largest": curve.slopes(spec).largest,
        "product": {name: part.tolist() for name, part in curve.product(spec, chosen.depth).items()},
        "range": rule.range,
        "zero_centred": rule.zero_centred,
    }


def table(chosen: CurveSet) -> Table:
    """Value and slope of every activation at every point."""
    names = [spec_text(s, networks.activation_params(s.key)) for s in chosen.activations]
    return Table(("x", *(f"{name} {what}" for name in names for what in ("value", "slope"))), _rows(chosen))


def _rows(chosen: CurveSet) -> Iterator[tuple[float, ...]]:
    x = np.linspace(*chosen.range, chosen.points)
    columns = [part for s in chosen.activations for part in curve.curve(s, x)]
    yield from zip(x.tolist(), *(column.tolist() for column in columns), strict=True)
