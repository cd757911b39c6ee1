"""The rectifier: passes what is positive and nothing else."""

import jax.numpy as jnp

from core.types import Activation

activation = Activation(
    key="relu",
    name="ReLU",
    summary="Slope 1 for positive inputs, 0 for all others. A unit that is negative for every sample is dead.",
    latex=r"f(x) = \max(0, x)",
    fn=lambda z, values: jnp.where(z > 0, z, jnp.zeros_like(z)),  # the derivative at 0 is 0, as in PyTorch
    range=r"[0, \infty)",
    zero_centred=False,
    cost="One comparison.",
    kinks=lambda values: (0.0,),
    reference="Nair and Hinton, Rectified linear units improve restricted Boltzmann machines, 2010",
    torch="torch.nn.functional.relu(x)",
    jax="jax.nn.relu(x)",
    holds=(
        lambda see: see.slope([-2, -1e-9, 0, 1e-9, 2]).tolist() == [0, 0, 0, 1, 1],  # at 0 by convention
    ),
)
