"""Every weight is zero: no unit can ever become different from its neighbour."""

import numpy as np

from core.types import Initializer

initializer = Initializer(
    key="zeros",
    name="Zeros",
    summary="All weights zero: every layer puts out the same value for every input, and no gradient gets through.",
    latex="W_{ij} = 0",
    draw=lambda rng, shape, values: np.zeros(shape, np.float32),
    scale=lambda fan_in, fan_out, values: 1.0,
    variance=lambda fan_in, fan_out, values: 0.0,
    torch="torch.nn.init.zeros_(w)",
    jax="jax.nn.initializers.zeros",
    holds=(
        lambda see: all((see(f"activation={f}&width=64&depth=5").std == 0).all() for f in ("tanh", "sigmoid")),
        lambda see: all((see(f"activation={f}&width=64&depth=5").grad_std[:-1] == 0).all() for f in ("tanh", "sigmoid")),
    ),
)
