"""An erratum, or all of them, as a program of its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from activations import ACTIVATIONS
from core.page import Script
from errata import ERRATA
from initializers import INITIALIZERS
from landscapes import LANDSCAPES
from norms import NORMS
from optimizers import OPTIMIZERS
from pages.errata.query import OpenEntry, usual
from schedules import SCHEDULES

# An experiment names its plug-ins in its code, so no import tells which: all come along, and none is looked for in vain.
FOLDERS = {
    "optimizers": OPTIMIZERS, "landscapes": LANDSCAPES, "schedules": SCHEDULES, "activations": ACTIVATIONS,
    "initializers": INITIALIZERS, "norms": NORMS,
}  # fmt: skip


def script(check: OpenEntry | None) -> Script:
    """The numbers of one entry and its verdict; of the whole list, the verdicts."""
    checks = [check] if check else [usual(entry) for entry in ERRATA.values()]
    what = f"Erratum {check.entry.number}: {check.entry.title}" if check else "The errata and their verdicts"
    plug_ins = (f"{folder}.{key}" for folder, keys in FOLDERS.items() for key in keys)
    modules = (*(f"errata.{c.entry.key}" for c in checks), *plug_ins)
    return Script(what, modules, test if check else verdicts, {"entries": {c.entry.key: dict(c.values) for c in checks}})


def test(entries: Mapping[str, Mapping[str, float]]) -> Iterator[Sequence[Any]]:
    """Yield what was measured and what theory says, and in the last row the verdict."""
    from types import SimpleNamespace

    from errata import ERRATA

    for key, values in entries.items():
        numbers, theory, _ = ERRATA[key].run(SimpleNamespace(**values))
        yield "quantity", "computed", "theory"
        yield from ((name, number, theory.get(name)) for name, number in numbers.items())
        yield "verdict", ERRATA[key].judge(numbers), None


def verdicts(entries: Mapping[str, Mapping[str, float]]) -> Iterator[Sequence[Any]]:
    """Yield the verdict on each entry."""
    from types import SimpleNamespace

    from errata import ERRATA

    yield "entry", "title", "verdict"
    for entry in ERRATA.values():
        numbers = entry.run(SimpleNamespace(**entries[entry.key])).numbers
        yield entry.number, entry.title, entry.judge(numbers)
