"""What the checks beside the sentences of `landscapes/`, `optimizers/`, … are given: `see`, which computes what they ask for.

One class per folder. Everything is asked of the engines that the pages ask.
"""

import functools
import re
from collections.abc import Callable
from functools import cached_property
from types import SimpleNamespace
from urllib.parse import parse_qsl

import jax
import jax.numpy as jnp
import numpy as np
from sklearn.linear_model import LogisticRegression

from activations import ACTIVATIONS
from core.types import Activation, Dataset, Initializer, Landscape, Norm, Optimizer, Query, Schedule, Wrapper, defaults, spec
from engines.activation import curve
from engines.descent import codec, experiment, schedule
from engines.descent.results import Descent
from engines.signal import network, normalization, statistics
from engines.training import codec as training_codec
from engines.training import replay, results
from initializers import INITIALIZERS
from landscapes import LANDSCAPES
from norms import NORMS


class Paths(Descent):
    """A race, and what sentences say of paths. Runs are counted from 0."""

    @cached_property
    def loss(self) -> np.ndarray:
        return np.array([t.loss for t in self.trajectories])

    @cached_property
    def gap(self) -> np.ndarray:
        """Loss above the lowest minimum [runs, steps + 1]."""
        return self.loss - (self.lowest or 0.0)

    @property
    def within(self) -> list[float]:
        """Of each run the first step within 0.1 % of the gap at the start."""
        return [self.falls_to(1e-3, i) for i in range(len(self.trajectories))]

    def slopes(self, i: int = 0) -> np.ndarray:
        """Lengths of the gradients [steps + 1]."""
        return np.linalg.norm(self.trajectories[i].gradient, axis=1)

    def x(self, i: int = 0) -> np.ndarray:
        return self.trajectories[i].x

    def ends(self, point: tuple[float, float], near: float = 0.02, runs: slice = slice(None)) -> bool:
        """Whether these runs all end this near to a point."""
        return all(np.linalg.norm(t.x[-1] - point) < near for t in self.trajectories[runs])

    def falls_to(self, share: float, i: int = 0) -> float:
        """First step whose gap is at most this share of the first one, ∞ where there is none."""
        return self._first(self.gap[i] <= share * self.gap[i][0])

    def first(self, holds: Callable[[np.ndarray, np.ndarray], np.ndarray], i: int = 0) -> float:
        """First step at which this holds of x and y."""
        return self._first(holds(*self.x(i).T))

    def _first(self, flags: np.ndarray) -> float:
        return float(np.argmax(flags)) if flags.any() else np.inf

    def lost(self, i: int = 0) -> bool:
        """Diverged, or higher at the end than at the start."""
        return self.trajectories[i].diverged_at is not None or bool(self.loss[i][-1] > self.loss[i][0])


def angle(one: np.ndarray, other: np.ndarray) -> float:
    """Degrees between two vectors."""
    cosine = one @ other / np.linalg.norm(one) / np.linalg.norm(other)
    return float(np.degrees(np.arccos(np.clip(cosine, -1, 1))))


@functools.lru_cache(maxsize=64)
def race(query: str) -> Paths:
    experiment, problems = codec.parse(parse_qsl(query, keep_blank_values=True))
    assert not problems, problems
    return Paths(experiment)


class Surface:
    """`see(query)` is a race on this surface; `see.at(point)` is its value, gradient and eigenvalues there."""

    def __init__(self, surface: Landscape):
        self.surface = surface

    def __call__(self, *runs: str, more: str = "", **on: float | str) -> Paths:
        """Races `runs`; `more` are further fields of the query, `on` values of the surface."""
        at = "" if not on else ":" + ",".join(f"{key}={value}" for key, value in on.items())
        return race("&".join([f"surface={self.surface.key}{at}", *(f"run={run}" for run in runs), *([more] if more else [])]))

    def at(self, point: tuple[float, float], **on: float) -> tuple[float, np.ndarray, np.ndarray]:
        values = {p.key: float(on.get(p.key, p.default)) for p in self.surface.params}
        loss, gradient, hessian = self.derivatives(point, values)
        return loss, gradient, np.linalg.eigvalsh(hessian)

    def derivatives(self, point, values: dict[str, float] | None = None) -> tuple[float, np.ndarray, np.ndarray]:
        """Value, gradient and Hessian at a point."""
        given = values if values is not None else vars(defaults(self.surface.params))
        loss, gradient, hessian = self._derivatives(np.asarray(point, float), given)
        return float(loss), np.asarray(gradient), np.asarray(hessian)

    @cached_property
    def _derivatives(self):
        def fn(x, values):
            return self.surface.fn(x, SimpleNamespace(**values))

        return jax.jit(lambda x, values: (fn(x, values), jax.grad(fn)(x, values), jax.hessian(fn)(x, values)))

    def value(self, x: float, y: float, **on: float) -> float:
        return self.at((x, y), **on)[0]

    def grid(self, columns: int, rows: int) -> np.ndarray:
        """Values [rows, columns] over the window that is drawn."""
        x0, x1, y0, y1 = self.surface.domain
        points = np.stack(np.meshgrid(np.linspace(x0, x1, columns), np.linspace(y0, y1, rows)), axis=-1).reshape(-1, 2)
        values = defaults(self.surface.params)
        return np.asarray(jax.vmap(lambda x: self.surface.fn(x, values))(points)).reshape(rows, columns)

    def lowest(self, x: float, between: tuple[float, float]) -> float:
        """The smallest value at this x."""
        points = np.stack([np.full(20001, x), np.linspace(*between, 20001)], axis=-1)
        return float(jax.vmap(lambda point: self.surface.fn(point, defaults(self.surface.params)))(points).min())

    @property
    def depths(self) -> list[float]:
        """Values at its minima."""
        return [self.value(*point) for point in self.surface.minima(defaults(self.surface.params))]


class Rule:
    """An optimizer: `see(surface, values, more)` is a race of it alone; `see.with_others(query)` one with others."""

    def __init__(self, rule: Optimizer):
        self.rule = rule

    def __call__(self, surface: str, values: str = "", more: str = "steps=200") -> Paths:
        return race(f"surface={surface}&run={self.rule.key}{':' if values else ''}{values}&{more}")

    def slope(self, rate: float, slope: str = "x+3*y", steps: int = 50, values: str = "") -> np.ndarray:
        """Its steps [steps, 2] under a gradient that never changes."""
        return np.diff(
            race(f"formula={slope.replace('+', '%2B')}&start=0,0&steps={steps}&run={self.rule.key}:lr={rate}{values}").x(),
            axis=0,
        )

    def to_newton(self, surface: str, more: str) -> np.ndarray:
        """Angles in degrees between its steps and those of Newton's method from the same points, without those of length 0."""
        path, on = self(surface, more=more).x(), Surface(LANDSCAPES[surface])
        moves = np.diff(path, axis=0)
        there = [(move, *on.derivatives(x)[1:]) for x, move in zip(path, moves, strict=False) if move.any()]
        return np.array([angle(move, -np.linalg.solve(hessian, gradient)) for move, gradient, hessian in there])

    def along_gradient(self, surface: str, values: str, more: str) -> float:
        """Cosine between its first step and minus the gradient."""
        path = self(surface, values, more)
        return float(np.cos(np.radians(angle(path.x()[1] - path.x()[0], -path.trajectories[0].gradient[0]))))

    def damps(self, surface: str, more: str) -> bool:
        """Whether `damping` rises after every step that was not accepted and falls after every other one."""
        state = self(surface, more=more).trajectories[0].state
        changes, accepted = np.diff(state["damping"][1:]), state["accepted"][2:] > 0
        return bool((changes[~accepted] > 0).all() and (changes[accepted] < 0).all() and 0 < accepted.mean() < 1)

    def calmer(self, rate: float, kappa: float) -> bool:
        """Whether under noise it stays nearer to the minimum of a taco than SGD at the same rate, in the later two thirds."""
        both = self.against(
            f"{self.rule.key}:lr={rate}", f"sgd:lr={rate}", on=f"surface=taco:kappa={kappa}&noise=gaussian:scale=3&steps=600"
        )
        mine, theirs = (both.distances(t.x[len(t.x) // 3 :]).mean() for t in both.trajectories)
        return bool(mine < 0.8 * theirs)

    def estimated(self, surface: str) -> float:
        """Its last estimate of the distance, as a share of the distance that there was at the start."""
        path = self(surface, more="steps=1000")
        return float(path.trajectories[0].state["distance"][-1] / path.distances(path.x()[:1])[0])

    def first_step(self, surface: str, values: str, start: str) -> float:
        """Length of its first step."""
        return float(np.linalg.norm(np.diff(self(surface, values, f"start={start}&steps=1").x(), axis=0)))

    def remembers(self, key: str) -> float:
        """What is left of the largest second moment after gradients have fallen from 256 to almost 0."""
        path = race(f"formula=x**4%2By**4&start=4,3&steps=300&run={key}:lr=0.05,b2=0.9")
        second = path.trajectories[0].state["second_moment"]
        return float((second[-1] / second.max(0)).min())

    def against(self, *others: str, on: str) -> Paths:
        return race("&".join([on, *(f"run={other}" for other in others)]))


class Around:
    """A wrapper: what it makes of a gradient, of a step, and of a path."""

    def __init__(self, wrapper: Wrapper):
        self.wrapper = wrapper

    def _query(self, gradient, x, t: float, rate: float) -> Query:
        g, x = jnp.asarray(gradient, float), jnp.asarray(x, float)
        return Query(jnp.float64(t), x, jnp.float64(0), g, jnp.float64(rate), jax.random.key(0), lambda x: g @ x, lambda x: g)

    def _values(self, values):
        return SimpleNamespace(**spec(self.wrapper.key, self.wrapper.params, **values).values)

    def seen(self, gradient, x=(0.0, 0.0), t: float = 1.0, **values: float) -> np.ndarray:
        """The gradient that a rule is shown in place of this one, the same when it asks for it."""
        shown = self.wrapper.query(self._query(gradient, x, t, 0.1), self._values(values))
        assert np.array_equal(shown.gradient, shown.gradient_at(jnp.asarray(x, float)))
        return np.asarray(shown.gradient)

    def stepped(self, step, x=(0.0, 0.0), rate: float = 0.1, **values: float) -> np.ndarray:
        """What becomes of the step of a rule."""
        query = self._query((0.0, 0.0), x, 1.0, rate)
        return np.asarray(self.wrapper.step(query, jnp.asarray(step, float), None, self._values(values))[0])

    def averaged(self, points, **values: float) -> np.ndarray:
        """The second path after a path (0, 0), then these points."""
        x = jnp.zeros(2)
        state = self.wrapper.init(x)
        for t, point in enumerate(points, 1):
            step = jnp.asarray(point) - x
            kept, state = self.wrapper.step(self._query((0.0, 0.0), x, t, 0.1), step, state, self._values(values))
            assert kept is step
            x = x + step
        return np.asarray(getattr(state, self.wrapper.path))


class Unit:
    """An activation: its curve, its averages over a Gaussian, and `see.depth(query)`, a signal through layers of it."""

    def __init__(self, rule: Activation):
        self.rule = rule

    def _spec(self, values):
        return spec(self.rule.key, self.rule.params, **values)

    def f(self, x, **values: float) -> np.ndarray:
        return curve.curve(self._spec(values), np.atleast_1d(np.asarray(x, float)))[0]

    def slope(self, x, **values: float) -> np.ndarray:
        return curve.curve(self._spec(values), np.atleast_1d(np.asarray(x, float)))[1]

    def steepest(self, **values: float) -> float:
        return curve.slopes(self._spec(values)).largest

    def flat(self, **values: float) -> tuple[bool, bool]:
        """On which sides it flattens out, left and right."""
        return curve.slopes(self._spec(values))[1:]

    def mean(self, **values: float) -> float:
        """Of its outputs over N(0, 1)."""
        return curve.expected(self._spec(values)).value

    def depth(self, query: str) -> statistics.Signal:
        return signal(f"activation={self.rule.key}&{query}")

    def other(self, key: str) -> "Unit":
        return Unit(ACTIVATIONS[key])

    def transcendental(self) -> int:
        """Exponentials, logarithms and the like in the program that computes it."""
        values = defaults(self.rule.params)
        text = str(jax.make_jaxpr(lambda z: self.rule.fn(z, values))(np.linspace(-1.0, 1.0, 3)))
        return len(re.findall(r"\b(?:exp2?|expm1|log|log1p|tanh|logistic|erfc?)\b(?=\[| )", text))


X = np.linspace(-12, 12, 1201)


class Weights:
    """An initializer: `see(query)` is a signal through layers of its weights."""

    def __init__(self, rule: Initializer):
        self.rule = rule

    def __call__(self, query: str = "", **values: float) -> statistics.Signal:
        with_values = "" if not values else ":" + ",".join(f"{key}={value}" for key, value in values.items())
        return signal(f"init={self.rule.key}{with_values}&{query}")

    def variance(self, fan_in: int, fan_out: int, **values: float) -> float:
        """As it is stated; tests hold the draws to it."""
        stated = self.rule.variance(fan_in, fan_out, namespace_of(self.rule.params, values))
        assert stated is not None
        return stated

    def weights(self, fan_in: int, fan_out: int, **values: float) -> np.ndarray:
        return self.rule.weights(np.random.default_rng(0), (fan_in, fan_out), namespace_of(self.rule.params, values))

    def trained(self, query: str) -> dict[str, np.ndarray]:
        """Weights of a real network before and after training, by name."""
        return replay.arrays(*trainings(f"init={self.rule.key}&{query}"))

    def other(self, key: str) -> "Weights":
        return Weights(INITIALIZERS[key])


class Normed:
    """A normalization: `see(x)` is what it makes of a dense layer [batch, units]."""

    def __init__(self, rule: Norm):
        self.rule = rule
        self.x = np.random.default_rng(0).normal(1, 2, (8, 64))

    def __call__(self, x: np.ndarray | None = None, **values: float) -> np.ndarray:
        of = namespace_of(self.rule.params, values)
        return np.asarray(normalization.normalise(self.rule, jnp.asarray(self.x if x is None else x), of, 1.0, 0.0))

    def sets(self, groups: int = 4) -> np.ndarray:
        """Numbers of the sets that share statistics in a convolution, [N, C, H, W]."""
        return normalization.members(self.rule.key, groups=groups)

    def other(self, key: str) -> "Normed":
        return Normed(NORMS[key])


class Course:
    """A schedule: `see(steps)` are its rates from a first rate of 1; `see.race(query)` a race."""

    def __init__(self, rule: Schedule):
        self.rule = rule

    def __call__(self, steps: int = 200, **values: float) -> np.ndarray:
        return schedule.rates(spec(self.rule.key, experiment.schedule_params(self.rule.key), **values), 1.0, steps)

    def race(self, query: str) -> Paths:
        return race(query)


class Samples:
    """A data set: `see.x`, `see.y`; `see.straight()` is how many of them the best straight border gets right."""

    def __init__(self, rule: Dataset):
        self.rule = rule
        self.x, self.y = self.drawn()

    def drawn(self, **values: float) -> tuple[np.ndarray, np.ndarray]:
        return self.rule.load(np.random.default_rng(0), namespace_of(self.rule.params, values))

    def straight(self, **values: float) -> float:
        x, y = self.drawn(**values)
        return float(LogisticRegression(C=1e3, max_iter=5000).fit(x, y).score(x, y))

    def arm(self) -> np.ndarray:
        """Points [2, n] of the first class without noise, from the middle outwards."""
        x, y = self.drawn(noise=0.0)
        inside_out = np.argsort(np.linalg.norm(x[y == 0], axis=1))
        return x[y == 0][inside_out].T

    def nearest(self, **values: float) -> float:
        """Share of the samples whose nearest centre is that of their own class; without noise a class is its centre."""
        centres = np.array([self.drawn(noise=0.0)[0][self.y == k].mean(0) for k in range(len(self.rule.classes))])
        x, y = self.drawn(**values)
        return float((np.linalg.norm(x[:, None] - centres, axis=2).argmin(1) == y).mean())

    def trained(self, query: str) -> results.Trained:
        return trainings(f"data={self.rule.key}&{query}")[1][0]


def namespace_of(params, values):
    filled = defaults(params)
    vars(filled).update(values)
    return filled


def signal(query: str) -> statistics.Signal:
    value, problems = network.parse(parse_qsl(query))
    assert not problems, problems
    return statistics.signal(value)


def trainings(query: str):
    value, problems = training_codec.parse(parse_qsl(query))
    assert not problems, problems
    return value, [results.trained(value.alone(i)) for i in range(len(value.runs))]
