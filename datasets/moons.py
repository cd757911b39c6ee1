"""Two half circles that reach into each other."""

from __future__ import annotations

import numpy as np

from core.types import Dataset, Values
from datasets._plane import FORMULA, FREE, SAMPLES, TRAIN, blurred, halves, noise


def load(rng: np.random.Generator, values: Values) -> tuple[np.ndarray, np.ndarray]:
    y = halves()
    angle = rng.uniform(0, np.pi, SAMPLES)
    upper = np.stack([np.cos(angle), np.sin(angle)], 1)
    lower = np.stack([1 - np.cos(angle), 0.5 - np.sin(angle)], 1)
    return blurred(rng, np.where(y[:, None] == 0, upper, lower), values), y


dataset = Dataset(
    key="moons",
    name="Two moons",
    summary="Two half circles that reach into each other: no straight line separates them.",
    source=FORMULA,
    licence=FREE,
    load=load,
    samples=SAMPLES,
    train=TRAIN,
    shape=(2,),
    classes=("upper", "lower"),
    features=("x", "y"),
    params=(noise(0.15, 0.6),),
    holds=(lambda see: all(see.straight(noise=noise) < 0.95 for noise in (0.0, 0.1)),),
)
