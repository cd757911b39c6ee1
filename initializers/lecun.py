"""Gaussian weights of variance 1/fan-in: what the lectures call Xavier."""

from core.types import Initializer
from initializers._draws import gaussian

initializer = Initializer(
    key="lecun",
    name="LeCun (1/√fan-in)",
    short="LeCun",
    summary="Variance 1/fan-in keeps the signal of a linear layer. The lectures call it Xavier; Glorot's rule is another.",
    latex=r"W_{ij} \sim \mathcal N(0, 1/n_\text{in})",
    draw=gaussian,
    scale=lambda fan_in, fan_out, values: fan_in**-0.5,
    variance=lambda fan_in, fan_out, values: 1 / fan_in,
    reference="LeCun, Bottou, Orr and Müller, Efficient backprop, 1998, section 4.6",
    torch="torch.nn.init.normal_(w, std=fan_in**-0.5)",
    jax="jax.nn.initializers.lecun_normal()",
    difference="JAX cuts its Gaussians off at two standard deviations and widens them to the same variance.",
    holds=(
        lambda see: see.variance(300, 70) == 1 / 300 != see.other("glorot_normal").variance(300, 70),
        lambda see: abs(see("activation=identity&width=512&depth=6&batch=64").std - 1).max() < 0.1,
    ),
)
