"""scikit-learn's 8 × 8 digits, where it is installed: an optional extra, and only its file of images is read."""

from __future__ import annotations

import functools
import gzip
import importlib.util
from pathlib import Path

import numpy as np

PIXELS = 64


def _file() -> Path | None:
    found = importlib.util.find_spec("sklearn")  # looks for it and does not load it
    folders = list(found.submodule_search_locations or []) if found else []
    files = [Path(folder) / "datasets" / "data" / "digits.csv.gz" for folder in folders]
    return next((file for file in files if file.exists()), None)


def available() -> bool:
    return _file() is not None


@functools.lru_cache(maxsize=1)
def images() -> np.ndarray:
    """All images f32[1797, 64], less their mean image, divided by one number so that the mean square is 1.

    Raises FileNotFoundError where scikit-learn is not installed.
    """
    file = _file()
    if not file:
        raise FileNotFoundError("digits.csv.gz of scikit-learn")
    with gzip.open(file, "rt") as text:
        pixels = np.loadtxt(text, delimiter=",", dtype=np.float32)[:, :PIXELS]
    centred = pixels - pixels.mean(0)
    return centred / np.sqrt(np.mean(centred**2))


def sample(rng: np.random.Generator, count: int) -> np.ndarray:
    """f32[count, 64] in random order; images come again once all of them have been used."""
    known = images()
    rounds = -(-count // len(known))
    order = np.concatenate([rng.permutation(len(known)) for _ in range(rounds)])[:count]
    return known[order]
