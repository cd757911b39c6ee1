"""Experiment ⇄ query string. Race and schedules are read and written here only; other pages have codecs of their own.

A spec is `key` or `key:name=value,name=value`; a run is `optimizer[:…][~schedule[:…]][~wrapper[:…]]…`, where what stands behind
a ~ is told by its key (docs/decisions/0026). Whatever equals its default is left out. Parsing never raises: what is valid is
used, and the rest comes back as a list of problems.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from core.problems import Problem, repeated, unknown
from core.query import NUMBER, Reader, grouped, number_text, spec_text
from core.types import Param, Spec
from core.words import N_
from engines.descent import experiment as ex
from engines.descent.experiment import Experiment, Run, ScheduleAlone
from engines.formula import surface as formula
from landscapes import LANDSCAPES
from optimizers import OPTIMIZERS
from schedules import SCHEDULES
from wrappers import WRAPPERS

FIELDS = ("surface", "formula", "domain", "range", "start", "steps", "noise", "seed", "run")
Spans = tuple[tuple[str, float, float], ...]
SCHEDULE_FIELDS = ("schedule", "lr", "steps")


def parse(pairs: Iterable[tuple[str, str]], steps: Param = ex.STEPS) -> tuple[Experiment, list[Problem]]:
    """Read the decoded pairs of a query string, in order; `run` may come up to 16 times. `steps` is their range."""
    reader = _Reader(grouped(pairs), steps)
    return reader.experiment(), reader.problems


def schedule_alone(pairs: Iterable[tuple[str, str]]) -> tuple[ScheduleAlone, list[Problem]]:
    """Read a query of `schedule`, `lr` and `steps`; a rate that is left out is the schedule's own default."""
    reader = _Reader(grouped(pairs), ex.HORIZON, SCHEDULE_FIELDS)
    return reader.schedule_alone(), reader.problems


class _Reader(Reader):
    """Reads the fields of an experiment, or of a schedule alone."""

    def __init__(self, given: dict[str, list[str]], steps: Param, fields: Sequence[str] = FIELDS):
        super().__init__(given, fields)
        self.steps = steps

    def experiment(self) -> Experiment:
        default = ex.default()
        surface, text, domain, ranges = self.surface(default)
        shape = Experiment(surface, default.start, default.steps, default.noise, default.seed, (), text, domain, ranges)
        return Experiment(
            surface=surface,
            start=self.start(shape),
            steps=int(self.number("steps", self.steps)),
            noise=self.noise(default.noise),
            seed=int(self.number("seed", ex.SEED)),
            runs=self.runs(default.runs),
            formula=text,
            domain=domain,
            ranges=ranges,
        )

    def schedule_alone(self) -> ScheduleAlone:
        text = self.one("schedule")
        read = self.spec("schedule", N_("schedule"), text, list(SCHEDULES), ex.schedule_params) if text is not None else None
        schedule = read or ex.spec("constant", ex.schedule_params("constant"))
        rate = replace(ex.RATE, default=SCHEDULES[schedule.key].initial_rate)
        return ScheduleAlone(schedule, self.number("lr", rate), int(self.number("steps", self.steps)))

    def surface(self, default: Experiment) -> tuple[Spec, str, tuple[float, float, float, float], Spans]:
        """Spec, formula, domain and ranges; the last three count only where there is a formula."""
        text, chosen = self.one("formula"), self.one("surface")
        domain = self.domain()
        own = chosen is not None and chosen.partition(":")[0].strip() == "formula"
        if text is None and own:
            self.problems.append(Problem("surface", N_("surface=formula needs a formula, as in formula=x**2+y**2")))
            return default.surface, "", ex.DOMAIN, ()
        if text is not None:
            if chosen is not None and not own:
                self.problems.append(Problem("surface", N_("surface and formula exclude each other")))
            try:
                return self.formula(text, domain, chosen if own else None)
            except formula.FormulaError as error:
                self.problems.append(_located(error))
                return default.surface, "", domain, ()
        for field in ("domain", "range"):
            if self.given.get(field):
                message = N_("{name} goes with a formula only; built-in surfaces have their own")
                self.problems.append(Problem(field, message, dict(name=field)))
        read = self.spec("surface", N_("surface"), chosen, list(LANDSCAPES), ex.surface_params) if chosen is not None else None
        return read or default.surface, "", ex.DOMAIN, ()

    def formula(
        self, text: str, domain: tuple[float, float, float, float], chosen: str | None
    ) -> tuple[Spec, str, tuple[float, float, float, float], Spans]:
        """A formula with the values of its parameters, which are spelled as those of any surface: `surface=formula:a=2`."""
        parsed = formula.parse(text)
        spans = self.ranges(parsed.letters)
        rows = formula.params(text, {letter: (low, high) for letter, low, high in spans})
        read = self.spec("surface", N_("surface"), chosen or "formula", ["formula"], lambda _: rows)
        surface = read or Spec("formula", {row.key: row.default for row in rows})
        formula.landscape(text, domain, surface.values)
        return surface, parsed.text, domain, spans

    def ranges(self, letters: Sequence[str]) -> Spans:
        """How far the sliders of a formula go: `range=a:-5..5`, for each letter once."""
        spans: dict[str, tuple[float, float]] = {}
        for text in self.given.get("range", []):
            letter, _, span = text.partition(":")
            ends = [end.strip() for end in span.split("..", 1)]
            if letter not in letters:
                self.problems.append(unknown("range", N_("parameter"), letter[:40], letters))
            elif letter in spans:
                self.problems.append(repeated("range", f"range={letter}", 2))
            elif len(ends) != 2 or not all(map(NUMBER.fullmatch, ends)) or not _widens(*map(float, ends)):
                message = N_("range must be {letter}:low..high with low < high, not “{value}”")
                limits = [-formula.WIDEST, formula.WIDEST]
                self.problems.append(Problem("range", message, dict(letter=letter, value=text[:40]), limits))
            else:
                spans[letter] = (float(ends[0]), float(ends[1]))
        usual = (formula.LETTER.low, formula.LETTER.high)
        return tuple((letter, *spans[letter]) for letter in letters if spans.get(letter, usual) != usual)

    def domain(self) -> tuple[float, float, float, float]:
        read = self.numbers("domain", 4, ex.COORDINATE)
        if read is None:
            return ex.DOMAIN
        x0, x1, y0, y1 = read
        if x1 - x0 < 1e-6 or y1 - y0 < 1e-6:
            self.problems.append(Problem("domain", N_("domain must be x0,x1,y0,y1 with x0 < x1 and y0 < y1")))
            return ex.DOMAIN
        return x0, x1, y0, y1

    def start(self, shape: Experiment) -> tuple[float, float]:
        read = self.numbers("start", 2, ex.COORDINATE)
        if read is None:
            return shape.landscape.start
        if shape.formula and not formula.finite(shape.landscape, (read[0], read[1]), shape.surface.values):
            message = N_("the formula has no finite value and slope at the start {value}")
            self.problems.append(Problem("start", message, dict(value=f"{read[0]:g}, {read[1]:g}")))
            return shape.landscape.start
        return read[0], read[1]

    def noise(self, default: Spec) -> Spec:
        text = self.one("noise")
        read = self.spec("noise", N_("noise"), text, list(ex.NOISES), lambda key: ex.NOISES[key]) if text is not None else None
        return read or default

    def runs(self, default: tuple[Run, ...]) -> tuple[Run, ...]:
        texts = self.given.get("run", [])
        if len(texts) > ex.MAX_RUNS:
            message = N_("{count} runs are given; the limit is {limit}")
            self.problems.append(Problem("run", message, dict(count=len(texts), limit=ex.MAX_RUNS), [1, ex.MAX_RUNS]))
        read = [run for run in map(self.run, texts[: ex.MAX_RUNS]) if run]
        return tuple(read) or default

    def run(self, text: str) -> Run | None:
        rule, *parts = text.split("~")
        optimizer = self.spec("run", N_("optimizer"), rule, list(OPTIMIZERS), ex.optimizer_params)
        schedule, around = behind(self, parts)
        return optimizer and Run(optimizer, schedule, around)


def behind(reader: Reader, parts: Sequence[str], wrappers: Sequence[str] = tuple(WRAPPERS)) -> tuple[Spec, tuple[Spec, ...]]:
    """What stands behind the ~ of a run: a schedule, at most once, and wrappers, each at most once."""
    course: Spec | None = None
    around: dict[str, Spec] = {}
    known = [*SCHEDULES, *wrappers]
    for text in parts:
        read = reader.spec("run", N_("schedule or wrapper"), text, known, _behind_params)
        if read and read.key in around:
            reader.problems.append(repeated("run", read.key, 2))
        elif read and read.key in SCHEDULES:
            if course:
                message = N_("{one} and {other} are both schedules; a run has one")
                reader.problems.append(Problem("run", message, dict(one=course.key, other=read.key)))
            course = course or read
        elif read:
            around[read.key] = read
    ordered = tuple(around[key] for key in WRAPPERS if key in around)
    return course or ex.spec("constant", ex.schedule_params("constant")), ordered


def _behind_params(key: str) -> Sequence[Param]:
    return ex.schedule_params(key) if key in SCHEDULES else ex.wrapper_params(key)


def _widens(low: float, high: float) -> bool:
    return -formula.WIDEST <= low < high <= formula.WIDEST and high - low >= 1e-9


def _located(error: formula.FormulaError) -> Problem:
    args = {**error.args_, "column": error.position + 1}
    return Problem("formula", N_("formula, column {column}: {detail}"), args, error.allowed, detail=error.message)


def run_text(run: Run) -> str:
    return "~".join([spec_text(run.optimizer, ex.optimizer_params(run.optimizer.key)), *behind_texts(run.schedule, run.around)])


def behind_texts(schedule: Spec, around: Sequence[Spec]) -> list[str]:
    """What stands behind the ~ of a run: a schedule that is not constant, and wrappers."""
    course = spec_text(schedule, ex.schedule_params(schedule.key))
    around_it = [spec_text(part, ex.wrapper_params(part.key)) for part in around]
    return [*([] if course == "constant" else [course]), *around_it]


def pairs(experiment: Experiment) -> list[tuple[str, str]]:
    """The shortest pairs that `parse` reads back as this experiment."""
    default, written = ex.default(), []
    if experiment.formula:
        written.append(("formula", experiment.formula))
        written.extend(
            [("surface", on)] if (on := spec_text(experiment.surface, experiment.surface_params)) != "formula" else ()
        )
        written.extend(
            ("range", f"{letter}:{number_text(low)}..{number_text(high)}") for letter, low, high in experiment.ranges
        )
        if experiment.domain != ex.DOMAIN:
            written.append(("domain", ",".join(map(number_text, experiment.domain))))
    elif experiment.surface != default.surface:
        written.append(("surface", spec_text(experiment.surface, experiment.surface_params)))
    if experiment.start != experiment.landscape.start:
        written.append(("start", ",".join(map(number_text, experiment.start))))
    if experiment.steps != default.steps:
        written.append(("steps", str(experiment.steps)))
    if experiment.noise != default.noise:
        written.append(("noise", spec_text(experiment.noise, ex.NOISES[experiment.noise.key])))
    if experiment.seed != default.seed:
        written.append(("seed", str(experiment.seed)))
    if experiment.runs != default.runs:
        written.extend(("run", run_text(run)) for run in experiment.runs)
    return written
