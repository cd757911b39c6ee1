"""Which cards are listed: one frozen value, and its query string, `lecture=004&topic=rates`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from core.problems import Problem, impossible
from core.query import Reader, grouped
from pages.lectures.cards import CARDS, LECTURES, TOPICS, Card

KNOWN = {"lecture": LECTURES, "topic": TOPICS}


@dataclass(frozen=True)
class Chosen:
    """A lecture and a topic; "" stands for all."""

    lecture: str = ""
    topic: str = ""


def parse(pairs: Iterable[tuple[str, str]]) -> tuple[Chosen, list[Problem]]:
    """Read the decoded pairs of a query string."""
    reader = Reader(grouped(pairs), list(KNOWN))
    asked = {field: reader.one(field) or "" for field in KNOWN}
    wrong = [impossible(field, value, KNOWN[field]) for field, value in asked.items() if value not in ("", *KNOWN[field])]
    kept = {field: value if value in KNOWN[field] else "" for field, value in asked.items()}
    return Chosen(**kept), reader.problems + wrong


def pairs(chosen: Chosen) -> list[tuple[str, str]]:
    """The shortest pairs that `parse` reads back as this filter."""
    return [(field, getattr(chosen, field)) for field in KNOWN if getattr(chosen, field)]


def cards(chosen: Chosen) -> list[Card]:
    """The cards of a lecture on a topic, in order."""
    return [card for card in CARDS if chosen.lecture in ("", *card.lectures) and chosen.topic in ("", card.topic)]
