"""Gaussian weights of variance 2/(fan-in + fan-out): a compromise between forward and backward."""

from core.types import Initializer
from initializers._draws import gaussian

initializer = Initializer(
    key="glorot_normal",
    name="Glorot normal (Xavier)",
    short="Xavier",
    summary="Variance 2/(fan-in + fan-out), between what forward and backward need. In a square layer the same as LeCun's.",
    latex=r"W_{ij} \sim \mathcal N\left(0, \frac{2}{n_\text{in} + n_\text{out}}\right)",
    draw=gaussian,
    scale=lambda fan_in, fan_out, values: (2 / (fan_in + fan_out)) ** 0.5,
    variance=lambda fan_in, fan_out, values: 2 / (fan_in + fan_out),
    reference="Glorot and Bengio, Understanding the difficulty of training deep feedforward neural networks, 2010, equation 12",
    torch="torch.nn.init.xavier_normal_(w)",
    jax="jax.nn.initializers.glorot_normal()",
    difference="JAX cuts its Gaussians off at two standard deviations and widens them to the same variance.",
    holds=(
        lambda see: see.variance(300, 70) == 2 / 370 and 1 / 300 < see.variance(300, 70) < 1 / 70,
        lambda see: see.variance(128, 128) == see.other("lecun").variance(128, 128),
    ),
)
