"""Fisher's irises: four lengths in centimetres, three species."""

from __future__ import annotations

import functools

import numpy as np

from core.types import Dataset, Values


@functools.lru_cache(maxsize=1)
def table() -> tuple[np.ndarray, np.ndarray]:
    from sklearn.datasets import load_iris

    x, y = load_iris(return_X_y=True)
    return np.asarray(x, np.float32), np.asarray(y, np.int32)


def load(rng: np.random.Generator, values: Values) -> tuple[np.ndarray, np.ndarray]:
    return table()


dataset = Dataset(
    key="iris",
    name="Iris",
    summary="Length and width of sepals and petals of 150 irises of three species, in centimetres.",
    source="Fisher, The use of multiple measurements in taxonomic problems, 1936; UCI Machine Learning Repository",
    licence="CC BY 4.0; comes with scikit-learn (BSD-3-Clause).",
    load=load,
    samples=150,
    train=100,
    shape=(4,),
    classes=("setosa", "versicolor", "virginica"),
    features=("sepal length", "sepal width", "petal length", "petal width"),
    holds=(lambda see: see.x.shape == (150, 4) and np.bincount(see.y).tolist() == [50, 50, 50],),
    needs=("scikit-learn",),
)
