"""Swish with its sigmoid replaced by three straight lines."""

import jax.numpy as jnp
import numpy as np

from core.types import Activation

activation = Activation(
    key="hard_swish",
    name="Hard swish",
    summary="Swish made of straight lines and one parabola: exactly 0 below −3 and exactly x above 3. Made for phones.",
    latex=r"f(x) = \tfrac{x}{6} \min(\max(x + 3, 0), 6)",
    fn=lambda z, values: z * jnp.clip(z + 3, 0, 6) / 6,
    range=r"[-0.375, \infty)",
    zero_centred=False,
    cost="Two comparisons and two products.",
    kinks=lambda values: (-3.0, 3.0),
    reference="Howard et al., Searching for MobileNetV3, 2019, section 5.2",
    torch="torch.nn.functional.hardswish(x)",
    jax="jax.nn.hard_swish(x)",
    holds=(
        lambda see: see.f([-9, -3, 3, 9]).tolist() == [0, 0, 3, 9] and see.transcendental() == 0,
        lambda see: np.ptp(np.diff(see.f(np.linspace(-3, 3, 61)), n=2)) < 1e-12,  # a parabola between
    ),
)
