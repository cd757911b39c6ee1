"""The sliders of the page by name: `width`, `net0.init.std`, `net1.gamma`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from core.types import Param, Spec
from engines.signal import network as networks
from engines.signal.network import BATCH, BETA, DEPTH, GAMMA, SEED, WIDTH, Network

SHARED = {p.key: p for p in (WIDTH, DEPTH, BATCH, SEED)}
OWN = {p.key: p for p in (GAMMA, BETA)}
PARTS = {"activation": networks.activation_params, "init": networks.initializer_params, "norm": networks.norm_params}
Networks = tuple[Network, ...]


def sliders(all_networks: Networks) -> Iterator[tuple[str, Param]]:
    yield from SHARED.items()
    for i, network in enumerate(all_networks):
        for part, params in PARTS.items():
            yield from ((f"net{i}.{part}.{p.key}", p) for p in params(getattr(network, part).key))
        yield from ((f"net{i}.{key}", p) for key, p in OWN.items())


def moved(all_networks: Networks, name: str, value: float) -> Networks:
    """The same with one slider at another value."""
    if name in SHARED:
        return tuple(replace(network, **{name: int(value)}) for network in all_networks)
    where, *keys = name.split(".")
    i = int(where.removeprefix("net"))
    network = all_networks[i]
    if keys[0] in OWN:
        network = replace(network, **{keys[0]: value})
    else:
        part: Spec = getattr(network, keys[0])
        network = replace(network, **{keys[0]: Spec(part.key, {**part.values, keys[1]: value})})
    return (*all_networks[:i], network, *all_networks[i + 1 :])


def widest_param(all_networks: Networks) -> str:
    """The first slider of the first network that has one, else the depth."""
    return next((name for name, _ in sliders(all_networks) if name.startswith("net0.init")), "depth")
