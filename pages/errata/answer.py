"""An erratum with what came of its experiment, or the whole list with its verdicts, as JSON and as a table."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

from core.described import number, rows
from core.page import Table, Translate
from core.query import encode
from errata import ERRATA
from errata._record import LECTURES, Entry, Live, Outcome, shown
from pages.errata import query
from pages.errata.query import OpenEntry


class Tried(NamedTuple):
    """A check and what came of it; of the whole list, neither."""

    check: OpenEntry | None
    outcome: Outcome | None


def compute(check: OpenEntry | None) -> Tried:
    """Run the experiment of an entry."""
    return Tried(check, query.outcome(check) if check else None)


def document(tried: Tried, translate: Translate = str) -> dict[str, Any]:
    """The JSON answer: one entry, or the list of all."""
    if not tried.check or not tried.outcome:
        return {"query": "", "entries": [listed(query.usual(entry), translate) for entry in ERRATA.values()]}
    check, outcome, entry = tried.check, tried.outcome, tried.check.entry
    return {
        **listed(check, translate),
        "query": encode(query.pairs(check)),
        "lectures": [translate(LECTURES[key]) for key in entry.lectures],
        "tested": translate(entry.tested),
        "finding": translate(entry.findings[query.verdict(check)]).format(**query.words(check, outcome)),
        "instead": translate(entry.instead),
        "latex": list(entry.latex),
        "code": entry.code,
        "params": rows(entry.params, translate),
        "values": {p.key: number(dict(check.values)[p.key], p) for p in entry.params},
        "quantities": [_quantity(row, outcome, translate) for row in entry.quantities],
        "pictures": _pictures(entry, outcome, translate),
        "live": _link(query.live(check)),
        "lab": _link(query.lab(check)),
        "count": len(ERRATA),
    }


def listed(check: OpenEntry, translate: Translate) -> dict[str, Any]:
    """What the list says of an entry."""
    entry = check.entry
    return {
        "number": entry.number,
        "title": translate(entry.title),
        "claim": translate(entry.claim),
        "verdict": query.verdict(check),
    }


def _quantity(row: Any, outcome: Outcome, translate: Translate) -> dict[str, Any]:
    computed, theory = outcome.numbers[row.key], outcome.theory.get(row.key)
    return {
        "key": row.key,
        "name": translate(row.name),
        "value": computed if math.isfinite(computed) else None,
        "shown": shown(computed),
        "theory": "" if theory is None else shown(theory),
    }


def _pictures(entry: Entry, outcome: Outcome, translate: Translate) -> list[dict[str, Any]]:
    from pages.errata.figures import draw  # Plotly is slow to load

    drawn = zip(entry.axes, outcome.series, strict=True)
    return [draw(axes, lines, translate).to_plotly_json() for axes, lines in drawn]


def _link(live: Live | None) -> dict[str, str] | None:
    return live and live._asdict()


def table(tried: Tried) -> Table:
    """What was measured and what theory says; of the whole list, the verdicts."""
    if not tried.check or not tried.outcome:
        entries = [query.usual(entry) for entry in ERRATA.values()]
        return Table(("entry", "title", "verdict"), [(c.entry.number, c.entry.title, query.verdict(c)) for c in entries])
    numbers, theory = tried.outcome.numbers, tried.outcome.theory
    return Table(("quantity", "computed", "theory"), [(key, value, theory.get(key)) for key, value in numbers.items()])
