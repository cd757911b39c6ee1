"""Instance norm: each channel of each sample by itself."""

import jax.numpy as jnp
import numpy as np

from core.types import Array, Norm, Values
from norms._rule import RULE

POSITIONS = 16  # units of a dense layer that stand for one channel of 4 × 4


def by_instance(x: Array, values: Values) -> Array:
    """Average over each run of POSITIONS features; the last one may be shorter."""
    batch, width = x.shape
    channels = -(-width // POSITIONS)
    counts = np.minimum(POSITIONS, width - POSITIONS * np.arange(channels)).astype(x.dtype)
    padded = jnp.pad(x, ((0, 0), (0, channels * POSITIONS - width)))
    means = padded.reshape(batch, channels, POSITIONS).sum(2) / counts
    return jnp.repeat(means, POSITIONS, axis=1, total_repeat_length=channels * POSITIONS)[:, :width]


norm = Norm(
    key="instance",
    name="Instance norm",
    summary="Each channel of each sample by itself. In a dense layer 16 neighbouring units stand for a channel of 4 × 4.",
    latex=RULE % ("H,W", "H,W"),
    axes=("H", "W"),
    dense=by_instance,
    reference="Ulyanov, Vedaldi and Lempitsky, Instance normalization, 2016, equation 5",
    torch="torch.nn.functional.instance_norm(x)",
    holds=(lambda see: abs(see().reshape(8, 4, 16).mean(2)).max() < 1e-4,),
)
