"""No nonlinearity at all: a deep network of these is one matrix."""

import numpy as np

from core.types import Activation

activation = Activation(
    key="identity",
    name="Identity",
    summary="Passes everything on. Many such layers are one linear map, and the theory of initialization is exact for them.",
    latex="f(x) = x",
    fn=lambda z, values: z,
    range=r"(-\infty, \infty)",
    zero_centred=True,
    cost="Nothing.",
    torch="torch.nn.Identity()(x)",
    jax="jax.nn.identity(x)",
    holds=(
        lambda see: see.f([-3, 0, 7]).tolist() == [-3, 0, 7],
        lambda see: np.allclose(
            see.depth("init=lecun&width=512&depth=8&batch=64").std,
            see.depth("init=lecun&width=512&depth=8&batch=64").predicted.std,
            rtol=0.1,
        ),
    ),
)
