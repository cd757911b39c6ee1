"""The network as a function of one flat vector of weights, and what it is trained to make small; float32 throughout.

A layer is h = f(norm(x W + b)) with W [fan_in, fan_out]; the last one is x W + b. Where there is a normalization it has a
learned γ and β of its own in every hidden layer. The vector holds W1, b1, γ1, β1, W2, … in this order, row by row.
With W [rows, columns, in, out] it is a convolution of pictures [samples, rows, columns, in]; h is the largest of each 2 × 2.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from activations import ACTIVATIONS
from core.types import Array, Initializer, Norm, Values, namespace
from engines.signal.normalization import EPSILON
from engines.training import dropout
from initializers import INITIALIZERS
from norms import NORMS

Shapes = tuple[tuple[int, ...], ...]


class Form(NamedTuple):
    """What the compiled code depends on, beside the optimizer and the number of samples; all else is an argument.

    Attributes:
      shapes: of the weights of every layer. activation, norm, loss, dropout: by their keys.
      picture: (rows, columns, channels) of a sample where the first layer is a convolution.
    """

    shapes: Shapes
    activation: str
    norm: str
    loss: str
    picture: tuple[int, int, int] | None = None
    dropout: str = "none"


class Piece(NamedTuple):
    """A named part of the flat vector: entries `start` to `end`, of a shape."""

    name: str
    shape: tuple[int, ...]
    start: int
    end: int


class Layer(NamedTuple):
    """The parameters of one layer; gamma and beta are None where nothing is normalized."""

    W: Any
    b: Any
    gamma: Any = None
    beta: Any = None


@functools.lru_cache(maxsize=256)
def pieces(form: Form) -> tuple[Piece, ...]:
    """The parts of the flat vector, in order."""
    cut, at = [], 0
    for name, shape in _named(form):
        end = at + math.prod(shape)
        cut.append(Piece(name, shape, at, end))
        at = end
    return tuple(cut)


def _named(form: Form) -> Iterator[tuple[str, tuple[int, ...]]]:
    for layer, shape in enumerate(form.shapes, 1):
        fan_out = shape[-1]
        yield f"W{layer}", shape
        yield f"b{layer}", (fan_out,)
        if NORMS[form.norm].axes and layer < len(form.shapes):
            yield f"gamma{layer}", (fan_out,)
            yield f"beta{layer}", (fan_out,)


def size(form: Form) -> int:
    """Entries of the flat vector."""
    return pieces(form)[-1].end


def named(form: Form, flat: Any) -> dict[str, Any]:
    """The parts of a flat vector [size] by name: W1, b1, …"""
    return {piece.name: flat[piece.start : piece.end].reshape(piece.shape) for piece in pieces(form)}


def joined(form: Form, parts: Mapping[str, Array]) -> Array:
    """The flat vector [size] of parts by name."""
    return jnp.concatenate([parts[piece.name].ravel() for piece in pieces(form)])


def layers(form: Form, parts: Mapping[str, Any]) -> list[Layer]:
    """Parts by name, layer by layer."""
    return [
        Layer(parts[f"W{i}"], parts[f"b{i}"], parts.get(f"gamma{i}"), parts.get(f"beta{i}"))
        for i in range(1, len(form.shapes) + 1)
    ]


# Before training ------------------------------------------------------------------------------------------------------


def initial(form: Form, init: str, values: Values, seed: int, x: np.ndarray, numbers: Numbers) -> np.ndarray:
    """Weights before training, f32[size]: W by the initializer, each layer with a generator of its own; b and β 0, γ 1.

    x f32[batch, features] is a batch that rules look at which rescale a layer by what comes out of it.
    """
    rule = INITIALIZERS[init]
    flat = np.zeros(size(form), np.float32)
    parts = named(form, flat)
    for i, shape in enumerate(form.shapes, 1):
        rng = np.random.Generator(np.random.SFC64([seed, i]))
        parts[f"W{i}"][:] = drawn(rule, rng, shape, values)
        if f"gamma{i}" in parts:
            parts[f"gamma{i}"][:] = 1
    if rule.rescale:
        _rescaled(form, rule, flat, x, numbers)
    return flat


def drawn(rule: Initializer, rng: np.random.Generator, shape: tuple[int, ...], values: Values) -> np.ndarray:
    """Weights of a shape. A unit of a convolution listens to rows · columns · channels in, and is heard by as many places."""
    if len(shape) == 2:
        return rule.weights(rng, shape, values)
    *places, into, out = shape
    fan_in, fan_out = math.prod(places) * into, math.prod(places) * out
    return np.float32(rule.scale(fan_in, fan_out, values)) * rule.draw(rng, (fan_in, out), values).reshape(shape)


def _rescaled(form: Form, rule: Initializer, flat: np.ndarray, x: np.ndarray, numbers: Numbers) -> None:
    """Multiply the weights of each layer in turn by what the rule says of its pre-activations."""
    assert rule.rescale
    step, h = _steps(form, numbers), entering(form, jnp.asarray(x))
    for i, layer in enumerate(layers(form, named(form, flat)), 1):
        through = weighted(h, layer.W)
        factor = np.asarray(rule.rescale(through.reshape(-1, through.shape[-1])), np.float32)
        layer.W[:] *= factor  # a view of `flat`
        h = step(layer, h, i < len(form.shapes)).h


# Forward --------------------------------------------------------------------------------------------------------------


class Numbers(NamedTuple):
    """Parameter values of the parts, f32[…] each, in the order of their rows."""

    activation: Any
    norm: Any
    penalty: Any  # f32[2]: of ½ ΣW² and of Σ|W|
    dropout: Any = ()


class Step(NamedTuple):
    """One layer's z = norm(x W + b) and its output h, [samples, fan_out]; the same where it is the last.

    Of a convolution: z [samples, rows, columns, channels], and h [samples, rows / 2, columns / 2, channels].
    """

    z: Array
    h: Array


def _steps(form: Form, numbers: Numbers, kept: Array | None = None) -> Callable[[Layer, Array, bool], Step]:
    rule, norm = ACTIVATIONS[form.activation], NORMS[form.norm]
    knobs, on = namespace(rule.params, numbers.activation), namespace(norm.params, numbers.norm)

    def step(layer: Layer, x: Array, hidden: bool) -> Step:
        z = weighted(x, layer.W) + layer.b
        if not hidden:
            return Step(z, z)
        if norm.axes:
            z = layer.gamma * _normalised(norm, z, on, kept) + layer.beta
        h = rule.fn(z, knobs)
        return Step(z, pooled(h) if h.ndim == 4 else h)

    return step


def entering(form: Form, x: Array) -> Array:
    """Samples [n, features] as the first layer takes them: pictures [n, rows, columns, channels] before a convolution."""
    return x.reshape(len(x), *form.picture) if form.picture else x


def weighted(x: Array, weights: Array) -> Array:
    """What a layer's weights make of its input; a dense layer takes what is left of a picture row by row, channels last."""
    return convolved(x, weights) if weights.ndim == 4 else x.reshape(len(x), -1) @ weights


def convolved(x: Array, weights: Array) -> Array:
    """Pictures [n, h, w, in] and filters [rows, columns, in, out] → [n, h, w, out], zeros around the picture.

    As one product of matrices: inside a loop XLA's own convolution takes three to four times as long on a processor.
    """
    rows, columns, into, out = weights.shape
    height, width = x.shape[1:3]
    wide = jnp.pad(x, ((0, 0), ((rows - 1) // 2, rows // 2), ((columns - 1) // 2, columns // 2), (0, 0)))
    places = [wide[:, i : i + height, j : j + width] for i in range(rows) for j in range(columns)]
    return jnp.concatenate(places, -1) @ weights.reshape(rows * columns * into, out)


def pooled(x: Array) -> Array:
    """The largest of each 2 × 2, [n, h, w, c] → [n, h // 2, w // 2, c]; an odd last row or column is left out."""
    n, height, width, channels = x.shape
    even = x[:, : height // 2 * 2, : width // 2 * 2]
    return even.reshape(n, height // 2, 2, width // 2, 2, channels).max((2, 4))


def _normalised(norm: Norm, z: Array, values: Values, kept: Array | None) -> Array:
    """(z − μ)/√(σ² + ε). kept f32[samples, 1]: what is averaged over samples is averaged over those with a 1 only.

    In pictures the averages run over all places first, and then over samples or channels as in a dense layer.
    """

    def average(of: Array) -> Array:
        if z.ndim == 4:
            mean = jnp.mean(of, (1, 2))
            return (over(mean) if {"N", "C"} & set(norm.axes) else mean)[:, None, None]
        return over(of)

    def over(of: Array) -> Array:
        if kept is None or "N" not in norm.axes:
            return norm.dense(of, values)
        return norm.dense(of * kept, values) / norm.dense(jnp.broadcast_to(kept, of.shape), values)

    centred = z - average(z) if norm.centred else z
    return centred / jnp.sqrt(average(centred**2) + EPSILON)


def forward(
    form: Form, parts: Mapping[str, Array], x: Array, numbers: Numbers, kept: Array | None = None, key: Array | None = None
) -> list[Step]:
    """All layers for x f32[samples, features]; the scores are the last one's h f32[samples, outputs].

    key: of the masks of dropout in an update; without one the network is judged, and all units take part.
    """
    step, seen, h = _steps(form, numbers, kept), [], entering(form, x)
    for i, layer in enumerate(layers(form, parts), 1):
        hidden = i < len(form.shapes)
        made = step(layer, h, hidden)
        seen.append(made._replace(h=dropout.through(form.dropout, made.h, numbers.dropout, key, i)) if hidden else made)
        h = seen[-1].h
    return seen


# Losses ---------------------------------------------------------------------------------------------------------------


def softmax(scores: Array, y: Array) -> Array:
    """Cross-entropy −ln p_y of each sample, in nats."""
    shifted = scores - lax.stop_gradient(jnp.max(scores, 1, keepdims=True))
    of_class = jnp.sum(jnp.where(_is(y, scores), shifted, 0), 1)
    return jnp.log(jnp.sum(jnp.exp(shifted), 1)) - of_class


def hinge(scores: Array, y: Array) -> Array:
    """Σ over the other classes of max(0, s_j − s_y + 1), for each sample (Weston and Watkins, 1999)."""
    own = _is(y, scores)
    of_class = jnp.sum(jnp.where(own, scores, 0), 1, keepdims=True)
    return jnp.sum(jnp.where(own, 0, jnp.maximum(0, scores - of_class + 1)), 1)


def mse(scores: Array, y: Array) -> Array:
    """Mean over the outputs of the squared error, for each sample; a class is the vector with a 1 in its place."""
    wanted = _is(y, scores).astype(scores.dtype) if jnp.issubdtype(y.dtype, jnp.integer) else y[:, None]
    return jnp.mean((scores - wanted) ** 2, 1)


def _is(y: Array, scores: Array) -> Array:
    return y[:, None] == jnp.arange(scores.shape[1], dtype=y.dtype)


LOSSES: dict[str, Callable[[Array, Array], Array]] = {"softmax": softmax, "hinge": hinge, "mse": mse}


def expected(loss: str, outputs: int, y: np.ndarray) -> float:
    """The loss of a network that says nothing yet, all scores 0: ln C, C − 1, 1/C, or the mean square of the numbers y."""
    if loss == "mse":
        return 1 / outputs if np.issubdtype(y.dtype, np.integer) else float(np.mean(y.astype(float) ** 2))
    return {"softmax": math.log(outputs), "hinge": outputs - 1.0}[loss]


def total(part: Array) -> Array:
    """The sum of all entries, columns first: XLA adds the rows of a matrix many at a time, but a vector one by one."""
    return jnp.sum(jnp.sum(part, 0)) if part.ndim > 1 else jnp.sum(part)


def penalty(form: Form, parts: Mapping[str, Array], numbers: Numbers) -> Array:
    """½ λ ΣW² or λ Σ|W|, over the weights and not the biases; without a penalty nothing is added up."""

    def added(weights: list[Array]) -> Array:
        squares, sizes = sum(total(w * w) for w in weights), sum(total(jnp.abs(w)) for w in weights)
        return numbers.penalty[0] * squares / 2 + numbers.penalty[1] * sizes

    weights = [parts[f"W{i}"] for i in range(1, len(form.shapes) + 1)]
    return lax.cond(jnp.any(numbers.penalty > 0), added, lambda weights: jnp.zeros((), weights[0].dtype), weights)


def objective(form: Form, parts: Mapping[str, Array], x: Array, y: Array, numbers: Numbers, key: Array | None = None) -> Array:
    """What is made small: the mean loss of a batch, and the penalty. key: of the masks of dropout, as in `forward`."""
    scores = forward(form, parts, x, numbers, key=key)[-1].h
    return jnp.mean(LOSSES[form.loss](scores, y)) + penalty(form, parts, numbers)


def slopes(
    form: Form, parts: Mapping[str, Array], x: Array, y: Array, numbers: Numbers, key: Array | None = None
) -> tuple[Array, dict[str, Array]]:
    """The objective, and its gradient part by part."""
    return jax.value_and_grad(lambda parts: objective(form, parts, x, y, numbers, key))(parts)


def slope(form: Form, flat: Array, x: Array, y: Array, numbers: Numbers, key: Array | None = None) -> tuple[Array, Array]:
    """The objective at a flat vector, and its gradient as a flat vector.

    Taken part by part and joined: the derivative of a slice is a vector full of zeros, and to add these costs twice the rest.
    """
    loss, gradient = slopes(form, named(form, flat), x, y, numbers, key)
    return loss, joined(form, gradient)
