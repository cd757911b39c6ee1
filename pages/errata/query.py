"""Which erratum is shown, with which values: one frozen value, and its query string. The codec of this value is here.

entry=6&b2=0.99 is the sixth entry with one value of its own. Whatever equals its default is left out, and parsing
never raises.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import SimpleNamespace

from core.problems import Problem, impossible, repeated
from core.query import Reader, grouped, number_text
from errata import ERRATA
from errata._record import Entry, Live, Outcome, Verdict, shown

NUMBERED = {str(entry.number): entry for entry in ERRATA.values()}
FIELD = "entry"


@dataclass(frozen=True)
class OpenEntry:
    """One entry with all its values."""

    entry: Entry
    values: tuple[tuple[str, float], ...]

    def within(self, **changed: float) -> OpenEntry:
        """The same entry with other values."""
        return OpenEntry(self.entry, tuple({**dict(self.values), **changed}.items()))


def usual(entry: Entry) -> OpenEntry:
    """An entry at its default values."""
    return OpenEntry(entry, tuple((p.key, float(p.default)) for p in entry.params))


def parse(pairs: Iterable[tuple[str, str]]) -> tuple[OpenEntry | None, list[Problem]]:
    """Read the decoded pairs of a query string; None stands for the whole list."""
    given = grouped(pairs)
    named = given.get(FIELD, [])
    problems = [repeated(FIELD, FIELD, len(named))] if len(named) > 1 else []
    if named and named[0] not in NUMBERED:
        return None, [*problems, impossible(FIELD, named[0], NUMBERED)]  # whose values the others are, nobody knows
    entry = NUMBERED[named[0]] if named else None
    params = entry.params if entry else ()
    reader = Reader({field: values for field, values in given.items() if field != FIELD}, [FIELD, *(p.key for p in params)])
    values = tuple((p.key, reader.number(p.key, p)) for p in params)
    return OpenEntry(entry, values) if entry else None, problems + reader.problems


def pairs(check: OpenEntry | None) -> list[tuple[str, str]]:
    """The shortest pairs that `parse` reads back as this check."""
    if not check:
        return []
    values = dict(check.values)
    changed = [(p.key, number_text(values[p.key], p)) for p in check.entry.params if values[p.key] != p.default]
    return [(FIELD, str(check.entry.number)), *changed]


@functools.lru_cache(maxsize=256)
def outcome(check: OpenEntry) -> Outcome:
    """Run the experiment of an entry, or recall what came of it."""
    return check.entry.run(SimpleNamespace(**dict(check.values)))


def verdict(check: OpenEntry) -> Verdict:
    return check.entry.judge(outcome(check).numbers)


def words(check: OpenEntry, result: Outcome) -> Mapping[str, str]:
    """What fills the finding's template: every number and every value, as one reads them."""
    return {key: shown(number) for key, number in {**dict(check.values), **result.numbers}.items()}


def live(check: OpenEntry) -> Live | None:
    """Where the app shows the same in motion, with these values."""
    return check.entry.live(SimpleNamespace(**dict(check.values)))


def lab(check: OpenEntry) -> Live | None:
    """Where a real network shows it, with these values."""
    return check.entry.lab(SimpleNamespace(**dict(check.values)))
