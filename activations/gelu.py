"""The input times the probability that a standard Gaussian is smaller."""

import math

import jax.numpy as jnp
import numpy as np
from jax import lax

from core.types import Activation, Param


def fn(z, values):
    exact = 0.5 * z * lax.erfc(-z * math.sqrt(0.5))
    form = 0.5 * z * (1 + jnp.tanh(math.sqrt(2 / math.pi) * (z + 0.044715 * z**3)))
    return jnp.where(values.approximate > 0, form, exact)


activation = Activation(
    key="gelu",
    name="GELU",
    summary="x times the Gaussian distribution function: a smooth ReLU that dips below zero. A tanh form is much the same.",
    latex=r"f(x) = x\,\Phi(x) \approx \tfrac{x}{2}\left(1 + \tanh\left(\sqrt{2/\pi}\,(x + 0.044715\,x^3)\right)\right)",
    fn=fn,
    range=r"[-0.17, \infty)",
    zero_centred=False,
    cost="One error function, or one tanh.",
    params=(
        Param("approximate", r"\tanh", 0.0, 0.0, 1.0, "bool", "The tanh form in place of the exact one.", word="tanh form"),
    ),
    reference="Hendrycks and Gimpel, Gaussian error linear units, 2016, section 2",
    torch='torch.nn.functional.gelu(x, approximate="tanh" if {approximate} else "none")',
    jax="jax.nn.gelu(x, approximate={approximate})",
    difference="JAX takes the tanh form unless told otherwise.",
    holds=(
        lambda see: see.f(np.linspace(-3, 0, 301)).min() < -0.1,
        lambda see: abs(see.f(np.linspace(-9, 9, 1801)) - see.f(np.linspace(-9, 9, 1801), approximate=1)).max() < 1e-3,
    ),
)
