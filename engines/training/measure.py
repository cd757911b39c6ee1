"""What is read off the weights at the recorded steps: loss and accuracy on both parts of the data, and what each layer does."""

from __future__ import annotations

import functools
from typing import Any, NamedTuple

import jax.numpy as jnp
from jax import lax

from core.types import Array
from engines.training import network
from engines.training.engine import Compiled
from engines.training.network import LOSSES, Form, Numbers


class Scores(NamedTuple):
    """f32[k] each: mean loss without the penalty, and share of samples whose class has the largest score, on both parts.

    penalty: what the penalty adds to the loss.
    """

    train_loss: Any
    train_accuracy: Any
    validation_loss: Any
    validation_accuracy: Any
    penalty: Any


def scores(form: Form, weights: Array, x: Array, y: Array, train: Array, numbers: Numbers) -> Scores:
    """For weights [k, n] on all samples, of which the first `train` are the training part.

    Batch norm takes the statistics of the whole training part for both; what is averaged over no samples is NaN.
    """
    kept = (jnp.arange(len(x)) < train).astype(x.dtype)

    def one(flat: Array) -> Scores:
        parts = network.named(form, flat)
        out = network.forward(form, parts, x, numbers, kept[:, None])[-1].h
        loss = LOSSES[form.loss](out, y)
        right = (jnp.argmax(out, 1) == y).astype(x.dtype)
        others = 1 - kept
        added = network.penalty(form, parts, numbers)
        return Scores(_mean(loss, kept), _mean(right, kept), _mean(loss, others), _mean(right, others), added)

    return lax.map(one, weights)


def _mean(values: Array, of: Array) -> Array:
    """Over the entries where `of` is 1; one that is not finite elsewhere does no harm."""
    return jnp.sum(jnp.where(of > 0, values, 0)) / jnp.sum(of)


@functools.lru_cache(maxsize=64)
def compiled_scores(form: Form) -> Compiled:
    """(weights, x, y, train, numbers) → Scores"""
    return Compiled(functools.partial(scores, form))
