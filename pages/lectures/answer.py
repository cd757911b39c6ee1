"""The figures that a filter leaves, as JSON and as a table."""

from __future__ import annotations

from typing import Any, NamedTuple

from core.page import Table, Translate
from core.query import encode
from pages.lectures import query
from pages.lectures.figures import FIGURES, LECTURES, TOPICS, Figure
from pages.lectures.query import Filter


class Listed(NamedTuple):
    """A filter, and what it leaves."""

    chosen: Filter
    figures: list[Figure]


def compute(chosen: Filter) -> Listed:
    return Listed(chosen, query.figures(chosen))


def document(listed: Listed, translate: Translate = str) -> dict[str, Any]:
    """The JSON answer: the cards, and what they can be filtered by."""
    return {
        "query": encode(query.pairs(listed.chosen)),
        "lecture": listed.chosen.lecture,
        "topic": listed.chosen.topic,
        "lectures": {key: translate(name) for key, name in LECTURES.items()},
        "topics": {key: translate(name) for key, name in TOPICS.items()},
        "all": len(FIGURES),
        "figures": [_card(figure, translate) for figure in listed.figures],
    }


def _card(figure: Figure, translate: Translate) -> dict[str, Any]:
    return {
        "key": figure.key,
        "name": translate(figure.name),
        "sentence": translate(figure.sentence),
        "topic": figure.topic,
        "lectures": list(figure.lectures),
        "page": figure.page,
        "query": figure.query,
        "show": figure.show,
        "pictured": figure.pictured,
    }


def table(listed: Listed) -> Table:
    """One row per figure."""
    rows = [(f.key, f.name, f.topic, " ".join(f.lectures), f.page, f.query) for f in listed.figures]
    return Table(("key", "name", "topic", "lectures", "page", "query"), rows)
