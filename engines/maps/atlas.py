"""What is drawn of many descents: where each start ends, what each learning rate leads to, where a rule is stable."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from core.types import Param, Point
from engines.descent import engine, results, schedule
from engines.descent.experiment import NOISES, Experiment, Run
from engines.maps import lanes, theory
from engines.maps.lanes import ARRIVALS, DECLINES, NEVER, Lanes
from engines.maps.theory import ON_SURFACE

NOWHERE, DIVERGED = -1, -2
NEAR = 0.01  # of the diagonal of the domain: as near is at a minimum, or a quarter of the way to the next one
ROUNDING = 64 * np.finfo(float).eps  # of the lowest loss: a gap below that is not told apart from none
TINY = 1e-290


class Axis(NamedTuple):
    """A parameter along one side of a map, from low to high: of the optimizer (`rho`) or of the surface (`surface.kappa`)."""

    key: str
    low: float
    high: float

    def values(self, param: Param, size: int) -> np.ndarray:
        """Evenly spaced on the scale of the parameter, both ends included."""
        between = np.geomspace if param.scale == "log" else np.linspace
        return np.clip(between(self.low, self.high, size), self.low, self.high)


class Basin(NamedTuple):
    """Where starts end; rows are y from low to high.

    Attributes:
      x, y: f64[size]. minima: f64[m, 2], the lowest first.
      basin: int[size, size], which of them is reached; NOWHERE, DIVERGED.
      steps: int[size, size], the step from which on the path stays near it, or at which it was no longer finite.
      share: f64[size, size] of the seeds that end there.
    """

    x: np.ndarray
    y: np.ndarray
    minima: np.ndarray
    basin: np.ndarray
    steps: np.ndarray
    share: np.ndarray


class Rates(NamedTuple):
    """What n learning rates lead to: final loss f64, NaN where diverged; steps to tolerance int, or NEVER; diverged bool."""

    loss: np.ndarray
    reached: np.ndarray
    diverged: np.ndarray


class Stability(NamedTuple):
    """A rule over two of its parameters; rows are y from low to high.

    Attributes:
      rate: f64[size, size], log10 of the factor of the loss per step: (log10 of the loss above the lowest minimum at step n
        − the same at step 0) / n, where n is the last step at which it is finite and more than rounding. NaN where there is
        no minimum, the start is one, or one step is enough.
      loss: f64[size, size] at the end, NaN where diverged. diverged: bool[size, size].
      theory: (x, y) along the limit of stability, or None. best: (x, y) of the fastest values by theory, or None.
    """

    x: np.ndarray
    y: np.ndarray
    rate: np.ndarray
    loss: np.ndarray
    diverged: np.ndarray
    theory: list[Point] | None
    best: Point | None


def axis_params(e: Experiment, run: Run) -> dict[str, Param]:
    """What an axis may be, by its key: numbers that are not counted; no letters of a formula, as all lanes run one program."""
    own = {p.key: p for p in run.rule.all_params}
    rows = {key: own[name] for key, name in axis_names(run).items()}
    rows |= {ON_SURFACE + p.key: p for p in e.landscape.params if not e.landscape.code}
    return {key: p for key, p in rows.items() if p.scale in ("linear", "log")}


def axis_names(run: Run) -> dict[str, str]:
    """By its key as an axis, what a number of a run is called in its rule.

    What is around a rule goes by its last name where that is free, so that `strength` is shared by L2 and by decay.
    """
    names = {p.key: p.key for p in run.rule.all_params if "." not in p.key}
    for p in run.rule.all_params[len(names) :]:
        last = p.key.partition(".")[2]
        names[p.key if last in names else last] = p.key
    return names


def random(e: Experiment) -> bool:
    """Whether anything depends on the seed."""
    return e.landscape.sample is not None or bool(NOISES[e.noise.key])


def radius(e: Experiment, minima: np.ndarray) -> float:
    """How far from a minimum is near it."""
    x0, x1, y0, y1 = e.landscape.domain
    apart = results.lengths(minima[:, None] - minima)[np.triu_indices(len(minima), 1)]
    return min(NEAR * float(np.hypot(x1 - x0, y1 - y0)), *(apart / 4), np.inf)


def basin(e: Experiment, run: Run, window: Sequence[float], size: int, seeds: int = 1) -> Basin:
    """Where size × size starts in the window x0, x1, y0, y1 end; with noise, the outcome of the largest share of seeds."""
    x0, x1, y0, y1 = window
    x, y = np.linspace(x0, x1, size), np.linspace(y0, y1, size)
    minima = results.minima(e.landscape, e.surface.values)
    padded = np.full((max(1, -(-len(minima) // lanes.MINIMA)) * lanes.MINIMA, 2), np.inf)
    padded[: len(minima)] = minima
    across, up = (side.ravel() for side in np.meshgrid(x, y))
    ends = _seeded(e, run, {0: across, 1: up}, None, ARRIVALS, seeds, (padded, np.float64(radius(e, minima))))
    where = np.stack([np.where(end.diverged_at == NEVER, end.minimum, DIVERGED) for end in ends])
    steps = np.stack([_when(end, code, e.steps) for end, code in zip(ends, where, strict=True)])
    votes = np.stack([(where == code).sum(0) for code in range(DIVERGED, max(len(minima), 1))])
    chosen = votes.argmax(0) + DIVERGED
    mean = np.where(where == chosen, steps, 0).sum(0) / votes.max(0)
    cells = (np.reshape(part, (size, size)) for part in (chosen, np.rint(mean).astype(int), votes.max(0) / len(ends)))
    return Basin(x, y, minima, *cells)


def _when(end: lanes.Arrival, code: np.ndarray, steps: int) -> np.ndarray:
    return np.select([code >= 0, code == DIVERGED], [end.since, end.diverged_at], steps)


def rates(e: Experiment, run: Run, tried: np.ndarray, seeds: int = 1) -> Rates:
    """The run at each of these learning rates f64[n]; with noise, the mean over the seeds."""
    ends = _seeded(e, run, {}, tried, DECLINES, seeds, own=_lowest(e, len(tried)))
    diverged = np.any([end.diverged_at != NEVER for end in ends], axis=0)
    reached = np.stack([end.reached for end in ends])
    arrives = (reached != NEVER).all(0)
    return Rates(_mean_loss(ends, diverged), np.where(arrives, np.rint(reached.mean(0)).astype(int), NEVER), diverged)


def stability(e: Experiment, run: Run, x: Axis, y: Axis, size: int, seeds: int = 1) -> Stability:
    """The run at size × size values of two parameters; with noise, the mean over the seeds."""
    known = axis_params(e, run)
    sides = {axis.key: axis.values(known[axis.key], size) for axis in (x, y)}
    across, up = (side.ravel() for side in np.meshgrid(*sides.values()))
    names = axis_names(run)
    own = {key: names.get(key, key) for key in sides}  # those of the surface keep theirs
    given = dict(zip(own.values(), (across, up), strict=True))
    surface = {key: values for key, values in given.items() if key.startswith(ON_SURFACE)}
    varied = {key: values for key, values in given.items() if key != "lr"}
    ends = _seeded(e, run, varied, given.get("lr"), DECLINES, seeds, own=_lowest(e, len(across), surface))
    diverged = np.any([end.diverged_at != NEVER for end in ends], axis=0)
    measured = np.stack([_rate(end) for end in ends])
    known_at = np.isfinite(measured).sum(0)
    rate = np.where(known_at > 0, np.nansum(measured, axis=0) / np.maximum(known_at, 1), np.nan)
    rate, loss, lost = (part.reshape(size, size) for part in (rate, _mean_loss(ends, diverged), diverged))
    keys = (own[x.key], own[y.key])
    limit = theory.limit(e, run, keys, (sides[x.key], sides[y.key]))
    return Stability(sides[x.key], sides[y.key], rate, loss, lost, limit, theory.best(e, run, keys))


def _seeded(
    e: Experiment, run: Run, varied: Mapping[Any, np.ndarray], tried: np.ndarray | None, how: lanes.Fold, seeds: int,
    goal: tuple = (), own: tuple = (),
) -> list:  # fmt: skip
    """The ends of all lanes under each seed; `tried` are their learning rates where these are not all the run's own.

    varied: by entry of `engine.pack`, or by the name of a parameter.
    """
    rule, values = run.rule, run.values
    count = len(tried) if tried is not None else len(next(iter(varied.values())))
    different, course = np.unique(np.full(count, values["lr"]) if tried is None else tried, return_inverse=True)
    courses = np.stack([schedule.rates(run.schedule, rate, e.steps) for rate in different.tolist()])
    if (courses == courses[:, :1]).all():
        courses = courses[:, :1]
    code, program, rows = engine.coded(e.landscape, e.surface.values)
    columns = {key if isinstance(key, int) else _column(rows, rule.params, key): values for key, values in varied.items()}
    ends = []
    for i in range(seeds if random(e) else 1):
        seed = (e.seed + i) % 2**32
        noise = engine.noise(e.noise.key, e.noise.values.get("scale", 0.0), seed)
        shared = engine.pack(e.landscape, e.surface.values, rule, values, e.start, seed, e.steps, rows)
        many = Lanes(shared, columns, course, courses, noise, e.steps)
        ends.append(lanes.fold(code, program, rule, how, many, goal, own))
    return ends


def _column(surface: Sequence[Param], rule: Sequence[Param], key: str) -> int:
    """Which entry of `engine.pack` an axis is."""
    names = [*(ON_SURFACE + p.key for p in surface), *(p.key for p in rule)]
    return 4 + names.index(key)


def _lowest(e: Experiment, count: int, surface: Mapping[str, np.ndarray] | None = None) -> tuple[np.ndarray, np.ndarray]:
    """The loss [count] at the lowest minimum, NaN where there is none, and what is rounding beside it.

    surface: by its axis, a parameter [count] of the surface.
    """
    surface = surface or {}
    varied = np.stack([*surface.values()]) if surface else np.zeros((0, count))
    different, which = np.unique(varied, axis=1, return_inverse=True)
    losses = np.full(different.shape[1], np.nan)
    for i, cell in enumerate(different.T.tolist()):
        values = theory.on_surface(e, dict(zip(surface, cell, strict=True)))
        minima = results.minima(e.landscape, values)
        if len(minima):
            losses[i] = engine.loss_at(e.landscape, values, minima[0].tolist())
    lowest = losses[which.ravel()]
    return lowest, np.maximum(ROUNDING * np.abs(lowest), TINY)


def _mean_loss(ends: Sequence[lanes.Decline], diverged: np.ndarray) -> np.ndarray:
    with np.errstate(over="ignore"):
        mean = np.minimum(np.mean([end.loss for end in ends], axis=0), results.LARGEST)
    return np.where(diverged, np.nan, mean)


def _rate(end: lanes.Decline) -> np.ndarray:
    """log10 of the factor per step, from the start to the last step that can be measured; NaN where there is none."""
    with np.errstate(divide="ignore", invalid="ignore"):
        rate = (np.log10(end.gap) - np.log10(end.start)) / end.last
    return np.where(np.isfinite(rate), rate, np.nan)
