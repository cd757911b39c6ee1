"""The network whose signals are measured: one frozen value, and its query string. The codec of this value is here.

For example `activation=tanh&init=normal:std=0.05&norm=group:groups=8&position=after&width=500&depth=10&batch=256&seed=0`. As in
engines.descent.codec, whatever equals its default is left out, and parsing never raises.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from activations import ACTIVATIONS
from core.problems import Problem, impossible
from core.query import Reader, grouped, number_text, spec_text
from core.types import Param, Spec, spec
from core.words import N_
from datasets import digits
from initializers import INITIALIZERS
from norms import NORMS

WIDTH = Param("width", "n", 500, 8, 4096, "int", "Units in every layer, and inputs.")
DEPTH = Param("depth", "L", 10, 1, 50, "int", "Number of layers.")
BATCH = Param("batch", "N", 256, 1, 2048, "int", "Samples that are sent through.")
SEED = Param("seed", "s", 0, 0, 2**32 - 1, "int", "Seed of the inputs, the weights and the gradient that is sent back.")
GAMMA = Param("gamma", r"\gamma", 1.0, 0.0, 5.0, "linear", "What normalized values are multiplied by.")
BETA = Param("beta", r"\beta", 0.0, -5.0, 5.0, "linear", "What is added to normalized values.")
NUMBERS = (WIDTH, DEPTH, BATCH, SEED, GAMMA, BETA)
POSITIONS = ("before", "after")
DATA = ("gaussian", "digits")
FIELDS = ("activation", "init", "norm", "position", "gamma", "beta", "width", "depth", "batch", "seed", "data")

# What one network may take, whatever the sliders say. The first is the lecture's 6 layers of 4096 units: 400 MB.
MAX_WEIGHTS = 101_000_000  # width² · depth
MAX_VALUES = 16_000_000  # batch · width · depth: some 200 MB, because values go forward and come back
MAX_PRODUCTS = 30_000_000_000  # batch · width² · depth: a second or two
MAX_CUBES = 11_000_000_000  # width³ · depth, where the weights are factorized: two seconds


@dataclass(frozen=True)
class Network:
    """A stack of `depth` equal dense layers without biases, h = activation(norm(h W)) or norm(activation(h W)).

    Attributes:
      activation, init, norm: what is applied, with all parameter values.
      position: "before" or "after" the activation, where the normalization stands. gamma, beta: its γ and β.
      width, depth, batch: units per layer, layers, samples. The input has `width` entries too, but 64 for the digits.
      seed: of input, weights, and the gradient that is sent back.
      data: "gaussian", independent N(0, 1); or "digits", scikit-learn's 8 × 8 images.
    """

    activation: Spec
    init: Spec
    norm: Spec
    position: str = "before"
    width: int = int(WIDTH.default)
    depth: int = int(DEPTH.default)
    batch: int = int(BATCH.default)
    seed: int = int(SEED.default)
    gamma: float = GAMMA.default
    beta: float = BETA.default
    data: str = "gaussian"

    @property
    def inputs(self) -> int:
        """Entries of an input: the fan-in of the first layer."""
        return digits.PIXELS if self.data == "digits" else self.width


def activation_params(key: str) -> tuple[Param, ...]:
    return ACTIVATIONS[key].params


def initializer_params(key: str) -> tuple[Param, ...]:
    return INITIALIZERS[key].params


def norm_params(key: str) -> tuple[Param, ...]:
    return NORMS[key].params


def default() -> Network:
    """What the address shows that says nothing: the lecture's tanh network with weights of 0.01, which fades out."""
    return network("tanh", "normal")


def network(activation: str, init: str, norm: str = "none", **fields) -> Network:
    """A network by the keys of its parts, each at its default values; `fields` are those of Network."""
    parts = (
        spec(activation, activation_params(activation)),
        spec(init, initializer_params(init)),
        spec(norm, norm_params(norm)),
    )
    return replace(Network(*parts), **fields)


def parse(pairs: Iterable[tuple[str, str]]) -> tuple[Network, list[Problem]]:
    """Read the decoded pairs of a query string. A network that is too large comes back with less width, and a problem."""
    reader = _Reader(grouped(pairs), FIELDS)
    return reader.network(), reader.problems


def activation(field: str, text: str, reader: Reader) -> Spec | None:
    """Read an activation with its values; None, and a problem, where there is none of that name."""
    return reader.spec(field, N_("activation"), text, list(ACTIVATIONS), activation_params)


class _Reader(Reader):
    """Reads the fields of a network."""

    def network(self) -> Network:
        given = Network(
            activation=self.part("activation", N_("activation"), ACTIVATIONS, activation_params, default().activation),
            init=self.part("init", N_("initializer"), INITIALIZERS, initializer_params, default().init),
            norm=self.part("norm", N_("normalization"), NORMS, norm_params, default().norm),
            position=self.choice("position", POSITIONS),
            width=int(self.number("width", WIDTH)),
            depth=int(self.number("depth", DEPTH)),
            batch=int(self.number("batch", BATCH)),
            seed=int(self.number("seed", SEED)),
            gamma=self.number("gamma", GAMMA),
            beta=self.number("beta", BETA),
            data=self.choice("data", DATA),
        )
        problem = too_large(given)
        if problem:
            self.problems.append(problem)
            return replace(given, width=widest(given))
        return given

    def part(self, field: str, kind: str, known, params, otherwise: Spec) -> Spec:
        text = self.one(field)
        return (self.spec(field, kind, text, list(known), params) if text is not None else None) or otherwise

    def choice(self, field: str, known: Sequence[str]) -> str:
        text = self.one(field)
        if text is not None and text not in known:
            self.problems.append(impossible(field, text, known))
            return known[0]
        return text or known[0]


class Limit(NamedTuple):
    """What one network may take; `size` is of width, depth and batch, and matters to `cubic` initializers only or to all."""

    most: int
    message: str
    size: Callable[[int, int, int], int]
    cubic: bool = False


LIMITS = (
    Limit(
        MAX_WEIGHTS,
        N_("{count} weights (width² × depth) are more than {limit}; with this depth the width can be up to {most}"),
        lambda width, depth, batch: width**2 * depth,
    ),
    Limit(
        MAX_CUBES,
        N_("{count} steps to factorize the weights (width³ × depth) are more than {limit}; the width can be up to {most}"),
        lambda width, depth, batch: width**3 * depth,
        cubic=True,
    ),
    Limit(
        MAX_VALUES,
        N_("{count} values (batch × width × depth) are more than {limit}; with this batch the width can be up to {most}"),
        lambda width, depth, batch: batch * width * depth,
    ),
    Limit(
        MAX_PRODUCTS,
        N_("{count} products (batch × width² × depth) are more than {limit}; the width can be up to {most}"),
        lambda width, depth, batch: batch * width**2 * depth,
    ),
)


def _exceeded(network: Network, width: int) -> Limit | None:
    """The first limit that this network would be beyond if it were this wide."""
    cubic = INITIALIZERS[network.init.key].cubic
    limits = (limit for limit in LIMITS if cubic or not limit.cubic)
    return next((limit for limit in limits if limit.size(width, network.depth, network.batch) > limit.most), None)


def too_large(network: Network) -> Problem | None:
    """What keeps a network from being computed here, with the limit and the width that would do; None if nothing does."""
    limit = _exceeded(network, network.width)
    if not limit:
        return None
    count, most = limit.size(network.width, network.depth, network.batch), widest(network)
    return Problem("width", limit.message, dict(count=f"{count:,}", limit=f"{limit.most:,}", most=most), [int(WIDTH.low), most])


def widest(network: Network) -> int:
    """The largest width that every limit allows; all of them allow the narrowest network at any depth and batch."""
    width = int(WIDTH.high)
    while _exceeded(network, width):
        width -= 1
    return width


def texts(network: Network) -> dict[str, str]:
    """Every field as it is written in a query."""
    return {
        "activation": spec_text(network.activation, activation_params(network.activation.key)),
        "init": spec_text(network.init, initializer_params(network.init.key)),
        "norm": spec_text(network.norm, norm_params(network.norm.key)),
        "position": network.position,
        **{p.key: number_text(getattr(network, p.key), p) for p in NUMBERS},
        "data": network.data,
    }


def pairs(network: Network) -> list[tuple[str, str]]:
    """The shortest pairs that `parse` reads back as this network."""
    chosen, usual = texts(network), texts(default())
    return [(field, chosen[field]) for field in FIELDS if chosen[field] != usual[field]]


def code(spec: Spec, params: Sequence[Param], templates: Iterable[str]) -> list[str]:
    """Calls of other libraries with these values filled in; templates that are "" are left out."""
    values = {p.key: bool(spec.values[p.key]) if p.scale == "bool" else number_text(spec.values[p.key]) for p in params}
    return [template.format(**values) for template in templates if template]
