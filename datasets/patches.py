"""Pieces of scikit-learn's two photographs, in colours: real images for filters to learn from, with nothing to fetch."""

from __future__ import annotations

import functools

import numpy as np

from core.types import Dataset, Values
from datasets._photographs import PHOTOGRAPHS, photograph

SIDE = 12  # pixels of a piece
ROWS, COLUMNS = 26, 40  # pieces of each photograph
SAMPLES = 2 * ROWS * COLUMNS


@functools.lru_cache(maxsize=1)
def pieces() -> tuple[np.ndarray, np.ndarray]:
    """f32[2080, 12·12·3], values 0 to 255, and int32[2080], the photograph that each piece is of; no two pieces overlap."""
    patches = []
    for key in PHOTOGRAPHS:
        whole = photograph(key, ROWS * SIDE, COLUMNS * SIDE).astype(np.float32)
        cut = whole.reshape(ROWS, SIDE, COLUMNS, SIDE, 3).transpose(0, 2, 1, 3, 4)
        patches.append(cut.reshape(ROWS * COLUMNS, -1))
    return np.concatenate(patches), np.repeat(np.arange(2, dtype=np.int32), ROWS * COLUMNS)


def load(rng: np.random.Generator, values: Values) -> tuple[np.ndarray, np.ndarray]:
    return pieces()


dataset = Dataset(
    key="patches",
    name="Pieces of two photographs",
    summary="Pieces of 12 × 12 pixels in red, green and blue, of a temple in China or of a flower: of which is it?",
    source="scikit-learn's china.jpg (flickr.com/photos/danielbuechele/6061409035) and flower.jpg "
    "(flickr.com/photos/vultilion/6056698931)",
    licence="CC BY 2.0; they come with scikit-learn (BSD-3-Clause).",
    load=load,
    samples=SAMPLES,
    train=1600,
    shape=(SIDE, SIDE, 3),
    classes=("China", "flower"),
    holds=(lambda see: see.x.shape[1] == 12 * 12 * 3 and (see.x.min(), see.x.max()) == (0, 255),),
    needs=("scikit-learn",),
)
