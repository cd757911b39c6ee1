"""Gaussian weights of one size, whatever the width: the lectures' 0.01·randn."""

from core.types import Initializer, Param
from initializers._draws import gaussian

initializer = Initializer(
    key="normal",
    name="Normal, fixed σ",
    short="σ",
    summary="Gaussian weights of one spread, whatever the width: 0.01 is too small and 1 too large for a deep network.",
    latex=r"W_{ij} \sim \mathcal N(0, \sigma^2)",
    draw=gaussian,
    scale=lambda fan_in, fan_out, values: values.std,
    variance=lambda fan_in, fan_out, values: values.std**2,
    params=(Param("std", r"\sigma", 0.01, 1e-4, 2.0, "log", "Standard deviation of a weight."),),
    torch="torch.nn.init.normal_(w, std={std})",
    jax="jax.nn.initializers.normal({std})",
    holds=(
        lambda see: (see.variance(64, 64, std=0.05), see.variance(1024, 16, std=0.05)) == (0.05**2, 0.05**2),
        lambda see: see("activation=tanh&width=512&depth=10", std=0.01).std[-1] < 1e-5,
        lambda see: see("activation=tanh&width=512&depth=10", std=1).saturated[-1] > 0.8,
    ),
)
