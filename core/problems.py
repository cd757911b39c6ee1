"""What is wrong with an input: the value, the allowed range, the nearest valid name. One record for URL, API, form and page."""

from __future__ import annotations

import dataclasses
import difflib
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from core.words import N_


@dataclass(frozen=True)
class Problem:
    """One rejected piece of input.

    Attributes:
      field: the query key it came under (`run`).
      message: an English template (a gettext msgid); args: what fills it.
      allowed: names as a list, a range as [low, high], or None where neither says it.
      detail: a second template, shown as {detail} in the first.
    """

    field: str
    message: str
    args: dict[str, Any] = dataclasses.field(default_factory=dict)
    allowed: Any = None
    detail: str = ""

    def text(self, translate: Callable[[str], str] = str) -> str:
        args = {k: translate(v) if k == "kind" else v for k, v in self.args.items()}
        return translate(self.message).format(**args, detail=translate(self.detail).format(**args))


def nearest(value: str, names: Iterable[str]) -> str | None:
    """The valid name most like `value`, or None where nothing is close; what stands before a colon is alike in all."""
    own = {name.rpartition(":")[2]: name for name in names}
    close = difflib.get_close_matches(value.rpartition(":")[2].lower(), own, n=1, cutoff=0.5)
    return own[close[0]] if close else None


def unknown(field: str, kind: str, value: str, names: Sequence[str]) -> Problem:
    near, allowed = nearest(value, names), list(names)
    if near:
        return Problem(
            field, N_("unknown {kind} “{value}”; did you mean “{near}”?"), dict(kind=kind, value=value, near=near), allowed
        )
    listed = ", ".join(allowed) or "–"
    return Problem(field, N_("unknown {kind} “{value}”; known: {listed}"), dict(kind=kind, value=value, listed=listed), allowed)


def outside(field: str, name: str, value: str, low: float, high: float, whole: bool = False) -> Problem:
    message = (
        N_("{name} = {value} is not a whole number from {low} to {high}")
        if whole
        else N_("{name} = {value} is outside {low} … {high}")
    )
    return Problem(field, message, dict(name=name, value=value, low=_plain(low), high=_plain(high)), [low, high])


def _plain(number: float) -> str:
    """As one writes it: 1e-9, not 1e-09."""
    return re.sub(r"e([+-])0*", lambda m: "e" + m[1].strip("+"), f"{number:.12g}")


def repeated(field: str, name: str, count: int) -> Problem:
    """Something that can be said once is said several times."""
    return Problem(field, N_("{field} is given {count} times; once is enough"), dict(field=name, count=count))


def impossible(field: str, value: str, names: Iterable[str]) -> Problem:
    """A field with a short list of possible values has another one."""
    allowed = list(names)
    message = N_("{field} cannot be “{value}”; possible: {listed}")
    return Problem(field, message, dict(field=field, value=value[:40], listed=", ".join(allowed)), allowed)


class BadRequestError(Exception):
    """A request that cannot be answered as asked; carries the first thing wrong with it."""

    def __init__(self, problem: Problem):
        super().__init__(problem.text())
        self.problem = problem
