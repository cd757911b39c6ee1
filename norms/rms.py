"""RMS norm: layer norm that leaves the mean alone."""

import jax.numpy as jnp
import numpy as np

from core.types import Norm

norm = Norm(
    key="rms",
    name="RMS norm",
    summary="Layer norm that leaves the mean alone: each sample is divided by its root mean square.",
    latex=r"y = \gamma\,\frac{x}{\sqrt{\mathrm{E}_{C,H,W}[x^2] + \epsilon}} + \beta",
    axes=("C", "H", "W"),
    dense=lambda x, values: jnp.mean(x, 1, keepdims=True),
    centred=False,
    reference="Zhang and Sennrich, Root mean square layer normalization, 2019, equation 4",
    torch="torch.nn.functional.rms_norm(x, x.shape[1:], eps=1e-05)",
    holds=(
        lambda see: np.allclose(see(), see.x / np.sqrt((see.x**2).mean(1, keepdims=True)), rtol=1e-4),
        lambda see: see().mean() > 0.3,  # the mean of what comes in is 1
    ),
)
