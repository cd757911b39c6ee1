"""The tables and photographs of scikit-learn, in float64: for what is computed exactly of them, such as a condition number."""

from __future__ import annotations

import functools

import numpy as np

from datasets._photographs import PHOTOGRAPHS, photograph

COLOURS = "photographs"
TABLES = ("wine", "breast_cancer", "iris", "digits", COLOURS)
CHANNELS = ("red", "green", "blue")
SMALL = (32, 48)  # pixels of a photograph, height and width, each of which is a sample


@functools.lru_cache(maxsize=len(TABLES))
def table(key: str) -> tuple[np.ndarray, np.ndarray, tuple[str, ...]]:
    """Samples f64[n, features], classes int64[n] and the names of the features; arrays that must not be written to.

    The samples of the photographs are their pixels, the features red, green and blue; the class says which photograph.
    """
    if key == COLOURS:
        pixels = np.concatenate([photograph(name, *SMALL).reshape(-1, 3) for name in PHOTOGRAPHS]).astype(np.float64)
        pixels.flags.writeable = False
        return pixels, np.repeat(np.arange(len(PHOTOGRAPHS)), SMALL[0] * SMALL[1]), CHANNELS
    from sklearn import datasets  # here, because importing it takes a second that few pages need

    bunch = getattr(datasets, f"load_{key}")()
    x, y = np.asarray(bunch.data, np.float64), np.asarray(bunch.target, np.int64)
    x.flags.writeable = y.flags.writeable = False
    return x, y, tuple(str(name) for name in bunch.feature_names)
