"""Every weight has the same value: all units of a layer compute the same, and below the last layer they learn the same."""

import numpy as np

from core.types import Initializer, Param

initializer = Initializer(
    key="constant",
    name="Constant",
    summary="All weights the same: the units of a layer compute the same, and in every layer but the last they learn the same.",
    latex="W_{ij} = c",
    draw=lambda rng, shape, values: np.ones(shape, np.float32),
    scale=lambda fan_in, fan_out, values: values.value,
    variance=lambda fan_in, fan_out, values: None,
    params=(Param("value", "c", 0.01, -1.0, 1.0, "linear", "What every weight is set to."),),
    torch="torch.nn.init.constant_(w, {value})",
    jax="jax.nn.initializers.constant({value})",
    holds=(
        lambda see: (see("activation=tanh&width=64&depth=5").distinct[:-1] == 1).all(),
        lambda see: see("activation=tanh&width=64&depth=5").distinct[-1] > 1,
        lambda see: all(
            np.ptp(see.trained("run=sgd:lr=0.1&run=adam:lr=0.01")[f"run{i}_W{layer}"], axis=1).max() < 1e-4
            for i in (0, 1)
            for layer in (1, 2)
        ),
        lambda see: np.ptp(see.trained("run=sgd:lr=0.1&run=adam:lr=0.01")["run0_W3"], axis=1).max() > 0.01,
    ),
)
