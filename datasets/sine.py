"""Two periods of a sine with noise: a curve to fit, and to overfit."""

from __future__ import annotations

import numpy as np

from core.types import Dataset, Param, Values
from datasets._plane import FORMULA, FREE

SAMPLES = 200


def load(rng: np.random.Generator, values: Values) -> tuple[np.ndarray, np.ndarray]:
    x = rng.uniform(-2, 2, SAMPLES)
    y = np.sin(np.pi * x) + values.noise * rng.standard_normal(SAMPLES)
    return x[:, None].astype(np.float32), y.astype(np.float32)


dataset = Dataset(
    key="sine",
    name="A sine",
    summary="Two periods of a sine and noise: a curve to fit and, with few samples, to overfit.",
    source=FORMULA,
    licence=FREE,
    load=load,
    samples=SAMPLES,
    train=150,
    shape=(1,),
    features=("x",),
    params=(Param("noise", r"\sigma", 0.1, 0.0, 1.0, "linear", "Standard deviation of what is added to y."),),
    holds=(
        lambda see: np.allclose(see.drawn(noise=0.0)[1], np.sin(np.pi * see.drawn(noise=0.0)[0][:, 0]), atol=1e-5),
        lambda see: 3.9 < np.ptp(see.x) < 4,
    ),
)
