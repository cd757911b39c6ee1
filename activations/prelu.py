"""A leaky rectifier whose slope is learned like a weight."""

import jax.numpy as jnp
import numpy as np

from core.types import Activation, Param

activation = Activation(
    key="prelu",
    name="PReLU",
    summary="Leaky ReLU whose slope α is learned. Writing it as max(αx, x) is right for α ≤ 1 only.",
    latex=r"f(x) = \max(0, x) + \alpha \min(0, x)",
    fn=lambda z, values: jnp.where(z > 0, z, values.alpha * z),
    range=r"(-\infty, \infty)",
    zero_centred=False,
    cost="One comparison and one product.",
    kinks=lambda values: (0.0,) if values.alpha != 1 else (),
    params=(Param("alpha", r"\alpha", 0.25, -1.0, 2.0, "linear", "Slope for negative inputs, as training has left it."),),
    reference="He, Zhang, Ren and Sun, Delving deep into rectifiers, 2015, equation 1",
    torch="torch.nn.functional.prelu(x, torch.tensor({alpha}, dtype=x.dtype))",
    jax="jax.nn.leaky_relu(x, {alpha})",
    difference="In PyTorch α is a tensor that is trained; here it is a slider. JAX has the formula only.",
    holds=(
        lambda see: (
            [bool(np.array_equal(see.f([-2, 2], alpha=a), np.maximum([-2 * a, 2 * a], [-2, 2]))) for a in (-1, 0.25, 1, 1.5)]
            == [True, True, True, False]
        ),
    ),
)
