"""The records every other module speaks: parameters, surfaces, optimizers, schedules, activations, initializers, data.

Each of these, but for the parameters, is one module-level constant of one of these types in one file.
Its parameters are rows of `Param`, and one row makes the slider, the URL key, the documentation,
the validation and the range the tests draw from.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any, Literal, NamedTuple

import jax
import numpy as np

from core import symbols
from core.claims import Checks

Array = jax.Array
Values = Any  # SimpleNamespace with one traced float64 scalar per Param: values.kappa, values.rho
Point = tuple[float, float]
Scale = Literal["linear", "log", "int", "bool"]


@dataclass(frozen=True)
class Param:
    r"""One adjustable number.

    Attributes:
      key: name in the URL and attribute of `values` (`rho`).
      symbol: LaTeX, without dollar signs (`\rho`).
      default, low, high: the default and the closed range that is accepted. `log` needs low > 0.
      scale: how a slider runs over the range; `int` and `bool` also restrict the values.
      help: one short sentence for the tooltip and the docs.
      word: what it is called beside its symbol ("learning rate"); where a file does not say, core.symbols.word does.
      counts: "updates" where it counts those of the run, so that its slider ends with the run; else nothing.
    """

    key: str
    symbol: str
    default: float
    low: float
    high: float
    scale: Scale = "linear"
    help: str = ""
    counts: str = ""
    word: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "word", self.word or symbols.word(self.key))
        if not self.low <= self.default <= self.high:
            raise ValueError(f"{self.key}: default {self.default} is outside [{self.low}, {self.high}]")
        if self.scale == "log" and self.low <= 0:
            raise ValueError(f"{self.key}: a log scale needs low > 0, got {self.low}")

    def accepts(self, value: float) -> bool:
        """True where `value` lies in the range and on the grid of the scale."""
        whole = self.scale in ("int", "bool")
        return math.isfinite(value) and self.low <= value <= self.high and (not whole or value == int(value))


class Check(NamedTuple):
    """A published point and value of a surface, preferably away from its minimum."""

    point: Point
    value: float
    source: str
    values: Mapping[str, float] = {}


@dataclass(frozen=True, eq=False)  # compared by identity, so that it can key a cache
class Landscape:
    """A loss surface over the plane.

    Attributes:
      key: file name and URL key. name, summary, look_for: English text (translated by catalogue).
      latex: the formula.
      fn: (x, values) -> f64[]; smooth enough for jax.grad and jax.hessian. x is f64[2], or two f64[] in a tuple: x[0], x[1].
      domain: (x0, x1, y0, y1), the window that is drawn.
      start: a start that shows the point of the surface.
      minima: values -> the minima, global ones first; () where the surface is unbounded below.
              Gets plain floats, not traced values.
      checks: published values.
      sample: (x, values, key) -> f64[], only where the loss really is an average (a minibatch
              loss) or the gradient really is noisy. The optimizer then sees its gradient, and `fn`
              stays the exact loss that is drawn and recorded.
      rates: optimizer -> the learning rate at which `look_for` can be seen; for the others one is searched.
      residuals: (x, values) -> f64[k] whose squares add up to `fn`, where it is a sum of squares: for Gauss–Newton.
      code, program, survey: of a surface that shares its compiled code with others. `program` is values -> an array, and
              `code` that array, traced or not, -> a Landscape without params: one function for all of them, so that it keys the
              caches of what is compiled. `survey` is (values, x f64[n, 2], 1, 3 or 6) -> value, slopes, curvatures
              (∂xx, ∂xy, ∂yy) f64[…, n], without JAX.
      look_for: what a student should see here, in two or three sentences.
      holds: what summary and look_for say, as checks (core.claims.Checks).
    """

    key: str
    name: str
    summary: str
    latex: str
    fn: Callable[[Any, Values], Array]
    domain: tuple[float, float, float, float]
    start: Point
    minima: Callable[[Values], Sequence[Point]]
    checks: Sequence[Check]
    look_for: str
    reference: str = ""
    params: tuple[Param, ...] = ()
    rates: Mapping[str, float] = field(default_factory=dict)
    sample: Callable[[Array, Values, Array], Array] | None = None
    residuals: Callable[[Array, Values], Array] | None = None
    code: Callable[[Any], Landscape] | None = None
    program: Callable[[Mapping[str, float]], np.ndarray] | None = None
    survey: Callable[[Mapping[str, float], np.ndarray, int], np.ndarray] | None = None
    holds: Checks = ()


def _unasked(x: Array) -> Array:
    raise TypeError("this query has no gradient elsewhere")


class Query(NamedTuple):
    """What an optimizer may ask for at update t = 1, 2, … Plain gradient descent ignores all but two."""

    t: Array  # f64[], the number of this update, from 1
    x: Array  # f64[2]
    loss: Array  # f64[], exact loss at x
    gradient: Array  # f64[2], as the optimizer sees it: minibatch or noisy where the experiment says so
    learning_rate: Array  # f64[], already scheduled
    key: Array  # PRNG key of this update
    fn: Callable[[Array], Array]  # the exact loss, for second-order methods and line searches: noise is in `gradient` only
    gradient_at: Callable[[Array], Array] = _unasked  # x -> what `gradient` were there: the same minibatch, the same noise
    residuals: Callable[[Array], Array] | None = None  # x -> f64[k], whose squares add up to the loss; None: not known
    lowest: Array | float = -math.inf  # f64[], the loss at the lowest minimum; −∞ where there is none


class Scaling(NamedTuple):
    """How a rule divides the gradient, or its average, entry by entry.

    Attributes:
      divisor: (state, t, values) after t ≥ 1 updates -> P, so that the last step was −rate · (first moment or gradient)/P.
      stability: values -> c; with P held still the rule is stable on a quadratic of Hessian H while
                 rate · (largest eigenvalue of P⁻¹H) < c.
    """

    divisor: Callable[[Any, Array, Values], Array]
    stability: Callable[[Values], float]


@dataclass(frozen=True, eq=False)
class Optimizer:
    """An update rule.

    Attributes:
      key: file name and URL key. name, summary: English text.
      latex: the rule, one line per element; params: hyperparameters; learning_rate: the Param `lr`.
      init: x f64[2] -> State, a NamedTuple with teaching names whose fields are f64[] or f64[2]. A field with more
            dimensions is carried from step to step and not recorded.
      update: (query, state, values) -> (step to ADD to x, new state). The sign is the optimizer's.
      worked: the first iterates on ½(x² + 4y²) from (1, 1) with default values and learning rate
              `worked_rate`, worked out by hand.
      stability: values -> c, where the rule is stable on a quadratic of curvature λ for lr·λ < c;
              None where no such limit is known in closed form.
      scaling: of a rule that divides entry by entry, where its limit with that divisor held still is known.
      best: (smallest, largest curvature) -> the values, `lr` among them, at which it is fastest on such a quadratic in the
            long run, or None.
      arrows: (x, move, velocity, learning rate, values) -> where the arrow of the velocity begins and ends, and where that of
            the gradient, which goes on from there, ends; f64[2] each, NumPy. None where a step is no such sum.
      torch, optax: the equivalent constructor as a format string over lr and the params, or "";
      difference: what those do differently from this rule, "" where they are the same thing.
      network_rate: what the learning rate defaults to where the rule trains a network.
      planar: it needs the Hessian, a matrix, or losses at other points (a line search), and so runs on the plane only; every
              other rule takes vectors of any length.
      gradients: how many gradients a step costs, on average where that differs. Where it cannot be known beforehand the
              state has a field `gradients`, which counts those of the last step, and this is 0.
      separate: whether each coordinate moves by itself, so that parts of a vector may be updated one by one; a norm or an
              inner product of the whole vector makes them depend on each other.
      reads_lowest: whether it asks for `Query.lowest`.
      holds: what the summary says, as checks (core.claims.Checks).
    """

    key: str
    name: str
    summary: str
    family: Literal["plain", "momentum", "adaptive", "second-order"]
    year: int
    reference: str
    latex: tuple[str, ...]
    learning_rate: Param
    init: Callable[[Array], Any]
    update: Callable[[Query, Any, Values], tuple[Array, Any]]
    worked_rate: float
    worked: tuple[Point, ...]
    params: tuple[Param, ...] = ()
    stability: Callable[[Values], float] | None = None
    scaling: Scaling | None = None
    best: Callable[[float, float], Mapping[str, float]] | None = None
    arrows: Callable[..., tuple[np.ndarray, np.ndarray, np.ndarray]] | None = None
    torch: str = ""
    optax: str = ""
    difference: str = ""
    network_rate: float = 0.01
    planar: bool = False
    gradients: float = 1
    separate: bool = True
    reads_lowest: bool = False
    holds: Checks = ()

    @property
    def all_params(self) -> tuple[Param, ...]:
        return (self.learning_rate, *self.params)


class Nothing(NamedTuple):
    """The state of what remembers nothing."""


def _shown(query: Query, values: Values) -> Query:
    return query


def _empty(x: Array) -> Any:
    return Nothing()


def _taken(query: Query, step: Array, state: Any, values: Values) -> tuple[Array, Any]:
    return step, state


@dataclass(frozen=True, eq=False)
class Wrapper:
    """What goes around any rule: it changes what the rule is shown, or the step that comes out, or watches the path.

    Attributes:
      key: file name and URL key, behind a ~ of the run; no schedule has the same. name, summary: English text.
      latex: what it does, one line per element. reference: its source. params: its numbers.
      query: (query, values) -> what the rule is shown in its place.
      init, step: x f64[n] -> State, as of an optimizer; (query, step, state, values) -> (the step to ADD to x, new state). The
            query is the one that the rule was not shown: before this and all other wrappers.
      neutral: the values at which the path is what it is without.
      path: the field of the state that is a point of the plane and is drawn as a second path, or "". Its name is no rule's.
      separate: as of an optimizer. limits: whether the rule's limit of stability stays what it is.
      torch, optax: the equivalent call as a format string over lr and the params, or "". `before`: whether these stand before
            the rule's own update. difference: what those do differently, "" where they are the same thing.
      holds: what the summary says, as checks (core.claims.Checks).
    """

    key: str
    name: str
    summary: str
    latex: tuple[str, ...]
    reference: str
    neutral: Mapping[str, float]
    params: tuple[Param, ...] = ()
    query: Callable[[Query, Values], Query] = _shown
    init: Callable[[Array], Any] = _empty
    step: Callable[[Query, Array, Any, Values], tuple[Array, Any]] = _taken
    path: str = ""
    separate: bool = True
    limits: bool = True
    torch: str = ""
    optax: str = ""
    before: bool = True
    difference: str = ""
    holds: Checks = ()


@dataclass(frozen=True, eq=False)
class Schedule:
    """A learning-rate schedule, evaluated to an array before the descent starts.

    Attributes:
      key: file name and URL key. name, summary: English text. latex: the rule. reference: its source.
      fn: (initial_rate, t, horizon, values) -> f64[steps], with t = 0, 1, …, steps − 1 as an array.
      params: every schedule also has `warmup`, which the caller applies, unless it is listed here: then `fn` does.
      moves: whether the rate changes at all, so that it matters whether it waits for the warm-up.
      initial_rate: what the rate defaults to where nothing else sets it.
      torch, optax: the equivalent constructor as a format string over lr, horizon and the params, or "";
      chains: whether PyTorch's can be multiplied by a warm-up in a ChainedScheduler;
      difference: what those do differently, "" where they are the same thing.
      holds: what the summary says, as checks (core.claims.Checks).
    """

    key: str
    name: str
    summary: str
    latex: str
    fn: Callable[[float, Any, int, Values], Any]
    reference: str = ""
    params: tuple[Param, ...] = ()
    moves: bool = True
    initial_rate: float = 0.1
    torch: str = ""
    optax: str = ""
    chains: bool = False
    difference: str = ""
    holds: Checks = ()


@dataclass(frozen=True, eq=False)
class Activation:
    """A unit's nonlinearity, applied entry by entry. Its derivative is always taken by JAX, never written down.

    Attributes:
      key: file name and URL key. name, summary: English text. latex: the formula.
      fn: (z, values) -> array of the shape of z; finite with a finite derivative for every finite z.
      range: the values it takes, LaTeX. bounds: the same as numbers where both ends are finite, else None.
      zero_centred: whether its mean is 0 over a unit Gaussian at the default values.
      cost: what it costs to compute, one short sentence.
      kinks: values -> the points without a derivative. Gets plain floats.
      torch, jax: the equivalent call as a format string over the params, of an array `x`, or "";
      difference: what those do differently, "" where they are the same thing.
      holds: what the summary says, as checks (core.claims.Checks).
    """

    key: str
    name: str
    summary: str
    latex: str
    fn: Callable[[Array, Values], Array]
    range: str
    zero_centred: bool
    cost: str
    bounds: tuple[float, float] | None = None
    kinks: Callable[[Values], Sequence[float]] = lambda values: ()
    params: tuple[Param, ...] = ()
    reference: str = ""
    torch: str = ""
    jax: str = ""
    difference: str = ""
    holds: Checks = ()


@dataclass(frozen=True, eq=False)
class Initializer:
    """How the weights of a layer are drawn: `scale` times a unit array, so that a scale draws nothing anew.

    Attributes:
      key: file name and URL key. name, summary: English text. latex: the rule.
      draw: (rng, (fan_in, fan_out), values) -> f32[fan_in, fan_out], by a NumPy generator; may read only `drawn`.
      scale: (fan_in, fan_out, values) -> the number that `draw` is multiplied by.
      variance: (fan_in, fan_out, values) -> the variance of a weight, or None where the weights are not independent
                draws around zero.
      drawn: keys of the params that `draw` reads. The others move without a new draw.
      rescale: None, or: pre-activations f32[batch, fan_out] of the drawn layer -> the number that its weights are
               multiplied by. Layer after layer, for rules that look at data.
      cubic: whether a draw costs width³ (a factorization) and not width².
      torch, jax: the equivalent call as a format string over the params, or "". PyTorch's fills `w` [fan_out, fan_in],
                  JAX's makes the function (key, shape) -> array; both may name `fan_in`.
      difference: what those do differently, "" where they are the same thing.
      short: the name at the end of a curve, or the symbol of a parameter, whose value then stands behind it; "": `name`.
      holds: what the summary says, as checks (core.claims.Checks).
    """

    key: str
    name: str
    summary: str
    latex: str
    draw: Callable[[np.random.Generator, tuple[int, int], Values], np.ndarray]
    scale: Callable[[int, int, Values], float]
    variance: Callable[[int, int, Values], float | None]
    drawn: tuple[str, ...] = ()
    rescale: Callable[[Array], Array] | None = None
    cubic: bool = False
    params: tuple[Param, ...] = ()
    reference: str = ""
    torch: str = ""
    jax: str = ""
    difference: str = ""
    short: str = ""

    def weights(self, rng: np.random.Generator, shape: tuple[int, int], values: Values) -> np.ndarray:
        """Weights f32[fan_in, fan_out], before any `rescale`."""
        return np.float32(self.scale(*shape, values)) * self.draw(rng, shape, values)

    holds: Checks = ()


@dataclass(frozen=True, eq=False)
class Norm:
    """A normalization: what the averages μ and σ² are taken over.

    Attributes:
      key: file name and URL key. name, summary: English text. latex: the rule.
      axes: which of N, C, H, W its averages run over; over C only within a group where `grouped`.
      centred: whether the mean is taken off.
      dense: (x f32[batch, width], values) -> x with each set of values averaged, of the shape of x or broadcast to it.
      torch: the equivalent call as a format string over the params, of `x` [N, C, …], or "".
      holds: what the summary says, as checks (core.claims.Checks).
    """

    key: str
    name: str
    summary: str
    latex: str
    axes: tuple[str, ...]
    dense: Callable[[Array, Values], Array]
    grouped: bool = False
    centred: bool = True
    params: tuple[Param, ...] = ()
    reference: str = ""
    torch: str = ""
    holds: Checks = ()


@dataclass(frozen=True, eq=False)
class Dataset:
    """Samples to learn from, out of a package that is installed or out of a formula.

    Attributes:
      key: file name and URL key. name, summary: English text. source, licence: where it is from, and on what terms.
      load: (rng, values) -> x f32[samples, features] (large pictures uint8, a quarter of the memory) and y, int32[samples]
            classes or f32[samples] numbers. What comes out of a package is always the same; `rng` is a NumPy generator for
            what is drawn.
      samples: how many there are. train: how many of them train, unless the address says otherwise.
      shape: of one sample: (8, 8) for a picture, (32, 32, 3) for one in colours, (13,) for a row of a table.
      classes: their names; () where a number is to be predicted.
      features: names of the columns, or ().
      holds: what the summary says, as checks (core.claims.Checks).
      missing: () -> what is to be done before it can be used, a template and what fills it, or None where nothing is.
      counted: () -> how many samples there really are, where files of the user say so.
      needs: packages it comes in.
    """

    key: str
    name: str
    summary: str
    source: str
    licence: str
    load: Callable[[np.random.Generator, Values], tuple[np.ndarray, np.ndarray]]
    samples: int
    train: int
    shape: tuple[int, ...]
    classes: tuple[str, ...] = ()
    features: tuple[str, ...] = ()
    params: tuple[Param, ...] = ()
    holds: Checks = ()
    missing: Callable[[], tuple[str, Mapping[str, Any]] | None] = lambda: None
    counted: Callable[[], int] | None = None
    needs: tuple[str, ...] = ()

    @property
    def width(self) -> int:
        """Numbers in one sample."""
        return math.prod(self.shape)

    @property
    def size(self) -> int:
        """Samples that are there."""
        return self.counted() if self.counted else self.samples

    @property
    def trained(self) -> int:
        """How many of them train where the address says nothing."""
        return min(self.train, max(1, self.size * 5 // 6)) if self.counted else self.train


class Numbers(Mapping[str, float]):
    """Named numbers that never change, so that what holds them can key a cache."""

    __slots__ = ("_hash", "_values")

    def __init__(self, values: Mapping[str, float]):
        self._values = values._values if isinstance(values, Numbers) else dict(values)
        self._hash: int | None = None

    def __getitem__(self, name: str) -> float:
        return self._values[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __eq__(self, other: object) -> bool:
        return self._values == (other._values if isinstance(other, Numbers) else other)

    def __hash__(self) -> int:
        if self._hash is None:
            self._hash = hash(frozenset(self._values.items()))
        return self._hash

    def __repr__(self) -> str:
        return repr(self._values)


@dataclass(frozen=True)
class Spec:
    """A named thing with its parameter values, all of them: `taco` with kappa and angle."""

    key: str
    values: Mapping[str, float]

    def __post_init__(self) -> None:
        object.__setattr__(self, "values", Numbers(self.values))


def spec(key: str, params: Sequence[Param], **values: float) -> Spec:
    """A Spec with every parameter at its default but the given ones."""
    return Spec(key, {p.key: float(values.get(p.key, p.default)) for p in params})


def namespace(params: Sequence[Param], values: Any) -> Values:
    """Name the entries of a vector: row i of `params` names values[i]."""
    return SimpleNamespace(**{p.key: values[i] for i, p in enumerate(params)})


def defaults(params: Sequence[Param]) -> Values:
    """The default of each row, as plain floats."""
    return namespace(params, [p.default for p in params])
