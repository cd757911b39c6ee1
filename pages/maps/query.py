"""A map: one frozen value, and its query string.

map=basins&surface=himmelblau&run=momentum&window=-5,5,-5,5&size=128
map=rates&surface=taco&run=sgd&run=adam&low=1e-5&high=10
map=stability&surface=taco:kappa=40&run=momentum&x=lr:1e-4..1&y=rho:0..0.99
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from core.problems import Problem, impossible, outside, unknown
from core.query import NUMBER, Reader, grouped, number_text
from core.types import Param
from core.words import N_
from engines.descent import codec
from engines.descent import experiment as ex
from engines.descent.experiment import Experiment, Run
from engines.maps.atlas import Axis, axis_params, random
from optimizers import OPTIMIZERS

KINDS = ("basins", "rates", "stability")
MAX_RUNS = {"basins": 4, "rates": 8, "stability": 4}
STEPS = {"basins": replace(ex.STEPS, default=500), "rates": ex.STEPS, "stability": ex.STEPS}
_SIZE = Param("size", "n", 128, 2, 256, "int", "Cells along each side of a map; learning rates of a line.")
SIZE = {"basins": _SIZE, "rates": _SIZE, "stability": replace(_SIZE, default=96)}
SEEDS = Param("seeds", "S", 1, 1, 64, "int", "Where there is noise: how many seeds a cell is the mean over.")
LOW = Param("low", r"\alpha", 1e-5, 1e-5, 10.0, "log", "The smallest learning rate that is tried.")
HIGH = Param("high", r"\alpha", 10.0, 1e-5, 10.0, "log", "The largest learning rate that is tried.")
RATE_AXIS = (1e-4, 1.0)  # of the learning rate, unless the address says otherwise
MOST = 400_000_000  # updates (cells × steps × seeds × runs) of one answer: a few seconds
NARROWEST = 1e-13  # of a window or an axis, beside its numbers: float64 tells no more cells apart
OWN = ("map", "size", "seeds", "window", "low", "high", "x", "y")
FIELDS = (*codec.FIELDS, *OWN)


@dataclass(frozen=True)
class Atlas:
    """What the address says. All kinds of maps keep the fields of the others, so that one can go back.

    Attributes:
      kind: of KINDS. size: cells along a side, or learning rates. seeds: see SEEDS.
      window: (x0, x1, y0, y1) of the starts, None for the surface's own domain. low, high: learning rates.
      x, y: the axes of `stability`, None for the usual ones of its runs.
    """

    experiment: Experiment
    kind: str = KINDS[0]
    size: int = int(_SIZE.default)
    seeds: int = int(SEEDS.default)
    window: tuple[float, float, float, float] | None = None
    low: float = LOW.default
    high: float = HIGH.default
    x: Axis | None = None
    y: Axis | None = None

    @property
    def domain(self) -> tuple[float, float, float, float]:
        return self.window or self.experiment.landscape.domain

    @property
    def axes(self) -> tuple[Axis, Axis]:
        usual = usual_axes(self.experiment)
        return self.x or usual[0], self.y or usual[1]

    @property
    def cells(self) -> int:
        """Descents of one run under one seed."""
        return self.size if self.kind == "rates" else self.size**2

    @property
    def updates(self) -> int:
        seeds = self.seeds if random(self.experiment) else 1
        return self.cells * self.experiment.steps * seeds * len(self.experiment.runs)


def shared_params(e: Experiment) -> dict[str, Param]:
    """What an axis may be: parameters that every run has."""
    known = [axis_params(e, run) for run in e.runs]
    return {key: param for key, param in known[0].items() if all(key in other for other in known)}


def usual_axes(e: Experiment) -> tuple[Axis, Axis]:
    """The learning rate, and the first other parameter that all runs share; `Reader.atlas` sees to it that there is one."""
    x, *others = shared_params(e).values()
    keys = [key for key in shared_params(e) if key != x.key]
    y = Axis(keys[0], others[0].low, others[0].high) if others else Axis("lr", *RATE_AXIS)
    return Axis(x.key, *RATE_AXIS), y


def default_runs(kind: str) -> tuple[Run, ...]:
    return (ex.run("momentum"),) if kind == "stability" else ex.default().runs


def parse(pairs: Iterable[tuple[str, str]], only: str = "") -> tuple[Atlas, list[Problem]]:
    """Read the decoded pairs of a query string. `only`: the kind, and then basins and stability show a single run."""
    given = grouped(pairs)
    reader = _Reader(given, FIELDS)
    kind = only or reader.kind()
    rest = [(key, value) for key, values in given.items() if key in codec.FIELDS for value in values]
    experiment, problems = codec.parse(rest, STEPS[kind])
    reader.problems += problems
    single = bool(only) and kind != "rates"
    if not given.get("run"):
        experiment = replace(experiment, runs=default_runs(kind)[: 1 if single else None])
    return reader.atlas(experiment, kind, 1 if single else MAX_RUNS[kind]), reader.problems


class _Reader(Reader):
    """Reads the fields that an experiment does not have."""

    def kind(self) -> str:
        text = self.one("map")
        if text is not None and text not in KINDS:
            self.problems.append(impossible("map", text, KINDS))
        return text if text in KINDS else KINDS[0]

    def atlas(self, experiment: Experiment, kind: str, most: int) -> Atlas:
        if len(experiment.runs) > most:
            message = N_("{count} runs are given; the limit is {limit}")
            self.problems.append(Problem("run", message, dict(count=len(experiment.runs), limit=most), [1, most]))
            experiment = replace(experiment, runs=experiment.runs[:most])
        known = shared_params(experiment)
        if kind == "stability" and len(known) < 2:
            message = N_("a map of stability needs two parameters that all its runs have; known: {listed}")
            self.problems.append(Problem("run", message, dict(listed=", ".join(known))))
            experiment = replace(experiment, runs=default_runs(kind))
        x, y = self.axes(experiment, kind == "stability")
        low, high = self.rates()
        atlas = Atlas(
            experiment=experiment,
            kind=kind,
            size=int(self.number("size", SIZE[kind])),
            seeds=int(self.number("seeds", SEEDS)),
            window=self.window(),
            low=low,
            high=high,
            x=x,
            y=y,
        )
        return self.bounded(atlas)

    def bounded(self, atlas: Atlas) -> Atlas:
        """A map that takes a few seconds at most."""
        if atlas.updates <= MOST:
            return atlas
        message = N_("this map takes {count} updates (cells × steps × seeds × runs); the limit is {limit}")
        self.problems.append(Problem("size", message, dict(count=atlas.updates, limit=MOST), [0, MOST]))
        return replace(atlas, size=int(SIZE[atlas.kind].low), seeds=1)

    def window(self) -> tuple[float, float, float, float] | None:
        read = self.numbers("window", 4, ex.COORDINATE)
        if read is None:
            return None
        x0, x1, y0, y1 = read
        if not (_apart(x0, x1) and _apart(y0, y1)):
            self.problems.append(
                Problem("window", N_("window must be x0,x1,y0,y1 with x0 < x1 and y0 < y1, and not too narrow"))
            )
            return None
        return x0, x1, y0, y1

    def rates(self) -> tuple[float, float]:
        low, high = self.number("low", LOW), self.number("high", HIGH)
        if _apart(low, high):
            return low, high
        self.problems.append(Problem("low", N_("low must be below high"), allowed=[LOW.low, LOW.high]))
        return LOW.default, HIGH.default

    def axes(self, e: Experiment, needed: bool) -> tuple[Axis | None, Axis | None]:
        known = shared_params(e)
        if len(known) < 2:
            return None, None
        texts = self.one("x"), self.one("y")
        if not needed and {self.key(text) for text in texts if text} - known.keys():
            return None, None  # of other runs: another kind of map has no use for them
        x, y = (self.axis(field, text, known) for field, text in zip(("x", "y"), texts, strict=True))
        usual = usual_axes(e)
        if (x or usual[0]).key == (y or usual[1]).key:
            if x and y:
                self.problems.append(impossible("y", y.key, [key for key in known if key != x.key]))
                return x, None if x.key != usual[1].key else Axis(usual[0].key, *_reach(usual[0], known))
            same = (x or y or usual[0]).key
            other = next(axis for axis in usual if axis.key != same)
            x, y = (x or other), (y or other)
        return x, y

    @staticmethod
    def key(text: str) -> str:
        return text.partition(":")[0].strip()

    def axis(self, field: str, text: str | None, known: dict[str, Param]) -> Axis | None:
        if text is None:
            return None
        key, colon, span = text.partition(":")
        key = key.strip()
        if key not in known:
            self.problems.append(unknown(field, N_("parameter"), key[:40], list(known)))
            return None
        param = known[key]
        if not colon:
            return Axis(key, *_reach(Axis(key, param.low, param.high), known))
        ends = [end.strip() for end in span.split("..", 1)]
        if len(ends) != 2 or not all(map(NUMBER.fullmatch, ends)):
            message = N_("an axis is written {name}:low..high, not “{value}”")
            self.problems.append(Problem(field, message, dict(name=key, value=text[:60]), [param.low, param.high]))
            return None
        for end in ends:
            if not param.accepts(float(end)):
                self.problems.append(outside(field, key, end[:40], param.low, param.high))
                return None
        low, high = map(float, ends)
        if not _apart(low, high):
            message = N_("an axis runs from low to high: {low} is not well below {high}")
            self.problems.append(Problem(field, message, dict(low=ends[0][:40], high=ends[1][:40]), [param.low, param.high]))
            return None
        return Axis(key, low, high)


def _reach(axis: Axis, known: dict[str, Param]) -> tuple[float, float]:
    return RATE_AXIS if axis.key == "lr" else (known[axis.key].low, known[axis.key].high)


def _apart(low: float, high: float) -> bool:
    return high - low > NARROWEST * max(abs(low), abs(high))


def pairs(atlas: Atlas) -> list[tuple[str, str]]:
    """The shortest pairs that `parse` reads back as this map."""
    e, usual = atlas.experiment, ex.default()
    written = [("map", atlas.kind)] if atlas.kind != KINDS[0] else []
    written += codec.pairs(replace(e, steps=usual.steps, runs=usual.runs))
    if e.steps != STEPS[atlas.kind].default:
        written.append(("steps", str(e.steps)))
    if e.runs != default_runs(atlas.kind):
        written.extend(("run", codec.run_text(run)) for run in e.runs)
    if atlas.size != SIZE[atlas.kind].default:
        written.append(("size", str(atlas.size)))
    if atlas.seeds != SEEDS.default:
        written.append(("seeds", str(atlas.seeds)))
    if atlas.window:
        written.append(("window", ",".join(map(number_text, atlas.window))))
    written += [(p.key, number_text(value)) for p, value in ((LOW, atlas.low), (HIGH, atlas.high)) if value != p.default]
    return written + _axes(atlas)


def _axes(atlas: Atlas) -> list[tuple[str, str]]:
    named: Sequence[tuple[str, Axis | None]] = (("x", atlas.x), ("y", atlas.y))
    return [(name, f"{axis.key}:{number_text(axis.low)}..{number_text(axis.high)}") for name, axis in named if axis]


def rule_name(run: Run) -> str:
    return OPTIMIZERS[run.optimizer.key].name
