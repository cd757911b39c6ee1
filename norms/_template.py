"""Copy to `norms/<key>.py` and change every field."""

import jax.numpy as jnp
import numpy as np

from core.types import Norm
from norms._rule import RULE

norm = Norm(
    key="template",
    name="Layer norm",
    summary="Each sample over all its units: the same in training and in a test, and for a batch of one.",
    latex=RULE % ("C,H,W", "C,H,W"),
    axes=("C", "H", "W"),
    dense=lambda x, values: jnp.mean(x, 1, keepdims=True),
    reference="Ba, Kiros and Hinton, Layer normalization, 2016, equation 3",
    torch="torch.nn.functional.layer_norm(x, x.shape[1:])",
    # What the summary says, each as a check; `see` computes what it asks for (tests/seen.py).
    holds=(
        lambda see: abs(see().mean(1)).max() < 1e-5 and abs(see().std(1) - 1).max() < 1e-4,
        lambda see: np.allclose(see()[:1], see(see.x[:1]), atol=1e-5),  # a batch of one
    ),
)
