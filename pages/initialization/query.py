"""Up to four networks over one another: one query string, in which a field given n times makes n configurations.

activation=tanh&init=normal:std=0.01&init=normal:std=1&init=lecun is one activation under three initializations. A field
that is given fewer times keeps its last value; size, seed and input are shared.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from core.problems import Problem
from core.query import grouped
from core.words import N_
from engines.signal import network as networks
from engines.signal.network import Network

MOST = 4
OWN = ("activation", "init", "norm", "position", "gamma", "beta")


def parse(pairs: Iterable[tuple[str, str]]) -> tuple[tuple[Network, ...], list[Problem]]:
    """Read the decoded pairs of a query string. Never raises, as the codecs it is made of."""
    given = grouped(pairs)
    problems: list[Problem] = []
    count = max([1, *(len(given.get(field, [])) for field in OWN)])
    if count > MOST:
        message = N_("{count} configurations are given; the limit is {limit}")
        problems.append(Problem("activation", message, dict(count=count, limit=MOST), [1, MOST]))
        count = MOST
    shared = [(field, value) for field, values in given.items() if field not in OWN for value in values]
    configurations: list[Network] = []
    for i in range(count):
        own = [(field, values[min(i, len(values) - 1)]) for field, values in given.items() if field in OWN]
        network, more = networks.parse([*shared, *own])
        configurations.append(network)
        problems += [problem for problem in more if problem not in problems]
    width = min(network.width for network in configurations)  # one of them may have been too large
    return tuple(replace(network, width=width) for network in configurations), problems


def pairs(configurations: Iterable[Network]) -> list[tuple[str, str]]:
    """The shortest pairs that `parse` reads back as these networks."""
    texts = [networks.texts(network) for network in configurations]
    usual = networks.texts(networks.default())
    written: list[tuple[str, str]] = []
    for field in networks.FIELDS:
        values = [text[field] for text in texts]
        if field in OWN and len(set(values)) > 1:
            written += [(field, value) for value in values]
        elif values[0] != usual[field]:
            written.append((field, values[0]))
    if not any([key for key, _ in written].count(field) == len(texts) for field in OWN) and len(texts) > 1:
        written = [pair for pair in written if pair[0] != "activation"]
        written[:0] = [("activation", text["activation"]) for text in texts]  # all alike: but as many as there are
    return written
