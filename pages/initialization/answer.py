"""What each layer of a network puts out, and the gradient that comes back, as JSON and as a table."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from core.described import named
from core.described import number as typed
from core.page import Table, Translate
from core.problems import BadRequestError, impossible
from core.query import encode
from engines.signal import network as networks
from engines.signal import theory
from engines.signal.network import Network
from engines.signal.statistics import Signal, signal
from pages.initialization import query

# One number per layer, under the name that it has in `Signal`.
PER_LAYER = (
    "mean", "std", "skew", "saturated", "dead", "grad_mean", "grad_std", "local_grad_std", "weight_std", "weight_grad_norm",
)  # fmt: skip
WHOLE = ("rank", "distinct")


HISTOGRAMS = ("shared", "own")  # edges that all layers share, or the range of each


def single(network: Network, options: Mapping[str, str]) -> dict[str, Any]:
    """/api/signal: one network, with histograms of one range, or each layer with its own."""
    kind = options.get("hist", "shared")
    if kind not in HISTOGRAMS:
        raise BadRequestError(impossible("hist", kind, HISTOGRAMS))
    return document(signal(network, kind == "own"))


def documents(signals: Sequence[Signal], _translate: Translate = str) -> dict[str, Any]:
    """The JSON answer: one document per network, and their common query."""
    text = encode(query.pairs(s.network for s in signals))
    return {"query": text, "networks": [document(s) for s in signals]}


def document(s: Signal) -> dict[str, Any]:
    """The JSON answer of /api/signal. What float32 cannot hold, or theory does not know, is null."""
    return {
        "network": described(s.network),
        "query": encode(networks.pairs(s.network)),
        "input": {"mean": s.input_mean, "std": s.input_std, "grad_std": number(s.input_grad_std)},
        "theory_missing": theory.missing(s.network),
        "overflow_at": s.overflow_at,
        "grad_overflow_at": s.grad_overflow_at,
        "layers": [layer(s, i) for i in range(s.network.depth)],
    }


def layer(s: Signal, i: int) -> dict[str, Any]:
    """One entry of `layers`."""
    entry: dict[str, Any] = {name: number(getattr(s, name)[i]) for name in PER_LAYER}
    entry |= {name: whole(getattr(s, name)[i]) for name in WHOLE}
    entry["predicted"] = {name: number(part[i]) for name, part in s.predicted._asdict().items()}
    entry["hist"] = {"edges": s.edges[i].tolist(), "counts": s.counts[i].tolist()}
    entry["grad_hist"] = {"edges": s.grad_edges[i].tolist(), "counts": s.grad_counts[i].tolist()}
    return entry


def described(n: Network) -> dict[str, Any]:
    """A network with every parameter written out."""
    return {
        "activation": named(n.activation, networks.activation_params(n.activation.key)),
        "init": named(n.init, networks.initializer_params(n.init.key)),
        "norm": named(n.norm, networks.norm_params(n.norm.key)),
        "position": n.position,
        **{p.key: typed(getattr(n, p.key), p) for p in networks.NUMBERS},
        "data": n.data,
    }


def number(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None


def whole(value: float) -> int | None:
    return int(value) if math.isfinite(value) else None


def table(signals: Sequence[Signal]) -> Table:
    """One row per network and layer."""
    return Table(("network", "layer", *PER_LAYER, *WHOLE), _rows(signals))


def _rows(signals: Sequence[Signal]) -> Iterator[tuple[Any, ...]]:
    for i, s in enumerate(signals):
        for n in range(s.network.depth):
            numbers = [number(getattr(s, name)[n]) for name in PER_LAYER]
            yield (i, n + 1, *numbers, *(whole(getattr(s, name)[n]) for name in WHOLE))
