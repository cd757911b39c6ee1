"""scikit-learn's 8 × 8 digits: real data that comes with a package, so nothing is fetched."""

from __future__ import annotations

import functools

import numpy as np

from core.types import Dataset, Values

PIXELS = 64


@functools.lru_cache(maxsize=1)
def scans() -> tuple[np.ndarray, np.ndarray]:
    """All images f32[1797, 64], values 0 to 16, and the digits that they show, int32[1797]."""
    from sklearn.datasets import load_digits  # here, because importing it takes a second that few pages need

    pixels, digits = load_digits(return_X_y=True)
    return np.asarray(pixels, np.float32), np.asarray(digits, np.int32)


@functools.lru_cache(maxsize=1)
def images() -> np.ndarray:
    """All images f32[1797, 64], less their mean image, divided by one number so that the mean square is 1."""
    pixels = scans()[0]
    centred = pixels - pixels.mean(0)
    return centred / np.sqrt(np.mean(centred**2))


def sample(rng: np.random.Generator, count: int) -> np.ndarray:
    """f32[count, 64] in random order; images come again once all of them have been used."""
    known = images()
    rounds = -(-count // len(known))
    order = np.concatenate([rng.permutation(len(known)) for _ in range(rounds)])[:count]
    return known[order]


def load(rng: np.random.Generator, values: Values) -> tuple[np.ndarray, np.ndarray]:
    return scans()


dataset = Dataset(
    key="digits",
    name="Digits, 8 × 8",
    summary="Handwritten digits as pictures of 8 × 8 pixels, each from 0 to 16.",
    source="Alpaydin and Kaynak, Optical recognition of handwritten digits, UCI Machine Learning Repository, 1998",
    licence="CC BY 4.0; comes with scikit-learn (BSD-3-Clause).",
    load=load,
    samples=1797,
    train=1000,
    shape=(8, 8),
    classes=tuple("0123456789"),
    holds=(lambda see: see.x.shape[1] == 8 * 8 and (see.x.min(), see.x.max()) == (0, 16),),
    needs=("scikit-learn",),
)
