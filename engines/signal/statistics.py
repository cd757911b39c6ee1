"""A signal through a deep network: what every layer puts out, and the gradient that comes back, float32.

Forward, h_l = f(norm(h_{l−1} W_l)) from an input of independent N(0, 1), as in the lectures. Backward, a gradient of
independent N(0, 1) is put in at the last layer's output and taken back by JAX, for the sum over the batch. One layer is one
compiled function, called `depth` times: depth, seed and all parameter values are arguments, and only another width, batch,
activation or normalization is compiled anew. Unit weights are kept, because drawing them costs more than using them.
"""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple
from urllib.parse import parse_qsl

import jax
import jax.numpy as jnp
import numpy as np

from activations import ACTIVATIONS
from core.query import encode
from core.shelf import Shelf, give_back, give_way
from core.threads import POOL
from core.types import Array, Initializer, namespace
from datasets import digits
from engines.activation import curve
from engines.signal import network as networks
from engines.signal import theory
from engines.signal.network import Network
from engines.signal.normalization import normalise
from initializers import INITIALIZERS
from norms import NORMS

BINS = 30
SKETCH = 32  # ranks from this on are not told apart
LOOKS = 48  # directions that dL/dW is looked at from: more than SKETCH, or the weakest would drown in the others
LARGEST = 1e37  # beyond this, float32 counts as overflown
TINY = 1e-37
MAX_KEPT = 440_000_000  # bytes of unit weights in memory
LARGE = 8_000_000  # numbers from which on freed memory is given back at once; below it would cost more than it saves


@dataclass(frozen=True)
class Signal:
    """Statistics per layer; arrays [depth] are float64, NaN from where float32 overflows.

    Attributes:
      mean, std, skew: of all outputs h of a layer.
      saturated: share of outputs whose unit is saturated (engines.activation.curve); for tanh the share with |h| > 0.99.
      dead: share of units whose slope is 0 for every sample.
      grad_mean, grad_std: of dL/dh, the gradient that arrives at a layer's output; the last one is put in with std 1.
      local_grad_std: of dL/dz behind the activation and the normalization, z = h W.
      weight_std: of the weights. weight_grad_norm: Frobenius norm of dL/dW, summed over the batch.
      rank: of dL/dW, found in a random sketch, so that SKETCH stands for "this or more".
      distinct: how many of the units get a gradient of their own; 1 where all learn the same.
      edges, counts: histogram of h, [depth, BINS + 1] and [depth, BINS]. grad_edges, grad_counts: of dL/dh.
      predicted: mean, std and grad_std by theory.
      input_mean, input_std: of the input. input_grad_std: of the gradient that arrives there.
      overflow_at, grad_overflow_at: the layer, from 1, at which the signal or the gradient leaves float32, or None.
    """

    network: Network
    mean: np.ndarray
    std: np.ndarray
    skew: np.ndarray
    saturated: np.ndarray
    dead: np.ndarray
    grad_mean: np.ndarray
    grad_std: np.ndarray
    local_grad_std: np.ndarray
    weight_std: np.ndarray
    weight_grad_norm: np.ndarray
    rank: np.ndarray
    distinct: np.ndarray
    edges: np.ndarray
    counts: np.ndarray
    grad_edges: np.ndarray
    grad_counts: np.ndarray
    predicted: theory.Prediction
    input_mean: float
    input_std: float
    input_grad_std: float
    overflow_at: int | None
    grad_overflow_at: int | None


# Weights -------------------------------------------------------------------------------------------------------------


class _Weights(Shelf[tuple[Array, float]]):
    """Unit weights of single layers; room is made before the missing ones are drawn."""

    def layers(self, rule: Initializer, values: Any, seed: int, shapes: Sequence[tuple[int, int]]) -> list[tuple[Array, float]]:
        """Unit weights of every layer, and their std. Layers are drawn side by side, each by a generator of its own."""
        read = tuple(getattr(values, key) for key in rule.drawn)
        keys = [(rule.draw, read, seed, layer, shape) for layer, shape in enumerate(shapes)]
        there = {key: layer for key in keys if (layer := self.find(key))}
        missing = [key for key in keys if key not in there]
        self._make_room(4 * sum(a * b for *_, (a, b) in missing))
        layers = POOL.map(functools.partial(_drawn, values), missing)  # no lock is held: a training there may want room too
        drawn: dict[Any, tuple[Array, float]] = dict(zip(missing, layers, strict=True))
        with self.lock:
            self.kept.update(drawn)
        return [(there | drawn)[key] for key in keys]

    def _make_room(self, wanted: int) -> None:
        with self.lock:
            while self.kept and wanted + self.held() > self.most:
                self.kept.popitem(last=False)
        give_way(self, wanted + self.bytes)
        if wanted > 4 * LARGE:
            give_back()


def _drawn(values: Any, key: tuple) -> tuple[Array, float]:
    draw, _, seed, layer, shape = key
    unit = draw(np.random.Generator(np.random.SFC64([seed, layer + 1])), shape, values)
    flat = unit.ravel()
    mean = float(flat.mean())
    return jnp.asarray(unit), max(float(flat @ flat) / flat.size - mean**2, 0.0) ** 0.5


_SHELF = _Weights(MAX_KEPT, lambda drawn: 4 * drawn[0].size)
_LOCK = threading.Lock()  # one network at a time: that is what bounds the memory


def _input(network: Network) -> np.ndarray:
    """What is sent in, f32[batch, inputs]."""
    rng = np.random.Generator(np.random.SFC64([network.seed, 0]))
    if network.data == "digits":
        return digits.sample(rng, network.batch)
    return rng.standard_normal((network.batch, network.inputs), dtype=np.float32)


def _sent_back(network: Network) -> np.ndarray:
    """The gradient that is put in at the last output, f32[batch, width]."""
    rng = np.random.Generator(np.random.SFC64([network.seed, int(networks.DEPTH.high) + 1]))
    return rng.standard_normal((network.batch, network.width), dtype=np.float32)


@functools.lru_cache(maxsize=8)
def _directions(size: int, number: int) -> Array:
    """Random directions f32[size, LOOKS] that gradients are looked at from."""
    return jnp.asarray(np.random.Generator(np.random.SFC64(number)).standard_normal((size, LOOKS), dtype=np.float32))


# One layer -----------------------------------------------------------------------------------------------------------


class Moments(NamedTuple):
    mean: Array
    std: Array
    skew: Array
    low: Array
    high: Array


def moments(x: Array) -> Moments:
    """Of all entries of x [batch, width]; on a scale on which squares neither overflow nor vanish."""
    low, high = jnp.min(x), jnp.max(x)
    size = jnp.maximum(jnp.maximum(-low, high), TINY)
    scaled = x / size

    def average(values: Array) -> Array:
        return jnp.mean(jnp.mean(values, axis=1))  # in two steps, which loses fewer digits

    mean = average(scaled)
    apart = scaled - mean
    std = jnp.sqrt(average(apart**2))
    skew = jnp.where(std > 1e-6, average(apart**3) / jnp.maximum(std, 1e-6) ** 3, 0.0)
    return Moments(mean * size, std * size, skew, low, high)


class Ahead(NamedTuple):
    """What one layer hands on and reports on the way forward. `factor` is what the unit weights were multiplied by."""

    preactivation: Array
    output: Array
    factor: Array
    moments: Moments
    saturated: Array
    dead: Array


class Back(NamedTuple):
    """What one layer hands back and reports on the way back; `seen`, `sketch` are dL/dW from random directions."""

    gradient: Array
    moments: Moments
    local: Moments
    norm: Array
    seen: Array
    sketch: Array


class LayerLoops(NamedTuple):
    """The compiled halves of one layer of one shape."""

    ahead: Callable[..., Ahead]
    back: Callable[..., Back]


@functools.lru_cache(maxsize=48)
def _layer(activation: str, norm: str, after: bool, init: str, batch: int, fan_in: int, width: int) -> LayerLoops:
    """`init` matters by its `rescale` only; the shape is among the arguments so that old code can be thrown away."""
    rule, normal, rescale = ACTIVATIONS[activation], NORMS[norm], INITIALIZERS[init].rescale if init else None
    own = len(rule.params)

    def behind(z: Array, numbers: Array) -> tuple[Array, Array]:
        """What goes into the activation, and what the layer puts out."""
        values, knobs = namespace(rule.params, numbers[4:]), namespace(normal.params, numbers[4 + own :])
        gamma, beta = numbers[0], numbers[1]
        if after:
            return z, normalise(normal, rule.fn(z, values), knobs, gamma, beta)
        into = normalise(normal, z, knobs, gamma, beta)
        return into, rule.fn(into, values)

    def ahead(h: Array, unit: Array, scale: Array, numbers: Array) -> Ahead:
        z = scale * (h @ unit)
        more = rescale(z) if rescale else jnp.ones_like(scale)
        z = more * z
        into, out = behind(z, numbers)
        steep = jnp.abs(curve.slope(rule, into, namespace(rule.params, numbers[4:])))
        flat = (into <= numbers[2]) | (into >= numbers[3])
        dead = jnp.all(steep == 0, axis=0)
        return Ahead(z, out, scale * more, moments(out), jnp.mean(flat, dtype=out.dtype), jnp.mean(dead, dtype=out.dtype))

    def back(
        gradient: Array, h: Array, z: Array, unit: Array, factor: Array, numbers: Array, rows: Array, columns: Array
    ) -> Back:
        local = jax.vjp(lambda z: behind(z, numbers)[1], z)[1](gradient)[0]
        about = moments(local)
        size_h = jnp.maximum(jnp.max(jnp.abs(h)), TINY)
        size_local = jnp.maximum(jnp.maximum(-about.low, about.high), TINY)
        a, b = h / size_h, local / size_local
        if batch * (fan_in + width) < fan_in * width:  # the norm of aᵀb without aᵀb
            norm = jnp.sqrt(jnp.maximum(jnp.sum((a @ a.T) * (b @ b.T)), 0.0))
        else:
            norm = jnp.linalg.norm(a.T @ b)
        seen = (a @ rows).T @ b
        sizes = jnp.stack([norm, size_h, size_local])
        return Back(factor * (local @ unit.T), moments(gradient), about, sizes, seen[:4], seen @ columns)

    return LayerLoops(jax.jit(ahead), jax.jit(back))


@functools.lru_cache(maxsize=16)
def _histogram(batch: int, width: int) -> Callable[..., Array]:
    def count(x: Array, low: Array, high: Array) -> Array:
        place = jnp.clip(((x - low) * (BINS / (high - low))).astype(jnp.int32), 0, BINS - 1)
        return jnp.zeros(BINS, jnp.int32).at[place.ravel()].add(1)

    return jax.jit(count)


# The whole network ---------------------------------------------------------------------------------------------------


def signal(network: Network, own: bool = False) -> Signal:
    """Send one batch forward and one gradient back, or recall what came of it.

    Args:
      network: within the limits of engines.signal.network.
      own: each layer's histogram over its own range; otherwise all layers share one, which is that of the activation
        where it is bounded.
    """
    return _recalled(encode(networks.pairs(network)), own)


@functools.lru_cache(maxsize=64)
def _recalled(query: str, own: bool) -> Signal:
    return measure(networks.parse(parse_qsl(query))[0], own)


def measure(network: Network, own: bool = False) -> Signal:
    """`signal`, computed every time."""
    with _LOCK:
        measured = _measured(network, own)
        if network.batch * network.width * network.depth > LARGE:
            give_back()
        return measured


def _measured(network: Network, own: bool) -> Signal:
    rule = INITIALIZERS[network.init.key]
    values = namespace(rule.params, [network.init.values[p.key] for p in rule.params])
    shapes = [(network.inputs if layer == 0 else network.width, network.width) for layer in range(network.depth)]
    weights = _SHELF.layers(rule, values, network.seed, shapes)
    scales = [np.float32(rule.scale(*shape, values)) for shape in shapes]
    numbers, x, sent = _numbers(network), _input(network), _sent_back(network)
    codes = [
        _layer(
            network.activation.key,
            network.norm.key,
            network.position == "after",
            network.init.key if rule.rescale else "",
            network.batch,
            *shape,
        )
        for shape in shapes
    ]

    outputs: list[Array] = [jnp.asarray(x)]
    forward: list[Ahead] = []
    for code, (unit, _), scale in zip(codes, weights, scales, strict=True):
        forward.append(code.ahead(outputs[-1], unit, scale, numbers))
        outputs.append(forward[-1].output)
    gradients: list[Array] = [jnp.asarray(sent)]
    backward: list[Back] = []
    for i in reversed(range(network.depth)):
        made, (unit, _), (fan_in, width) = forward[i], weights[i], shapes[i]
        looks = _directions(fan_in, 1), _directions(width, 2)
        back = codes[i].back(gradients[0], outputs[i], made.preactivation, unit, made.factor, numbers, *looks)
        backward.insert(0, back)
        gradients.insert(0, back.gradient)
    return _summed_up(network, own, x, outputs[1:], gradients, forward, backward, [std for _, std in weights])


def _numbers(network: Network) -> np.ndarray:
    """One vector f32 for the compiled halves: γ, β, where saturation begins, then the parameters of the parts."""
    knobs = [network.norm.values[p.key] for p in NORMS[network.norm.key].params]
    head = [network.gamma, network.beta, *curve.tails(network.activation)]
    return np.array([*head, *curve.numbers(network.activation), *knobs], np.float32)


def _summed_up(
    network: Network,
    own: bool,
    x: np.ndarray,
    outputs: list[Array],
    gradients: list[Array],
    forward: list[Ahead],
    backward: list[Back],
    weight_stds: list[float],
) -> Signal:
    """The device's numbers as float64; from the first that float32 cannot hold on they are NaN."""
    ahead = [[float(v) for v in (*f.moments, f.saturated, f.dead, f.factor)] for f in jax.device_get(_small(forward))]
    mean, std, skew, low, high, flat, dead, factor = np.array(ahead).T
    fine = _unbroken(np.isfinite(mean) & (np.abs(low) < LARGEST) & (np.abs(high) < LARGEST))
    told = jax.device_get([b._replace(gradient=0) for b in backward])
    grad = np.array([[float(v) for v in b.moments] for b in told])
    fits = np.max(np.abs(grad[:, 3:]), axis=1) < LARGEST  # NaN does not fit
    back_fine = _unbroken(fits[::-1])[::-1] & fine.all()
    local = np.array([float(b.local.std) for b in told])
    norms = np.array([np.prod(b.norm.astype(float)) for b in told])
    ranks = np.array([_rank(b.sketch) for b in told])
    distinct = np.array([_distinct(b.seen) for b in told])

    def forward_only(values: np.ndarray) -> np.ndarray:
        return np.where(fine, values, np.nan)

    def backward_only(values: np.ndarray) -> np.ndarray:
        return np.where(back_fine & np.isfinite(values), values, np.nan)

    edges, counts = _histograms(outputs, low, high, fine, own, _bounds(network))
    grad_edges, grad_counts = _histograms(gradients[1:], grad[:, 3], grad[:, 4], back_fine, own, None)
    arrived = float(np.std(np.asarray(gradients[0], float))) if back_fine.all() else np.nan
    return Signal(
        network=network,
        mean=forward_only(mean),
        std=forward_only(std),
        skew=forward_only(skew),
        saturated=forward_only(flat),
        dead=forward_only(dead),
        grad_mean=backward_only(grad[:, 0]),
        grad_std=backward_only(grad[:, 1]),
        local_grad_std=backward_only(local),
        weight_std=np.array(weight_stds) * np.abs(factor),
        weight_grad_norm=backward_only(norms),
        rank=backward_only(ranks),
        distinct=backward_only(distinct),
        edges=edges,
        counts=counts,
        grad_edges=grad_edges,
        grad_counts=grad_counts,
        predicted=theory.predict(network, 1.0 if network.data == "gaussian" else float(np.mean(x**2))),
        input_mean=float(np.mean(x, dtype=float)),
        input_std=float(np.std(x, dtype=float)),
        input_grad_std=arrived,
        overflow_at=None if fine.all() else int(np.argmin(fine)) + 1,
        grad_overflow_at=None if back_fine.all() or not fine.all() else int(np.flatnonzero(~back_fine)[-1]) + 1,
    )


def _unbroken(fits: np.ndarray) -> np.ndarray:
    """True up to the first entry that is not."""
    return np.cumprod(fits).astype(bool)


def _small(forward: list[Ahead]) -> list[Ahead]:
    """Without the large arrays, which stay where they are."""
    return [f._replace(preactivation=0, output=0) for f in forward]


def _rank(sketch: np.ndarray) -> float:
    """Rank of dL/dW up to SKETCH, by LOOKS directions on each side; singular values below 1e-5 of the largest are noise."""
    if not np.isfinite(sketch).all():
        return np.nan
    values = np.linalg.svd(sketch.astype(float), compute_uv=False)
    return float(min(SKETCH, np.sum(values > 1e-5 * values[0]))) if values[0] > 0 else 0.0


def _distinct(seen: np.ndarray) -> float:
    """How many different columns dL/dW has, judged by four random combinations [4, width] of its rows."""
    if not np.isfinite(seen).all():
        return np.nan
    ordered = seen[:, np.argsort(seen[0])]
    steps = np.abs(np.diff(ordered, axis=1)) > 1e-5 * np.abs(seen).max()
    return float(1 + np.sum(steps.any(0)))


def _bounds(network: Network) -> tuple[float, float] | None:
    last = network.norm.key == "none" or network.position == "before"
    return ACTIVATIONS[network.activation.key].bounds if last else None


def _histograms(
    arrays: list[Array],
    low: np.ndarray,
    high: np.ndarray,
    fine: np.ndarray,
    own: bool,
    bounds: tuple[float, float] | None,
) -> tuple[np.ndarray, np.ndarray]:
    """Edges [depth, BINS + 1] and counts [depth, BINS]; no counts where the numbers are not fine."""
    if own:
        first, last = np.where(fine, low, 0.0), np.where(fine, high, 0.0)
    else:
        whole = bounds or ((low[fine].min(), high[fine].max()) if fine.any() else (0.0, 0.0))
        first, last = (np.full(len(arrays), end) for end in whole)
    narrow = last - first < 1e-30
    first, last = np.where(narrow, first - 0.5, first), np.where(narrow, last + 0.5, last)
    count = _histogram(*arrays[0].shape)
    counted = [count(array, np.float32(a), np.float32(b)) for array, a, b in zip(arrays, first, last, strict=True)]
    counts = np.where(fine[:, None], np.array(jax.device_get(counted)), 0)
    return np.linspace(first, last, BINS + 1, axis=1), counts
