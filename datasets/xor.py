"""Exclusive or: opposite quadrants belong together."""

from __future__ import annotations

import numpy as np

from core.types import Dataset, Values
from datasets._plane import FREE, SAMPLES, TRAIN, blurred, noise


def load(rng: np.random.Generator, values: Values) -> tuple[np.ndarray, np.ndarray]:
    corner = rng.integers(0, 2, (SAMPLES, 2))
    points = (2 * corner - 1) * rng.uniform(0.1, 1.0, (SAMPLES, 2))
    return blurred(rng, points, values), (corner[:, 0] ^ corner[:, 1]).astype(np.int32)


dataset = Dataset(
    key="xor",
    name="Exclusive or",
    summary="Opposite quadrants belong to one class: the case that no single layer can learn.",
    source="Minsky and Papert, Perceptrons, 1969; drawn from a formula, by the seed of the experiment.",
    licence=FREE,
    load=load,
    samples=SAMPLES,
    train=TRAIN,
    shape=(2,),
    classes=("same sign", "other sign"),
    features=("x", "y"),
    params=(noise(0.05, 0.5),),
    holds=(lambda see: see.straight(noise=0.0) < 0.8,),
)
