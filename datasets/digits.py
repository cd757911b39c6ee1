"""scikit-learn's 8 × 8 digits: real data that comes with a package, so nothing is fetched."""

from __future__ import annotations

import functools

import numpy as np

PIXELS = 64


@functools.lru_cache(maxsize=1)
def images() -> np.ndarray:
    """All images f32[1797, 64], less their mean image, divided by one number so that the mean square is 1."""
    from sklearn.datasets import load_digits  # here, because importing it takes a second that few pages need

    pixels, _ = load_digits(return_X_y=True)
    pixels = np.asarray(pixels, np.float32)
    centred = pixels - pixels.mean(0)
    return centred / np.sqrt(np.mean(centred**2))


def sample(rng: np.random.Generator, count: int) -> np.ndarray:
    """f32[count, 64] in random order; images come again once all of them have been used."""
    known = images()
    rounds = -(-count // len(known))
    order = np.concatenate([rng.permutation(len(known)) for _ in range(rounds)])[:count]
    return known[order]
