"""A rectifier that bends smoothly to −α instead of stopping at 0."""

import jax.numpy as jnp

from core.types import Activation, Param


def fn(z, values):
    below = jnp.where(z > 0, jnp.zeros_like(z), z)  # or the unused branch overflows, and its derivative is 0 · ∞
    return jnp.where(z > 0, z, values.alpha * jnp.expm1(below))


activation = Activation(
    key="elu",
    name="ELU",
    summary="Bends to −α for negative inputs: outputs are closer to zero mean than ReLU's, at the price of an exponential.",
    latex=r"f(x) = \begin{cases} x & x > 0 \\ \alpha\,(e^x - 1) & x \le 0 \end{cases}",
    fn=fn,
    range=r"(-\alpha, \infty)",
    zero_centred=False,
    cost="One exponential.",
    kinks=lambda values: (0.0,) if values.alpha != 1 else (),
    params=(Param("alpha", r"\alpha", 1.0, 0.0, 3.0, "linear", "Where the negative side levels off, times −1.", word="depth"),),
    reference="Clevert, Unterthiner and Hochreiter, Fast and accurate deep network learning by ELUs, 2016, equation 15",
    torch="torch.nn.functional.elu(x, alpha={alpha})",
    jax="jax.nn.elu(x, {alpha})",
    holds=(
        lambda see: all(abs(see.f(-40, alpha=a)[0] + a) < 1e-9 for a in (0.5, 1, 3)),
        lambda see: abs(see.mean()) < see.other("relu").mean() / 2 and see.transcendental() == 1,
    ),
)
