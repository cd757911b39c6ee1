"""Sizes, parameters and receptive fields of a network, as a program of its own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from core.page import Script
from core.query import encode
from pages.convolution import query
from pages.convolution.query import Stack


def script(stack: Stack) -> Script:
    """The table of a network."""
    modules = ("engines.convolution.arithmetic", "engines.convolution.field", "pages.convolution.answer")
    return Script("Arithmetic of a convolutional network", modules, network, {"query": encode(query.pairs(stack))})


def network(query: str) -> Iterator[Sequence[Any]]:
    """Yield one row per layer."""
    from urllib.parse import parse_qsl

    from pages.convolution.answer import compute, table
    from pages.convolution.query import parse

    heads, rows = table(compute(parse(parse_qsl(query))[0]))
    yield heads
    yield from rows
