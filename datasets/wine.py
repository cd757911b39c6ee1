"""Thirteen measurements of Italian wines from three growers: features whose sizes differ by a factor of ten thousand."""

from __future__ import annotations

import functools

import numpy as np

from core.types import Dataset, Values


@functools.lru_cache(maxsize=1)
def table() -> tuple[np.ndarray, np.ndarray]:
    from sklearn.datasets import load_wine

    x, y = load_wine(return_X_y=True)
    return np.asarray(x, np.float32), np.asarray(y, np.int32)


def load(rng: np.random.Generator, values: Values) -> tuple[np.ndarray, np.ndarray]:
    return table()


dataset = Dataset(
    key="wine",
    name="Wine",
    summary="Thirteen chemical measurements of 178 wines from three growers, in very different units.",
    source="Aeberhard and Forina, Wine, UCI Machine Learning Repository, 1992",
    licence="CC BY 4.0; comes with scikit-learn (BSD-3-Clause).",
    load=load,
    samples=178,
    train=120,
    shape=(13,),
    classes=("1", "2", "3"),
    features=(
        "alcohol", "malic acid", "ash", "alcalinity of ash", "magnesium", "total phenols", "flavanoids",
        "nonflavanoid phenols", "proanthocyanins", "colour intensity", "hue", "OD280/OD315", "proline",
    ),
    holds=(
        lambda see: see.x.shape == (178, 13) and len(set(see.y.tolist())) == 3,
        lambda see: see.x.std(0).max() > 1000 * see.x.std(0).min(),
    ),
    needs=("scikit-learn",),
)  # fmt: skip
