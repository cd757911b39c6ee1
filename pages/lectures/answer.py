"""The cards that a filter leaves, as JSON and as a table."""

from __future__ import annotations

from typing import Any, NamedTuple

from core.page import Table, Translate
from core.query import encode
from pages.lectures import query
from pages.lectures.cards import CARDS, LECTURES, TOPICS, Card
from pages.lectures.query import Chosen


class Listed(NamedTuple):
    """A filter, and what it leaves."""

    chosen: Chosen
    cards: list[Card]


def compute(chosen: Chosen) -> Listed:
    return Listed(chosen, query.cards(chosen))


def document(listed: Listed, translate: Translate = str) -> dict[str, Any]:
    """The JSON answer: the cards, and what they can be filtered by."""
    return {
        "query": encode(query.pairs(listed.chosen)),
        "lecture": listed.chosen.lecture,
        "topic": listed.chosen.topic,
        "lectures": {key: translate(name) for key, name in LECTURES.items()},
        "topics": {key: translate(name) for key, name in TOPICS.items()},
        "all": len(CARDS),
        "figures": [_card(card, translate) for card in listed.cards],
    }


def _card(card: Card, translate: Translate) -> dict[str, Any]:
    return {
        "key": card.key,
        "name": translate(card.name),
        "sentence": translate(card.sentence),
        "topic": card.topic,
        "lectures": list(card.lectures),
        "page": card.page,
        "query": card.query,
        "show": card.show,
        "pictured": card.pictured,
    }


def table(listed: Listed) -> Table:
    """One row per card."""
    rows = [(c.key, c.name, c.topic, " ".join(c.lectures), c.page, c.query) for c in listed.cards]
    return Table(("key", "name", "topic", "lectures", "page", "query"), rows)
