"""The input times the tanh of its softplus."""

import jax.numpy as jnp

from core.types import Activation

activation = Activation(
    key="mish",
    name="Mish",
    summary="x times tanh of softplus: the shape of SiLU with a slightly deeper dip, from three functions like exp where SiLU has one.",
    latex=r"f(x) = x \tanh\left(\ln(1 + e^x)\right)",
    fn=lambda z, values: z * jnp.tanh(jnp.logaddexp(z, jnp.zeros_like(z))),
    range=r"[-0.31, \infty)",
    zero_centred=False,
    cost="Two exponentials and one logarithm.",
    reference="Misra, Mish: a self regularized non-monotonic activation function, 2019, equation 1",
    torch="torch.nn.functional.mish(x)",
    jax="jax.nn.mish(x)",
)
