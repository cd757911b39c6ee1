"""How an experiment is shown: the query fields that belong to the page and not to the experiment."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from core.problems import Problem, impossible, repeated

# Field → the values it may have, the default first; "" where the browser decides.
PAGE_FIELDS: dict[str, tuple[str, ...]] = {
    "view": ("overlay", "panels", "3d"),
    "scale": ("log", "linear"),
    "present": ("0", "1"),
    "lang": ("", "en", "zh"),
}


def read(
    pairs: Iterable[tuple[str, str]], fields: Mapping[str, tuple[str, ...]] = PAGE_FIELDS
) -> tuple[dict[str, str], list[Problem]]:
    """The settings among `pairs`, defaults filled in, and what was wrong with them."""
    settings, problems = {field: known[0] for field, known in fields.items()}, []
    given: dict[str, list[str]] = {}
    for field, value in pairs:
        if field in fields:
            given.setdefault(field, []).append(value)
    for field, (value, *more) in given.items():
        if more:
            problems.append(repeated(field, field, 1 + len(more)))
        if value in fields[field]:
            settings[field] = value
        else:
            problems.append(impossible(field, value, [v for v in fields[field] if v]))
    return settings, problems
