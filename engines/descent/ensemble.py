"""The same descent under many seeds at once: its mean, its spread, and the floor that the noise keeps it from."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from core.types import Array, Landscape, Optimizer
from engines.descent import engine

SEEDS = 64
MAX_UPDATES = 2000  # of an ensemble; a longer schedule is sampled


def _losses(
    code: engine.Code,
    optimizer: Optimizer,
    program: Any,
    numbers: Array,
    rates: Array,
    noise: Array,
    scale: Array,
    seeds: Array,
) -> Array:
    landscape = engine.running(code, program)

    def one(noise: Array, seed: Array) -> Array:
        return engine.loop(landscape, optimizer, numbers, rates, scale * noise, seed, lambda now: now.loss[None])[:, 0]

    return jax.vmap(one, in_axes=(1, 0), out_axes=1)(noise, seeds)


_compiled = functools.lru_cache(maxsize=64)(
    lambda code, optimizer: engine.Compiled(functools.partial(_losses, code, optimizer))
)


@functools.lru_cache(maxsize=8)
def _noise(kind: str, seed: int) -> Array:
    """Unit noise [MAX_UPDATES, SEEDS, 2]: column i is what `engine.noise` draws for seed + i."""
    if kind == "none":
        return jnp.zeros((MAX_UPDATES, SEEDS, 2))
    draws = [np.asarray(engine.draw(kind, np.float64(1.0), s))[:MAX_UPDATES] for s in _seeds(seed)]
    return jnp.asarray(np.stack(draws, 1))


def _seeds(seed: int) -> np.ndarray:
    """The seeds [SEEDS] from `seed` on; they wrap around at 2³²."""
    return (np.arange(SEEDS, dtype=np.uint64) + np.uint64(seed)).astype(np.uint32)


def losses(
    landscape: Landscape,
    surface: engine.Numbers,
    optimizer: Optimizer,
    hyper: engine.Numbers,
    rates: np.ndarray,
    start: Sequence[float],
    kind: str = "none",
    scale: float = 0.0,
    seed: int = 0,
) -> np.ndarray:
    """Exact losses [n + 1, SEEDS] of `engine.descend` under the seeds from `seed` on, NaN where one has diverged.

    Args:
      rates: learning rate of each update, n up to MAX_UPDATES.
      kind, scale: of the noise on the gradient, as in `engine.noise`.
      The rest is as in `engine.descend`.
    """
    n = len(rates)
    padded = np.zeros(MAX_UPDATES)
    padded[:n] = rates
    code, program, rows = engine.coded(landscape, surface)
    numbers = engine.pack(landscape, surface, optimizer, hyper, start, seed, n, rows)
    loss = _compiled(code, optimizer)(program, numbers, padded, _noise(kind, seed), np.float64(scale), _seeds(seed))[: n + 1]
    lost = np.logical_or.accumulate(~np.isfinite(loss), axis=0)
    return np.where(lost, np.nan, loss)
