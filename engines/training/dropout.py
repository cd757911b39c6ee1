"""Dropout: in every update each unit of the hidden layers is kept with probability p, and else says nothing.

Srivastava and others, 2014, section 4. While a network trains, what is kept is multiplied by one factor; while it is judged,
all of it by another. Where the second is p times the first, a unit says the same in both, on average.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp

from core.types import Array, Param, namespace
from core.words import N_

KEEP = Param("keep", "p", 0.5, 0.05, 1.0, "linear", "Probability that a unit of a hidden layer is kept in an update.")


class Dropout(NamedTuple):
    """A way of it.

    Attributes:
      key: name in the address. name, summary: English texts. params: KEEP, or nothing. short: as an initializer's.
      trained, judged: p → what outputs are multiplied by while the network trains, and while it is judged.
    """

    key: str
    name: str
    summary: str
    params: tuple[Param, ...] = (KEEP,)
    trained: Callable[[Any], Any] = lambda keep: 1.0
    judged: Callable[[Any], Any] = lambda keep: 1.0
    short: str = ""


_KINDS = (
    Dropout("none", N_("No dropout"), N_("Every unit takes part in every update."), ()),
    Dropout(
        "inverted",
        N_("Dropout, inverted"),
        N_("What is kept is divided by p in training; nothing is left to do in a test."),
        trained=lambda keep: 1 / keep,
        short="p",
    ),
    Dropout(
        "vanilla",
        N_("Dropout, vanilla"),
        N_("What is kept stays as it is in training; in a test all outputs are multiplied by p."),
        judged=lambda keep: keep,
        short=N_("vanilla"),
    ),
    Dropout(
        "misread",
        N_("Dropout, misread"),
        N_("As vanilla, but in a test outputs are multiplied by 1 − p, the probability to drop: erratum 8."),
        judged=lambda keep: 1 - keep,
        short=N_("misread"),
    ),
)
DROPOUTS: dict[str, Dropout] = {kind.key: kind for kind in _KINDS}


def key_of(seed: Array, update: Array) -> Array:
    """Of the masks of one update, counted from 0: the same for all runs of an experiment."""
    return jax.random.fold_in(jax.random.fold_in(jax.random.key(8), seed), update)


def mask(key: Array, layer: int, shape: tuple[int, ...], keep: Array) -> Array:
    """Which outputs of a layer are kept, bool of their shape [samples, …]. A larger p keeps all that a smaller one keeps."""
    return jax.random.uniform(jax.random.fold_in(key, layer), shape, jnp.float32) < keep


def through(kind: str, h: Array, values: Array, key: Array | None, layer: int) -> Array:
    """Outputs h [samples, …] of a hidden layer as the next one gets them; key: of the update, or None in a test.

    values: f32[…] of the rows of the kind.
    """
    rule = DROPOUTS[kind]
    if not rule.params:
        return h
    keep = namespace(rule.params, values).keep
    if key is None:
        return h * rule.judged(keep)
    return jnp.where(mask(key, layer, h.shape, keep), h * rule.trained(keep), 0)
