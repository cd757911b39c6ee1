"""A ring around a disc's edge: two circles with one centre."""

from __future__ import annotations

import numpy as np

from core.types import Dataset, Values
from datasets._plane import FORMULA, FREE, SAMPLES, TRAIN, blurred, halves, noise

INNER = 0.5  # radius of the inner circle; the outer one has 1


def load(rng: np.random.Generator, values: Values) -> tuple[np.ndarray, np.ndarray]:
    y = halves()
    angle = rng.uniform(0, 2 * np.pi, SAMPLES)
    radius = np.where(y == 0, 1.0, INNER)
    return blurred(rng, radius[:, None] * np.stack([np.cos(angle), np.sin(angle)], 1), values), y


dataset = Dataset(
    key="circles",
    name="Two circles",
    summary="A circle inside another: the border has to close around the inner one.",
    source=FORMULA,
    licence=FREE,
    load=load,
    samples=SAMPLES,
    train=TRAIN,
    shape=(2,),
    classes=("outer", "inner"),
    features=("x", "y"),
    params=(noise(0.1, 0.5),),
    holds=(
        lambda see: see.straight(noise=0.0) < 0.7,
        lambda see: (
            np.linalg.norm(see.drawn(noise=0.0)[0], axis=1)[see.y == 0].mean()
            != np.linalg.norm(see.drawn(noise=0.0)[0], axis=1)[see.y == 1].mean()
        ),
    ),
)
