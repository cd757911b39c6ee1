"""What is read off the weights at the recorded steps: loss and accuracy on both parts of the data, and what each layer does."""

from __future__ import annotations

import functools
import math
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from jax import lax

from core.types import Array
from engines.training import network
from engines.training.engine import Compiled
from engines.training.experiment import JUDGED
from engines.training.network import LOSSES, Form, Numbers

CELLS = 32_000_000  # numbers that a convolution may spread its input out to, in each part: 128 MB


class Scores(NamedTuple):
    """f32[k] each: mean loss without the penalty, and share of samples whose class has the largest score, on both parts.

    penalty: what the penalty adds to the loss.
    """

    train_loss: Any
    train_accuracy: Any
    validation_loss: Any
    validation_accuracy: Any
    penalty: Any


def judged(form: Form) -> int:
    """How many samples of each part are looked at, where there are more: as many as leave a convolution room."""
    cells, (rows, columns, _) = 1, form.picture or (1, 1, 1)
    for shape in form.shapes:
        if len(shape) == 4:
            cells = max(cells, rows * columns * math.prod(shape[:3]))
            rows, columns = rows // 2, columns // 2
    return min(JUDGED, CELLS // cells)


def parts(form: Form, x: Array, y: Array, train: Array) -> tuple[Array, Array, Array, Array]:
    """What is judged: samples, what they are, and f32[n] twice: 1 where one trains, 1 where one validates.

    All of them, or the first `judged` of each part, which are in random order, where that is less.
    """
    most, everyone = judged(form), jnp.arange(len(x))
    if len(x) <= 2 * most:
        kept = (everyone < train).astype(x.dtype)
        return x, y, kept, 1 - kept
    first = jnp.arange(most)
    chosen = jnp.concatenate([first, jnp.minimum(train + first, len(x) - 1)])
    kept = jnp.concatenate([first < train, first < 0]).astype(x.dtype)
    others = jnp.concatenate([first < 0, train + first < len(x)]).astype(x.dtype)
    return x[chosen], y[chosen], kept, others


def scores(form: Form, weights: Array, count: Array, x: Array, y: Array, train: Array, numbers: Numbers) -> Scores:
    """For the first `count` of weights [k, n] on all samples, of which the first `train` are the training part.

    Batch norm takes the statistics of the training part, as far as it is judged, for both; what is averaged over no samples is
    NaN.
    """
    x, y, kept, others = parts(form, x, y, train)

    def one(flat: Array) -> Scores:
        named = network.named(form, flat)
        out = network.forward(form, named, x, numbers, kept[:, None])[-1].h
        loss = LOSSES[form.loss](out, y)
        right = (jnp.argmax(out, 1) == y).astype(x.dtype)
        added = network.penalty(form, named, numbers)
        return Scores(_mean(loss, kept), _mean(right, kept), _mean(loss, others), _mean(right, others), added)

    def put(i: Array, scores: Scores) -> Scores:
        return jax.tree.map(lambda all_, own: all_.at[i].set(own), scores, one(weights[i]))

    return lax.fori_loop(0, count, put, Scores(*(jnp.full(len(weights), jnp.nan, x.dtype) for _ in Scores._fields)))


def _mean(values: Array, of: Array) -> Array:
    """Over the entries where `of` is 1; one that is not finite elsewhere does no harm."""
    return jnp.sum(jnp.where(of > 0, values, 0)) / jnp.sum(of)


@functools.lru_cache(maxsize=64)
def compiled_scores(form: Form) -> Compiled:
    """(weights, count, x, y, train, numbers) → Scores"""
    return Compiled(functools.partial(scores, form))
