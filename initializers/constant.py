"""Every weight has the same value: all units of a layer compute the same, and below the last layer they learn the same."""

import numpy as np

from core.types import Initializer, Param

initializer = Initializer(
    key="constant",
    name="Constant",
    summary="All weights the same: all units of a layer compute the same and, but for those of the last layer, learn the same, for ever.",
    latex="W_{ij} = c",
    draw=lambda rng, shape, values: np.ones(shape, np.float32),
    scale=lambda fan_in, fan_out, values: values.value,
    variance=lambda fan_in, fan_out, values: None,
    params=(Param("value", "c", 0.01, -1.0, 1.0, "linear", "What every weight is set to."),),
    torch="torch.nn.init.constant_(w, {value})",
    jax="jax.nn.initializers.constant({value})",
)
