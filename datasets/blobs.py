"""Gaussian clouds around points on a circle."""

from __future__ import annotations

import numpy as np

from core.types import Dataset, Values
from datasets._plane import FORMULA, FREE, SAMPLES, TRAIN, blurred, noise

CLOUDS = 4


def load(rng: np.random.Generator, values: Values) -> tuple[np.ndarray, np.ndarray]:
    y = np.arange(SAMPLES, dtype=np.int32) % CLOUDS
    angle = 2 * np.pi * (y + 0.5) / CLOUDS
    return blurred(rng, np.stack([np.cos(angle), np.sin(angle)], 1), values), y


dataset = Dataset(
    key="blobs",
    name="Four clouds",
    summary="Four Gaussian clouds; with enough noise they overlap, and no network gets all of them right.",
    source=FORMULA,
    licence=FREE,
    load=load,
    samples=SAMPLES,
    train=TRAIN,
    shape=(2,),
    classes=("upper right", "upper left", "lower left", "lower right"),
    features=("x", "y"),
    params=(noise(0.3, 1.5),),
    holds=(
        lambda see: see.nearest(noise=0.0) == 1 and see.nearest() > 0.9,
        lambda see: see.nearest(noise=see.rule.params[0].high) < 0.9,  # by the best rule there is
    ),
)
