"""A ReLU rounded off at the corner; its derivative is the sigmoid."""

import jax.numpy as jnp

from core.types import Activation

activation = Activation(
    key="softplus",
    name="Softplus",
    summary="A rounded ReLU whose derivative is the sigmoid. All its outputs are positive, far from zero mean.",
    latex=r"f(x) = \ln(1 + e^x)",
    fn=lambda z, values: jnp.logaddexp(z, jnp.zeros_like(z)),
    range=r"(0, \infty)",
    zero_centred=False,
    cost="One exponential and one logarithm.",
    reference="Dugas, Bengio, Bélisle, Nadeau and Garcia, Incorporating second-order functional knowledge, 2001",
    torch="torch.nn.functional.softplus(x)",
    jax="jax.nn.softplus(x)",
    holds=(
        lambda see: abs(see.slope([-4, 0, 2]) - see.other("sigmoid").f([-4, 0, 2])).max() < 1e-12,
        lambda see: see.f([-30, 0, 5]).min() > 0 and see.mean() > 0.8,
    ),
)
