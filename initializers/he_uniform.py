"""Uniform weights of variance 2/fan-in."""

import numpy as np

from core.types import Initializer
from initializers._draws import even

initializer = Initializer(
    key="he_uniform",
    name="He uniform (Kaiming)",
    short="He, uniform",
    summary="He's variance 2/fan-in from uniform weights.",
    latex=r"W_{ij} \sim \mathcal U(-a, a), \quad a = \sqrt{6/n_\text{in}}",
    draw=even,
    scale=lambda fan_in, fan_out, values: (6 / fan_in) ** 0.5,
    variance=lambda fan_in, fan_out, values: 2 / fan_in,
    reference="He, Zhang, Ren and Sun, Delving deep into rectifiers, 2015, equation 10",
    torch='torch.nn.init.kaiming_uniform_(w, nonlinearity="relu")',
    jax="jax.nn.initializers.he_uniform()",
    holds=(
        lambda see: np.isclose(see.variance(300, 70), see.other("he_normal").variance(300, 70)),
        lambda see: abs(see.weights(300, 70)).max() <= (6 / 300) ** 0.5,
    ),
)
