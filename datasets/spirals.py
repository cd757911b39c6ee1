"""Two spirals around each other: the classical hard case for small networks (Lang and Witbrock, 1988)."""

from __future__ import annotations

import numpy as np

from core.types import Dataset, Values
from datasets._plane import FREE, SAMPLES, TRAIN, blurred, halves, noise

TURNS = 1.5


def load(rng: np.random.Generator, values: Values) -> tuple[np.ndarray, np.ndarray]:
    y = halves()
    along = np.sqrt(rng.uniform(0, 1, SAMPLES))  # as many points per length outside as inside
    angle = 2 * np.pi * TURNS * along + np.pi * y
    return blurred(rng, along[:, None] * np.stack([np.cos(angle), np.sin(angle)], 1), values), y


dataset = Dataset(
    key="spirals",
    name="Two spirals",
    summary="Two arms wound around each other one and a half times: eight units in one layer cannot follow them.",
    source="Lang and Witbrock, Learning to tell two spirals apart, 1988; drawn from a formula, by the seed of the experiment.",
    licence=FREE,
    load=load,
    samples=SAMPLES,
    train=TRAIN,
    shape=(2,),
    classes=("first", "second"),
    features=("x", "y"),
    params=(noise(0.02, 0.2),),
    holds=(
        lambda see: 2.7 < np.ptp(np.unwrap(np.arctan2(*see.arm()[::-1]))) / np.pi < 3.01,  # one and a half turns
        lambda see: see.trained("model=mlp:width=8,depth=1&run=adam:lr=0.01").scores.train_accuracy[-1] < 0.95,
    ),
)
