"""A rectifier that leaks: a small slope on the negative side keeps every unit alive."""

import jax.numpy as jnp

from core.types import Activation, Param

activation = Activation(
    key="leaky_relu",
    name="Leaky ReLU",
    summary="A small fixed slope for negative inputs, so that no unit dies. The lectures draw slope 0.1 and define 0.01.",
    latex=r"f(x) = \begin{cases} x & x > 0 \\ s\,x & x \le 0 \end{cases}",
    fn=lambda z, values: jnp.where(z > 0, z, values.slope * z),
    range=r"(-\infty, \infty)",
    zero_centred=False,
    cost="One comparison and one product.",
    kinks=lambda values: (0.0,) if values.slope != 1 else (),
    params=(Param("slope", "s", 0.1, 0.0, 1.0, "linear", "Slope for negative inputs."),),
    reference="Maas, Hannun and Ng, Rectifier nonlinearities improve neural network acoustic models, 2013",
    torch="torch.nn.functional.leaky_relu(x, {slope})",
    jax="jax.nn.leaky_relu(x, {slope})",
    difference="Both libraries default to 0.01.",
    holds=(lambda see: all(see.slope(-3, slope=s)[0] == s for s in (0.01, 0.1)) and see.flat() == (False, False),),
)
