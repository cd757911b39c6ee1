"""The input times the tanh of its softplus."""

import jax.numpy as jnp
import numpy as np

from core.types import Activation

activation = Activation(
    key="mish",
    name="Mish",
    summary="x times tanh of softplus: the shape of SiLU with a slightly deeper dip, with three functions like exp, not one.",
    latex=r"f(x) = x \tanh\left(\ln(1 + e^x)\right)",
    fn=lambda z, values: z * jnp.tanh(jnp.logaddexp(z, jnp.zeros_like(z))),
    range=r"[-0.31, \infty)",
    zero_centred=False,
    cost="Two exponentials and one logarithm.",
    reference="Misra, Mish: a self regularized non-monotonic activation function, 2019, equation 1",
    torch="torch.nn.functional.mish(x)",
    jax="jax.nn.mish(x)",
    holds=(
        lambda see: -0.33 < see.f(np.linspace(-3, 0, 1001)).min() < see.other("silu").f(np.linspace(-3, 0, 1001)).min(),
        lambda see: (see.transcendental(), see.other("silu").transcendental()) == (3, 1),
    ),
)
