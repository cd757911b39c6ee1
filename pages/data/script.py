"""Condition numbers, rates and steps of a data set under every transform, as a program of its own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from core.page import Script
from core.query import encode
from pages.data import query
from pages.data.query import Prepared


def script(value: Prepared) -> Script:
    """The table of the page."""
    modules = ("engines.preprocessing.transforms", "engines.preprocessing.race", "optimizers.sgd", "pages.data.answer")
    what = f"{value.data.key} before training"
    return Script(what, modules, prepared, {"query": encode(query.pairs(value))}, ("scikit-learn", "pillow"))


def prepared(query: str) -> Iterator[Sequence[Any]]:
    """Yield one row per transform."""
    from urllib.parse import parse_qsl

    from pages.data.answer import compute, table
    from pages.data.query import parse

    heads, rows = table(compute(parse(parse_qsl(query))[0]))
    yield heads
    yield from rows
