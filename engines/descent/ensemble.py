"""The same descent under many seeds at once, however long it is: every update is computed, some are kept to be drawn.

The updates run in stretches, each of which begins where the one before ended, so that memory does not grow with the length.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from core.types import Array, Landscape, Optimizer
from engines.descent import engine
from engines.descent.engine import Carry

SEEDS = 64
DRAWN = 2000  # updates that are kept of a longer descent, evenly spaced
STRETCH = engine.MAX_STEPS // 2  # updates in one call of the compiled loop


class Ensemble(NamedTuple):
    """One descent of T updates under SEEDS seeds, seen after m of its updates.

    Attributes:
      at: i64[m + 1], the updates that are kept: 0 first, T last.
      losses: f64[m + 1, SEEDS], exact losses there, NaN from where a seed has diverged.
      late: f64[SEEDS], mean loss of each seed over the last updates, NaN where it has diverged.
      x, loss: f64[m + 1, 2] and f64[m + 1], the path of the first seed; once diverged, its last finite point.
      diverged_at: the first update after which the first seed was not finite, or None.
    """

    at: np.ndarray
    losses: np.ndarray
    late: np.ndarray
    x: np.ndarray
    loss: np.ndarray
    diverged_at: int | None


def kept(steps: int) -> np.ndarray:
    """The updates i64[m + 1] that are kept of a descent of so many: all, or DRAWN of them; 0 is the start."""
    m = min(steps, DRAWN)
    return np.arange(m + 1) * steps // m


def _row(now: Carry) -> Array:
    """Position, loss, and 0 as long as all that is carried is finite."""
    fine = jnp.where(jnp.isfinite(now.row()).all(), 0.0, jnp.nan)
    return jnp.stack([*now.x, now.loss, fine])


def _stretch(
    code: engine.Code,
    optimizer: Optimizer,
    program: Any,
    numbers: Array,
    rates: Array,
    noise: Array,
    scale: Array,
    seeds: Array,
    before: Carry,
    done: Array,
) -> tuple[Carry, Array]:
    """Up to STRETCH updates after the `done` ones; what to go on from, and rows [STRETCH + 1, SEEDS, 4]."""
    landscape = engine.running(code, program)

    def one(noise: Array, seed: Array, before: Carry) -> tuple[Carry, Array]:
        return engine.carried(landscape, optimizer, numbers, rates, scale * noise, seed, _row, (before, done))

    return jax.vmap(one, in_axes=(1, 0, 0), out_axes=(0, 1))(noise, seeds, before)


_compiled = functools.lru_cache(maxsize=64)(
    lambda code, optimizer: engine.Compiled(functools.partial(_stretch, code, optimizer))
)


@functools.lru_cache(maxsize=64)
def _nothing_before(optimizer: Optimizer) -> Carry:
    """Carried values of the right shapes [SEEDS, …], for the stretch that begins at the start and does not look at them."""
    pair = jnp.zeros((SEEDS, 2))
    return Carry(pair, jnp.zeros(SEEDS), pair, jax.vmap(optimizer.init)(pair), pair)


@functools.lru_cache(maxsize=16)
def _noise(kind: str, seed: int, number: int) -> Array:
    """Unit noise [STRETCH, SEEDS, 2] of stretch `number`: column i is what `engine.noise` draws for seed + i."""
    if kind == "none":
        return jnp.zeros((STRETCH, SEEDS, 2))
    block, half = divmod(number, engine.MAX_STEPS // STRETCH)
    draws = [np.asarray(engine.draw(kind, np.float64(1.0), s, np.uint32(block) if block else None)) for s in _seeds(seed)]
    return jnp.asarray(np.stack([draw[half * STRETCH : (half + 1) * STRETCH] for draw in draws], 1))


def _seeds(seed: int) -> np.ndarray:
    """The seeds [SEEDS] from `seed` on; they wrap around at 2³²."""
    return (np.arange(SEEDS, dtype=np.uint64) + np.uint64(seed)).astype(np.uint32)


def descend(
    landscape: Landscape,
    surface: engine.Numbers,
    optimizer: Optimizer,
    hyper: engine.Numbers,
    rates: np.ndarray,
    start: Sequence[float],
    kind: str = "none",
    scale: float = 0.0,
    seed: int = 0,
    late: float = 0.1,
) -> Ensemble:
    """`engine.descend` under the seeds from `seed` on.

    Args:
      rates: learning rate of each update, any number of them.
      kind, scale: of the noise on the gradient, as in `engine.noise`.
      late: share of the updates over which the end is averaged, of 1 + len(rates) points at least one.
      The rest is as in `engine.descend`.
    """
    code, program, own = engine.coded(landscape, surface)
    steps, at, rows = len(rates), kept(len(rates)), []
    so_far, ends = _nothing_before(optimizer), _Ends(steps + 1 - max(1, round(late * (steps + 1))))
    for number, done in enumerate(range(0, steps, STRETCH)):
        here = rates[done : done + STRETCH]
        padded = np.zeros(STRETCH)
        padded[: len(here)] = here
        numbers = engine.pack(landscape, surface, optimizer, hyper, start, seed, len(here), own)
        noise = _noise(kind, *((seed, number) if kind != "none" else (0, 0)))
        given = (numbers, padded, noise, np.float64(scale), _seeds(seed), so_far, np.int64(done))
        so_far, record = _compiled(code, optimizer)(program, *given)
        record = np.asarray(record)[1 if done else 0 : len(here) + 1]  # the first row of a later stretch is known
        updates = np.arange(len(record)) + (done + 1 if done else 0)
        losses, path = ends.take(updates, record)
        wanted = np.isin(updates, at)
        rows.append((losses[wanted], path[wanted]))
    losses, path = (np.concatenate(parts) for parts in zip(*rows, strict=True))
    return Ensemble(at, losses, ends.sums / (steps + 1 - ends.first), path[:, :2], path[:, 2], ends.diverged_at)


class _Ends:
    """What is kept of stretch after stretch: which seeds are lost, where the first one was last, sums from `first` on."""

    def __init__(self, first: int):
        self.first, self.sums, self.lost = first, np.zeros(SEEDS), np.zeros(SEEDS, bool)
        self.diverged_at: int | None = None
        self.last = np.zeros((0, 3))

    def take(self, updates: np.ndarray, record: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Losses [n, SEEDS], NaN where a seed is lost, and the first seed's path [n, 3], which stays where it was last."""
        gone = np.logical_or.accumulate(~np.isfinite(record).all(2), axis=0) | self.lost
        losses = np.where(gone, np.nan, record[:, :, 2])
        self.lost = gone[-1]
        self.sums = self.sums + losses[updates >= self.first].sum(0)
        path = np.concatenate([self.last, record[:, 0, :3]])
        if gone[:, 0].any():
            at = int(np.argmax(gone[:, 0]))
            self.diverged_at = int(updates[at]) if self.diverged_at is None else self.diverged_at
            path = path[np.minimum(np.arange(len(path)), max(at + len(self.last) - 1, 0))]
        path = path[len(self.last) :]
        self.last = path[-1:]
        return losses, path
