"""The tables that come with scikit-learn, in float64: for what is computed exactly of them, such as a condition number."""

from __future__ import annotations

import functools

import numpy as np

TABLES = ("wine", "breast_cancer", "iris", "digits")


@functools.lru_cache(maxsize=len(TABLES))
def table(key: str) -> tuple[np.ndarray, np.ndarray, tuple[str, ...]]:
    """Samples f64[n, features], classes int64[n] and the names of the features; arrays that must not be written to."""
    from sklearn import datasets  # here, because importing it takes a second that few pages need

    found = getattr(datasets, f"load_{key}")()
    x, y = np.asarray(found.data, np.float64), np.asarray(found.target, np.int64)
    x.flags.writeable = y.flags.writeable = False
    return x, y, tuple(str(name) for name in found.feature_names)
