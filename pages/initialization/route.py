"""Activations and the signals of deep networks by HTTP: /api/activation and /api/signal."""

from __future__ import annotations

import json
import math
from typing import Any

import numpy as np
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from activations import ACTIVATIONS
from core.types import Spec
from engines.activation import curve as units
from engines.descent import codec
from engines.signal import network as networks
from engines.signal.network import Network
from engines.signal.statistics import Signal
from engines.signal.statistics import signal as sent
from pages.activations import query as gallery
from pages.activations.query import Gallery
from web import api, wire

HISTOGRAMS = ("shared", "own")
# One number per layer, under the name that it has in `Signal`.
PER_LAYER = (
    "mean", "std", "skew", "saturated", "dead", "grad_mean", "grad_std", "local_grad_std", "weight_std", "weight_grad_norm",
)  # fmt: skip
WHOLE = ("rank", "distinct")


@api.guarded
def signal(request: Request) -> Response:
    """What each layer of a network puts out, and the gradient that comes back: see `engines.signal.statistics.Signal`."""
    pairs, options = api.split(request, "hist")
    own = api.choice("hist", options.get("hist", "shared"), HISTOGRAMS) == "own"
    found, problems = networks.parse(pairs)
    if problems:
        raise api.BadRequestError(problems[0])
    tag = f"signal {own} {codec.encode(networks.pairs(found))}"
    return api.cached(request, tag, "application/json", lambda: json.dumps(document(sent(found, own)), allow_nan=False))


def document(s: Signal) -> dict[str, Any]:
    """The JSON answer of /api/signal. What float32 cannot hold, or theory does not know, is null."""
    return {
        "network": described(s.network),
        "query": codec.encode(networks.pairs(s.network)),
        "input": {"mean": s.input_mean, "std": s.input_std, "grad_std": number(s.input_grad_std)},
        "overflow_at": s.overflow_at,
        "grad_overflow_at": s.grad_overflow_at,
        "layers": [layer(s, i) for i in range(s.network.depth)],
    }


def layer(s: Signal, i: int) -> dict[str, Any]:
    """One entry of `layers`."""
    found: dict[str, Any] = {name: number(getattr(s, name)[i]) for name in PER_LAYER}
    found |= {name: whole(getattr(s, name)[i]) for name in WHOLE}
    found["predicted"] = {name: number(part[i]) for name, part in s.predicted._asdict().items()}
    found["hist"] = {"edges": s.edges[i].tolist(), "counts": s.counts[i].tolist()}
    found["grad_hist"] = {"edges": s.grad_edges[i].tolist(), "counts": s.grad_counts[i].tolist()}
    return found


def described(n: Network) -> dict[str, Any]:
    """A network with every parameter written out."""
    return {
        "activation": wire.named(n.activation, networks.activation_params(n.activation.key)),
        "init": wire.named(n.init, networks.initializer_params(n.init.key)),
        "norm": wire.named(n.norm, networks.norm_params(n.norm.key)),
        "position": n.position,
        **{p.key: wire.number(getattr(n, p.key), p) for p in networks.NUMBERS},
        "data": n.data,
    }


def number(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None


def whole(value: float) -> int | None:
    return int(value) if math.isfinite(value) else None


@api.guarded
def activation(request: Request) -> Response:
    """Curves and slopes of one or several activations."""
    pairs, _ = api.split(request)
    found, problems = gallery.parse(pairs)
    if problems:
        raise api.BadRequestError(problems[0])
    tag = f"activation {codec.encode(gallery.pairs(found))}"
    return api.cached(request, tag, "application/json", lambda: json.dumps(curves(found), allow_nan=False))


def curves(g: Gallery) -> dict[str, Any]:
    """The JSON answer of /api/activation."""
    x = np.linspace(*g.range, g.points)
    return {
        "query": codec.encode(gallery.pairs(g)),
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
        "activation": wire.named(spec, networks.activation_params(spec.key)),
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


ROUTES = [Route("/api/activation", activation), Route("/api/signal", signal)]
