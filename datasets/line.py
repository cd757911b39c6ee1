"""A straight line with noise: what one weight and one bias can learn."""

from __future__ import annotations

import numpy as np

from core.types import Dataset, Param, Values
from datasets._plane import FORMULA, FREE

SAMPLES = 200


def load(rng: np.random.Generator, values: Values) -> tuple[np.ndarray, np.ndarray]:
    x = rng.uniform(-2, 2, SAMPLES)
    y = 0.8 * x - 0.3 + values.noise * rng.standard_normal(SAMPLES)
    return x[:, None].astype(np.float32), y.astype(np.float32)


dataset = Dataset(
    key="line",
    name="A line",
    summary="One number from another, y = 0.8 x − 0.3 and noise: two parameters are enough.",
    source=FORMULA,
    licence=FREE,
    load=load,
    samples=SAMPLES,
    train=150,
    shape=(1,),
    features=("x",),
    params=(Param("noise", r"\sigma", 0.2, 0.0, 1.0, "linear", "Standard deviation of what is added to y."),),
    holds=(lambda see: np.allclose(see.drawn(noise=0.0)[1], 0.8 * see.drawn(noise=0.0)[0][:, 0] - 0.3, atol=1e-6),),
)
