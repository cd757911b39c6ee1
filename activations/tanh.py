"""The hyperbolic tangent: a sigmoid that is centred on zero."""

import jax.numpy as jnp

from core.types import Activation

activation = Activation(
    key="tanh",
    name="tanh",
    summary="Squashes to (−1, 1) and is centred on zero; the slope is 1 in the middle and dies out on both sides.",
    latex=r"\tanh x = 2\,\sigma(2x) - 1",
    fn=lambda z, values: jnp.tanh(z),
    range="(-1, 1)",
    zero_centred=True,
    cost="About one exponential.",
    bounds=(-1.0, 1.0),
    reference="LeCun, Bottou, Orr and Müller, Efficient backprop, 1998, section 4.4",
    torch="torch.nn.functional.tanh(x)",
    jax="jax.nn.tanh(x)",
    holds=(
        lambda see: abs(see.steepest() - 1) < 1e-9 and see.slope(0)[0] == 1 and see.flat() == (True, True),
        lambda see: abs(see.f([-30, 30])).max() <= 1 and abs(see.mean()) < 1e-9,
    ),
)
