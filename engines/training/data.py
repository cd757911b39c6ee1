"""What the network sees: the split, the transform by the training part's statistics, the labels, and the batches."""

from __future__ import annotations

import functools
from typing import NamedTuple

import numpy as np

from core.shelf import Shelf
from core.types import Spec, namespace
from datasets import DATASETS
from engines.training.experiment import Training

VALIDATE = 2000  # samples of a large set that validate, at least, where there are so many
DRAW, SPLIT, BATCHES, LABELS = 10, 11, 12, 13  # what the seed is followed by, so that each has a generator of its own


class Data(NamedTuple):
    """Samples, the training part first; of a large set those that validate are as many as fill one of LENGTHS.

    Attributes:
      x: f32[samples, features], as the network sees it. y: int32 or f32[samples], as it is told. raw: x before the transform,
        uint8 where the set has it so.
      truth: y without label noise. train: how many train. mean, std: what was taken off, and divided by, f32[features].
    """

    x: np.ndarray
    y: np.ndarray
    raw: np.ndarray
    truth: np.ndarray
    train: int
    mean: np.ndarray
    std: np.ndarray


LENGTHS = (8000, 24_000)  # samples that a large set is cut to: how many train is no shape, and compiles nothing
PIECE = 2000  # samples that are turned into float64 at a time
MAX_KEPT = 400_000_000  # bytes of samples in memory, beside those in use
_SHELF: Shelf[Data] = Shelf(MAX_KEPT, lambda seen: seen.x.nbytes + seen.raw.nbytes)


def data(t: Training) -> Data:
    key = (t.data, t.dataset.size, t.seed, t.train, t.transform, t.label_noise)
    seen = _SHELF.find(key)
    if seen is None:
        seen = _data(t.data, t.seed, t.train, t.transform, t.label_noise)
        _SHELF.put(key, seen)
    return seen


def _length(samples: int, train: int) -> int:
    """How many samples are used: all, or the first of LENGTHS that leaves enough to validate."""
    return next((length for length in LENGTHS if train + VALIDATE <= length < samples), samples)


def _data(which: Spec, seed: int, train: int, transform: str, label_noise: float) -> Data:
    dataset = DATASETS[which.key]
    values = namespace(dataset.params, [which.values[p.key] for p in dataset.params])
    x, y = dataset.load(_rng(seed, DRAW), values)
    order = _rng(seed, SPLIT).permutation(len(x))[: _length(len(x), train)]
    raw, truth = x[order], y[order]
    mean, std = np.zeros(raw.shape[1], np.float32), np.ones(raw.shape[1], np.float32)
    if transform != "raw":
        mean = raw[:train].mean(0, dtype=float).astype(np.float32)
    if transform == "standardized":
        std = _spread(raw[:train], mean).astype(np.float32)
        std[std == 0] = 1  # a feature that is always the same stays as it is
    told = truth.copy()
    if label_noise:
        told[:train] = _mislabelled(truth[:train], label_noise, len(dataset.classes), _rng(seed, LABELS))
    return Data(_moved(raw, mean, std), told, raw, truth, train, mean, std)


def _spread(raw: np.ndarray, mean: np.ndarray) -> np.ndarray:
    """Standard deviation of each feature, f64[features]; of bytes in pieces, as float64 would be eight times the memory."""
    if raw.dtype != np.uint8:
        return raw.std(0, dtype=float)
    pieces = (raw[first : first + PIECE] - mean.astype(float) for first in range(0, len(raw), PIECE))
    return np.sqrt(sum(np.sum(piece * piece, 0) for piece in pieces) / len(raw))


def _moved(raw: np.ndarray, mean: np.ndarray, std: np.ndarray) -> np.ndarray:
    """(raw − mean)/std, f32."""
    moved = raw - mean
    moved /= std
    return moved


def _mislabelled(y: np.ndarray, share: float, classes: int, rng: np.random.Generator) -> np.ndarray:
    """A share of the labels drawn at random, some of them right by chance; a larger share contains a smaller one."""
    chance, drawn = rng.random(len(y)), rng.integers(0, classes, len(y), dtype=np.int32)
    return np.where(chance < share, drawn, y)


def _rng(seed: int, what: int) -> np.random.Generator:
    return np.random.Generator(np.random.SFC64([seed, what]))


def batches(t: Training) -> np.ndarray:
    """Which training samples each update sees, int32[steps, batch].

    The training set in random order, then in another, and so on; a batch may reach over the end of one. In `sorted` order
    the classes come one after the other, the same way every time.
    """
    order = data(t).truth[: t.train] if t.order == "sorted" else None
    return _batches(t.train, t.batch, t.steps, t.seed, None if order is None else order.tobytes(), data(t).truth.dtype)


@functools.lru_cache(maxsize=16)
def _batches(train: int, batch: int, steps: int, seed: int, sorted_by: bytes | None, kind: np.dtype) -> np.ndarray:
    rounds = -(-steps * batch // train)
    if sorted_by is not None:
        order = np.argsort(np.frombuffer(sorted_by, kind), kind="stable")
        stream = np.tile(order, rounds)
    elif batch == train:
        stream = np.tile(np.arange(train), rounds)  # all of them, each time: the order makes no difference
    else:
        rng = _rng(seed, BATCHES)
        stream = np.concatenate([rng.permutation(train) for _ in range(rounds)])
    return stream[: steps * batch].reshape(steps, batch).astype(np.int32)
