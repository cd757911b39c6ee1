"""Experiment ⇄ query string. The only place that reads or writes one.

A spec is `key` or `key:name=value,name=value`; a run is `optimizer[:…][~schedule[:…]]`. Whatever equals its default is left
out. Parsing never raises: what is valid is used, and the rest comes back as a list of problems.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from urllib.parse import quote

from core import experiment as ex
from core import formula
from core.experiment import Experiment, Run, Spec
from core.problems import Problem, outside, repeated, unknown
from core.types import Param
from landscapes import LANDSCAPES
from optimizers import OPTIMIZERS
from schedules import SCHEDULES

FIELDS = ("surface", "formula", "domain", "start", "steps", "noise", "seed", "run")
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
_BOOLS = {"true": 1.0, "false": 0.0}


def parse(pairs: Iterable[tuple[str, str]]) -> tuple[Experiment, list[Problem]]:
    """Read the decoded pairs of a query string, in order; `run` may come up to 16 times."""
    given: dict[str, list[str]] = {}
    for key, value in pairs:
        given.setdefault(key, []).append(value)
    reader = _Reader(given)
    return reader.experiment(), reader.problems


class _Reader:
    """Collects problems while it reads the fields of one query."""

    def __init__(self, given: dict[str, list[str]]):
        self.given, self.problems = given, []
        self.problems: list[Problem] = [unknown(k[:40], "field", k[:40], FIELDS) for k in given if k not in FIELDS]

    def experiment(self) -> Experiment:
        default = ex.default()
        surface, text, domain = self.surface(default)
        shape = Experiment(surface, default.start, default.steps, default.noise, default.seed, (), text, domain)
        return Experiment(
            surface=surface,
            start=self.start(shape),
            steps=int(self.number("steps", ex.STEPS)),
            noise=self.noise(default.noise),
            seed=int(self.number("seed", ex.SEED)),
            runs=self.runs(default.runs),
            formula=text,
            domain=domain,
        )

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
        if number is None and _NUMBER.fullmatch(text):
            number = float(text)
        if number is None:
            wanted = (
                "{name} must be true or false, not “{value}”"
                if param.scale == "bool"
                else "{name} must be a number, not “{value}”"
            )
            self.problems.append(Problem(field, wanted, dict(name=param.key, value=text[:40]), [param.low, param.high]))
        elif not param.accepts(number):
            self.problems.append(outside(field, param.key, text[:40], param.low, param.high, param.scale in ("int", "bool")))
        else:
            return number
        return param.default

    def spec(self, field: str, kind: str, text: str, known: Sequence[str], params) -> Spec | None:
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
                self.problems.append(unknown(field, "parameter", f"{key}:{name[:40]}", [f"{key}:{n}" for n in rows]))
            elif not equals:
                message = "{name} needs a value, as in {name}={default}"
                default = number_text(rows[name].default, rows[name])
                self.problems.append(Problem(field, message, dict(name=name, default=default)))
            elif name in values:
                self.problems.append(repeated(field, f"{key}:{name}", names.count(name)))
            else:
                values[name] = self.value(field, rows[name], value)
        return Spec(key, {p.key: values.get(p.key, float(p.default)) for p in rows.values()})

    def surface(self, default: Experiment) -> tuple[Spec, str, tuple[float, float, float, float]]:
        text, chosen = self.one("formula"), self.one("surface")
        domain = self.domain()
        if text is not None:
            if chosen is not None and chosen != "formula":
                self.problems.append(Problem("surface", "surface and formula exclude each other"))
            try:
                formula.landscape(text, domain)
                return Spec("formula", {}), formula.parse(text).text, domain
            except formula.FormulaError as error:
                self.problems.append(_located(error))
                return default.surface, "", domain
        if self.given.get("domain"):
            self.problems.append(Problem("domain", "domain goes with a formula only; built-in surfaces have their own"))
        read = self.spec("surface", "surface", chosen, list(LANDSCAPES), ex.surface_params) if chosen is not None else None
        return read or default.surface, "", ex.DOMAIN

    def numbers(self, field: str, count: int) -> list[float] | None:
        text = self.one(field)
        if text is None:
            return None
        parts = text.split(",")
        if len(parts) != count or not all(_NUMBER.fullmatch(p.strip()) for p in parts):
            message = "{name} needs {count} numbers with commas between them, not “{value}”"
            self.problems.append(Problem(field, message, dict(name=field, count=count, value=text[:60])))
            return None
        numbers = [float(p) for p in parts]
        for number, part in zip(numbers, parts, strict=True):
            if not ex.COORDINATE.accepts(number):
                self.problems.append(outside(field, field, part.strip(), ex.COORDINATE.low, ex.COORDINATE.high))
                return None
        return numbers

    def domain(self) -> tuple[float, float, float, float]:
        read = self.numbers("domain", 4)
        if read is None:
            return ex.DOMAIN
        x0, x1, y0, y1 = read
        if x1 - x0 < 1e-6 or y1 - y0 < 1e-6:
            self.problems.append(Problem("domain", "domain must be x0,x1,y0,y1 with x0 < x1 and y0 < y1"))
            return ex.DOMAIN
        return x0, x1, y0, y1

    def start(self, shape: Experiment) -> tuple[float, float]:
        read = self.numbers("start", 2)
        if read is None:
            return shape.landscape.start
        if shape.formula and not formula.finite(shape.landscape, (read[0], read[1])):
            message = "the formula has no finite value and slope at the start {value}"
            self.problems.append(Problem("start", message, dict(value=f"{read[0]:g}, {read[1]:g}")))
            return shape.landscape.start
        return read[0], read[1]

    def noise(self, default: Spec) -> Spec:
        text = self.one("noise")
        read = self.spec("noise", "noise", text, list(ex.NOISES), lambda key: ex.NOISES[key]) if text is not None else None
        return read or default

    def runs(self, default: tuple[Run, ...]) -> tuple[Run, ...]:
        texts = self.given.get("run", [])
        if len(texts) > ex.MAX_RUNS:
            message = "{count} runs are given; the limit is {limit}"
            self.problems.append(Problem("run", message, dict(count=len(texts), limit=ex.MAX_RUNS), [1, ex.MAX_RUNS]))
        read = [run for run in map(self.run, texts[: ex.MAX_RUNS]) if run]
        return tuple(read) or default

    def run(self, text: str) -> Run | None:
        rule, tilde, course = text.partition("~")
        optimizer = self.spec("run", "optimizer", rule, list(OPTIMIZERS), ex.optimizer_params)
        schedule = self.spec("run", "schedule", course, list(SCHEDULES), ex.schedule_params) if tilde else None
        return optimizer and Run(optimizer, schedule or ex.spec("constant", ex.schedule_params("constant")))


def _located(error: formula.FormulaError) -> Problem:
    args = {**error.args_, "column": error.position + 1}
    return Problem("formula", "formula, column {column}: {detail}", args, error.allowed, detail=error.message)


def number_text(value: float, param: Param | None = None) -> str:
    """The shortest text that reads back as the same float: 0.045, 1e-5, 40."""
    if param and param.scale == "bool":
        return "true" if value else "false"
    text = repr(float(value)).removesuffix(".0")
    return re.sub(r"e([+-])0*", lambda m: "e" + m[1].strip("+"), text)


def _spec_text(spec: Spec, params: Sequence[Param]) -> str:
    changed = [f"{p.key}={number_text(spec.values[p.key], p)}" for p in params if spec.values[p.key] != p.default]
    return spec.key + (":" + ",".join(changed) if changed else "")


def run_text(run: Run) -> str:
    course = _spec_text(run.schedule, ex.schedule_params(run.schedule.key))
    rule = _spec_text(run.optimizer, ex.optimizer_params(run.optimizer.key))
    return rule if course == "constant" else f"{rule}~{course}"


def pairs(experiment: Experiment) -> list[tuple[str, str]]:
    """The shortest pairs that `parse` reads back as this experiment."""
    default, found = ex.default(), []
    if experiment.formula:
        found.append(("formula", experiment.formula))
        if experiment.domain != ex.DOMAIN:
            found.append(("domain", ",".join(map(number_text, experiment.domain))))
    elif experiment.surface != default.surface:
        found.append(("surface", _spec_text(experiment.surface, ex.surface_params(experiment.surface.key))))
    if experiment.start != experiment.landscape.start:
        found.append(("start", ",".join(map(number_text, experiment.start))))
    if experiment.steps != default.steps:
        found.append(("steps", str(experiment.steps)))
    if experiment.noise != default.noise:
        found.append(("noise", _spec_text(experiment.noise, ex.NOISES[experiment.noise.key])))
    if experiment.seed != default.seed:
        found.append(("seed", str(experiment.seed)))
    if experiment.runs != default.runs:
        found.extend(("run", run_text(run)) for run in experiment.runs)
    return found


def encode(pairs: Iterable[tuple[str, str]]) -> str:
    """A query string that stays readable: only what a URL cannot carry is escaped."""
    return "&".join(f"{key}={quote(value, safe=':,~=*()/!')}" for key, value in pairs)
