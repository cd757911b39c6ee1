"""Uniform weights between two limits, whatever the width."""

import numpy as np

from core.types import Initializer, Param
from initializers._draws import even

initializer = Initializer(
    key="uniform",
    name="Uniform, fixed limit",
    summary="Weights spread evenly between −a and a. Only their variance a²/3 matters to the signal.",
    latex=r"W_{ij} \sim \mathcal U(-a, a)",
    draw=even,
    scale=lambda fan_in, fan_out, values: values.limit,
    variance=lambda fan_in, fan_out, values: values.limit**2 / 3,
    params=(Param("limit", "a", 0.05, 1e-4, 2.0, "log", "Largest size of a weight."),),
    torch="torch.nn.init.uniform_(w, -{limit}, {limit})",
    jax="lambda key, shape: jax.random.uniform(key, shape, minval=-{limit}, maxval={limit})",
    holds=(
        lambda see: abs(see.weights(64, 64, limit=0.2)).max() <= 0.2 and np.isclose(see.variance(64, 64, limit=0.3), 0.03),
        lambda see: np.allclose(
            see("activation=tanh&width=512&depth=6", limit=0.06).std,
            see.other("normal")("activation=tanh&width=512&depth=6", std=0.06 / 3**0.5).std,
            rtol=0.05,
        ),
    ),
)
