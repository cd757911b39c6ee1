"""Glorot's rule as it was published: uniform weights."""

import numpy as np

from core.types import Initializer
from initializers._draws import even

initializer = Initializer(
    key="glorot_uniform",
    name="Glorot uniform (Xavier)",
    short="Xavier, uniform",
    summary="Glorot's rule as published: uniform weights of variance 2/(fan-in + fan-out).",
    latex=r"W_{ij} \sim \mathcal U(-a, a), \quad a = \sqrt{\frac{6}{n_\text{in} + n_\text{out}}}",
    draw=even,
    scale=lambda fan_in, fan_out, values: (6 / (fan_in + fan_out)) ** 0.5,
    variance=lambda fan_in, fan_out, values: 2 / (fan_in + fan_out),
    reference="Glorot and Bengio, Understanding the difficulty of training deep feedforward neural networks, 2010, equation 16",
    torch="torch.nn.init.xavier_uniform_(w)",
    jax="jax.nn.initializers.glorot_uniform()",
    holds=(lambda see: np.isclose(see.variance(300, 70), 2 / 370) and abs(see.weights(300, 70)).max() <= (6 / 370) ** 0.5,),
)
