"""The input times its own sigmoid, also called Swish."""

import numpy as np
from jax import lax

from core.types import Activation

activation = Activation(
    key="silu",
    name="SiLU (Swish)",
    summary="x times its sigmoid: smooth, unbounded above, with a dip to −0.28 below zero.",
    latex=r"f(x) = x\,\sigma(x)",
    fn=lambda z, values: z * lax.logistic(z),
    range=r"[-0.28, \infty)",
    zero_centred=False,
    cost="One exponential and one division.",
    reference="Ramachandran, Zoph and Le, Searching for activation functions, 2017, section 4",
    torch="torch.nn.functional.silu(x)",
    jax="jax.nn.silu(x)",
    holds=(lambda see: round(see.f(np.linspace(-3, 0, 1001)).min(), 2) == -0.28 and see.flat() == (True, False),),
)
