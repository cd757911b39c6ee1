"""What each layer of a network puts out, as a program of its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from core.page import Script
from engines.signal.network import Network

SPECS = {"activation": "activations", "init": "initializers", "norm": "norms"}  # field → folder


def script(networks: Sequence[Network]) -> Script:
    """Statistics of every layer."""
    plug_ins = dict.fromkeys(f"{folder}.{getattr(n, field).key}" for n in networks for field, folder in SPECS.items())
    modules = (*plug_ins, "pages.initialization.answer")
    needs = ("scikit-learn",) if any(n.data == "digits" for n in networks) else ()
    inits = ", ".join(dict.fromkeys(n.init.key for n in networks))
    return Script(f"What layers put out after {inits}", modules, layers, {"networks": [_plain(n) for n in networks]}, needs)


def _plain(n: Network) -> dict[str, Any]:
    specs = {field: (getattr(n, field).key, dict(getattr(n, field).values)) for field in SPECS}
    return {**vars(n), **specs}


def layers(networks: Sequence[Mapping[str, Any]]) -> Iterator[Sequence[Any]]:
    """Yield one row per network and layer."""
    from core.types import Spec
    from engines.signal.network import Network
    from engines.signal.statistics import measure
    from pages.initialization.answer import table

    specs = ("activation", "init", "norm")
    named = [Network(**{**n, **{field: Spec(*n[field]) for field in specs}}) for n in networks]
    heads, rows = table([measure(network, False) for network in named])
    yield heads
    yield from rows
