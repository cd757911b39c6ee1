"""What every codec of a query string shares: fields, numbers in a range, and specs (`key:name=value,name=value`).

Reading never raises: what is valid is used, and the rest is collected as problems.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from urllib.parse import quote

from core.problems import Problem, outside, repeated, unknown
from core.types import Param, Spec
from core.words import N_

NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
_BOOLS = {"true": 1.0, "false": 0.0}


def grouped(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """The values of each field, in order."""
    given: dict[str, list[str]] = {}
    for key, value in pairs:
        given.setdefault(key, []).append(value)
    return given


class Reader:
    """Collects problems while it reads the fields of one query."""

    def __init__(self, given: dict[str, list[str]], fields: Sequence[str]):
        self.given = given
        self.problems: list[Problem] = [unknown(k[:40], N_("field"), k[:40], fields) for k in given if k not in fields]

    def one(self, field: str) -> str | None:
        values = self.given.get(field, [])
        if len(values) > 1:
            self.problems.append(repeated(field, field, len(values)))
        return values[0] if values else None

    def number(self, field: str, param: Param) -> float:
        text = self.one(field)
        return param.default if text is None else self.value(field, param, text)

    def value(self, field: str, param: Param, text: str) -> float:
        """One number in the range of `param`; its default, and a problem, where it is not."""
        text = text.strip()
        number = _BOOLS.get(text.lower()) if param.scale == "bool" else None
        if number is None and NUMBER.fullmatch(text):
            number = float(text)
        if number is None:
            wanted = (
                N_("{name} must be true or false, not “{value}”")
                if param.scale == "bool"
                else N_("{name} must be a number, not “{value}”")
            )
            self.problems.append(Problem(field, wanted, dict(name=param.key, value=text[:40]), [param.low, param.high]))
        elif not param.accepts(number):
            self.problems.append(outside(field, param.key, text[:40], param.low, param.high, param.scale in ("int", "bool")))
        else:
            return number
        return param.default

    def spec(
        self, field: str, kind: str, text: str, known: Sequence[str], params: Callable[[str], Sequence[Param]]
    ) -> Spec | None:
        """A named thing with its values, or None where nothing has that name."""
        key, _, rest = text.strip().partition(":")
        if key not in known:
            self.problems.append(unknown(field, kind, key[:40], list(known)))
            return None
        rows = {p.key: p for p in params(key)}
        values = {}
        parts = [part.partition("=") for part in rest.split(",") if part]
        names = [name.strip() for name, _, _ in parts]
        for name, (_, equals, value) in zip(names, parts, strict=True):
            if name not in rows:
                self.problems.append(unknown(field, N_("parameter"), f"{key}:{name[:40]}", [f"{key}:{n}" for n in rows]))
            elif not equals:
                message = N_("{name} needs a value, as in {name}={default}")
                default = number_text(rows[name].default, rows[name])
                self.problems.append(Problem(field, message, dict(name=name, default=default)))
            elif name in values:
                self.problems.append(repeated(field, f"{key}:{name}", names.count(name)))
            else:
                values[name] = self.value(field, rows[name], value)
        return Spec(key, {p.key: values.get(p.key, float(p.default)) for p in rows.values()})

    def numbers(self, field: str, count: int, param: Param) -> list[float] | None:
        """Numbers with commas between them, each in the range of `param`; None where the field is absent or wrong."""
        text = self.one(field)
        if text is None:
            return None
        parts = text.split(",")
        if len(parts) != count or not all(NUMBER.fullmatch(p.strip()) for p in parts):
            message = N_("{name} needs {count} numbers with commas between them, not “{value}”")
            self.problems.append(Problem(field, message, dict(name=field, count=count, value=text[:60])))
            return None
        numbers = [float(p) for p in parts]
        for number, part in zip(numbers, parts, strict=True):
            if not param.accepts(number):
                self.problems.append(outside(field, field, part.strip(), param.low, param.high))
                return None
        return numbers


def number_text(value: float, param: Param | None = None) -> str:
    """The shortest text that reads back as the same float: 0.045, 1e-5, 40."""
    if param and param.scale == "bool":
        return "true" if value else "false"
    text = repr(float(value)).removesuffix(".0")
    return re.sub(r"e([+-])0*", lambda m: "e" + m[1].strip("+"), text)


def short_text(value: float, digits: int = 4) -> str:
    """For the eye, with so many significant digits: 0.045, 1e-4, 1e6; as player/dom.js writes a parameter."""
    text = number_text(float(f"{value:.{digits}g}"))
    power = re.sub(r"\.?0*e([+-])0*", lambda m: "e" + m[1].strip("+"), f"{value:.{digits - 1}e}")
    far = value != 0 and not 1e-3 <= abs(value) < 1e5
    return power if far and len(power) < len(text) else text


def spec_text(spec: Spec, params: Sequence[Param]) -> str:
    """The shortest text that reads back as this spec."""
    changed = [f"{p.key}={number_text(spec.values[p.key], p)}" for p in params if spec.values[p.key] != p.default]
    return spec.key + (":" + ",".join(changed) if changed else "")


def encode(pairs: Iterable[tuple[str, str]]) -> str:
    """A query string that stays readable: only what a URL cannot carry is escaped."""
    return "&".join(f"{key}={quote(value, safe=':,~=*()/!')}" for key, value in pairs)
