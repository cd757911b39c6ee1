"""Gaussian weights of variance 2/fan-in, which makes up for the half that a ReLU cuts away."""

import numpy as np

from core.types import Initializer
from initializers._draws import gaussian

initializer = Initializer(
    key="he_normal",
    name="He normal (Kaiming)",
    short="He",
    summary="Variance 2/fan-in makes up for the half of the signal that a ReLU cuts away.",
    latex=r"W_{ij} \sim \mathcal N(0, 2/n_\text{in})",
    draw=gaussian,
    scale=lambda fan_in, fan_out, values: (2 / fan_in) ** 0.5,
    variance=lambda fan_in, fan_out, values: 2 / fan_in,
    reference="He, Zhang, Ren and Sun, Delving deep into rectifiers, 2015, equation 10",
    torch='torch.nn.init.kaiming_normal_(w, nonlinearity="relu")',
    jax="jax.nn.initializers.he_normal()",
    difference="JAX cuts its Gaussians off at two standard deviations and widens them to the same variance.",
    holds=(
        lambda see: see.variance(300, 70) == 2 / 300,
        lambda see: np.ptp(see("activation=relu&width=512&depth=6&batch=64").std) < 0.1,
    ),
)
