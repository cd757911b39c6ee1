"""An ELU with the two constants that make mean 0 and variance 1 a fixed point."""

import jax.numpy as jnp

from core.types import Activation

ALPHA = 1.6732632423543772848170429916717
SCALE = 1.0507009873554804934193349852946


def fn(z, values):
    below = jnp.where(z > 0, jnp.zeros_like(z), z)
    return SCALE * jnp.where(z > 0, z, ALPHA * jnp.expm1(below))


activation = Activation(
    key="selu",
    name="SELU",
    summary="A scaled ELU: with weights of variance 1/fan-in, mean 0 and variance 1 stay as they are, layer after layer.",
    latex=r"f(x) = \lambda \begin{cases} x & x > 0 \\ \alpha\,(e^x - 1) & x \le 0 \end{cases},"
    r"\quad \lambda \approx 1.0507,\ \alpha \approx 1.6733",
    fn=fn,
    range=r"(-\lambda\alpha, \infty)",
    zero_centred=True,
    cost="One exponential.",
    kinks=lambda values: (0.0,),
    reference="Klambauer, Unterthiner, Mayr and Hochreiter, Self-normalizing neural networks, 2017, equation 2",
    torch="torch.nn.functional.selu(x)",
    jax="jax.nn.selu(x)",
    holds=(
        lambda see: abs(see.depth("init=lecun&width=512&depth=20&batch=64").mean).max() < 0.1,
        lambda see: abs(see.depth("init=lecun&width=512&depth=20&batch=64").std - 1).max() < 0.1,
    ),
)
