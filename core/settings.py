"""How a value is shown: the fields of an address that every way out accepts, and ignores where it has no use for them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from core.problems import Problem, impossible, repeated

# Field → the values it may have, the default first; "" where the browser decides.
PAGE_FIELDS: dict[str, tuple[str, ...]] = {
    "view": ("overlay", "panels", "3d"),
    "scale": ("log", "linear"),
    "axis": ("steps", "gradients"),  # what the curves are drawn against
    "present": ("0", "1"),
    "lang": ("", "en", "zh"),
    "theme": ("", "light", "dark"),
    "autoplay": ("0", "1"),
    "local": ("", *map(str, range(16))),  # the run whose local picture is drawn
}
CONTROLS = "controls"  # which sliders are shown: names with commas between them
NONE = "none"  # as `controls`: no slider at all


class Shown(NamedTuple):
    """An address taken apart.

    Attributes:
      settings: a value for each of PAGE_FIELDS. controls: the sliders that are named; None where nothing is said.
      rest: the pairs that belong to the value. problems: what was wrong with the settings.
    """

    settings: dict[str, str]
    controls: tuple[str, ...] | None
    rest: list[tuple[str, str]]
    problems: list[Problem]


def split(pairs: Iterable[tuple[str, str]], usual: Mapping[str, tuple[str, ...]] | None = None) -> Shown:
    """The settings among `pairs`, defaults filled in; `usual` are those of a page that has other defaults."""
    fields = {**PAGE_FIELDS, **(usual or {})}
    given: dict[str, list[str]] = {}
    rest = []
    for field, value in pairs:
        if field in fields or field == CONTROLS:
            given.setdefault(field, []).append(value)
        else:
            rest.append((field, value))
    problems = [repeated(field, field, len(values)) for field, values in given.items() if len(values) > 1]
    controls = given.pop(CONTROLS, None)
    settings = {field: known[0] for field, known in fields.items()}
    for field, (value, *_) in given.items():
        if value in fields[field]:
            settings[field] = value
        else:
            problems.append(impossible(field, value, [v for v in fields[field] if v]))
    return Shown(settings, _names(controls[0]) if controls else None, rest, problems)


def _names(text: str) -> tuple[str, ...]:
    return tuple(name for part in text.split(",") if (name := part.strip()) and name != NONE)
