"""Thirty measurements of cell nuclei, benign or malignant."""

from __future__ import annotations

import functools

import numpy as np

from core.types import Dataset, Values

MEASURED = (
    "radius", "texture", "perimeter", "area", "smoothness", "compactness", "concavity", "concave points", "symmetry",
    "fractal dimension",
)  # fmt: skip


@functools.lru_cache(maxsize=1)
def table() -> tuple[np.ndarray, np.ndarray]:
    from sklearn.datasets import load_breast_cancer

    x, y = load_breast_cancer(return_X_y=True)
    return np.asarray(x, np.float32), np.asarray(y, np.int32)


def load(rng: np.random.Generator, values: Values) -> tuple[np.ndarray, np.ndarray]:
    return table()


dataset = Dataset(
    key="breast_cancer",
    name="Breast cancer",
    summary="Thirty measurements of the cell nuclei in 569 samples of tissue, malignant or benign.",
    source="Wolberg, Street and Mangasarian, Breast cancer Wisconsin (diagnostic), UCI Machine Learning Repository, 1995",
    licence="CC BY 4.0; comes with scikit-learn (BSD-3-Clause).",
    load=load,
    samples=569,
    train=400,
    shape=(30,),
    classes=("malignant", "benign"),
    features=tuple(f"{kind} {name}" for kind in ("mean", "error of", "worst") for name in MEASURED),
    holds=(lambda see: see.x.shape == (569, 30) and len(set(see.y.tolist())) == 2,),
    needs=("scikit-learn",),
)
