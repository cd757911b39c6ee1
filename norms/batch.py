"""Batch norm: each unit over the samples of the batch."""

import jax.numpy as jnp
import numpy as np

from core.types import Norm
from norms._rule import RULE

norm = Norm(
    key="batch",
    name="Batch norm",
    summary="Each unit over the samples of the batch. Depends on the batch, so that a test needs averages kept from training.",
    latex=RULE % ("N,H,W", "N,H,W"),
    axes=("N", "H", "W"),
    dense=lambda x, values: jnp.mean(x, 0, keepdims=True),
    reference="Ioffe and Szegedy, Batch normalization, 2015, algorithm 1",
    torch="torch.nn.functional.batch_norm(x, None, None, training=True)",
    holds=(
        lambda see: abs(see().mean(0)).max() < 1e-5 and abs(see().std(0) - 1).max() < 1e-4,
        lambda see: not np.allclose(see()[:4], see(see.x[:4]), atol=0.1),  # the batch matters
    ),
)
