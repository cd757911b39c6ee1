"""The figures that a filter leaves, as a program of its own: a list to go through with another program."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from core.page import Script
from pages.lectures import answer
from pages.lectures.query import Chosen


def script(chosen: Chosen) -> Script:
    """The rows of the table; `query` is what stands behind the ? of a page's address."""
    table = answer.table(answer.compute(chosen))
    rows = [list(row) for row in table.rows]
    return Script(
        "Figures of the lectures, each with its page and query", (), figures, {"heads": list(table.heads), "rows": rows}
    )


def figures(heads: Sequence[str], rows: Sequence[Sequence[Any]]) -> Iterator[Sequence[Any]]:
    """Yield the heads, and a row for each figure."""
    yield heads
    yield from rows
