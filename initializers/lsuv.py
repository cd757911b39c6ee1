"""Orthogonal weights, rescaled layer after layer until the data has unit variance behind each."""

import jax.numpy as jnp

from core.types import Initializer
from initializers.orthogonal import draw

initializer = Initializer(
    key="lsuv",
    name="LSUV",
    summary="Starts orthogonal, then looks at a batch: each layer in turn is divided by the spread of its own output.",
    latex=r"W_l \leftarrow W_l \, / \, \mathrm{std}(h_{l-1} W_l), \quad W_l^\top W_l = I",
    draw=draw,
    scale=lambda fan_in, fan_out, values: 1.0,
    variance=lambda fan_in, fan_out, values: None,
    rescale=lambda preactivation: 1 / jnp.maximum(jnp.std(preactivation), 1e-30),
    cubic=True,
    reference="Mishkin and Matas, All you need is a good init, 2016, algorithm 1",
    difference="Neither library has it. The output is linear in the weights, so one division does what the paper repeats.",
    holds=(lambda see: abs(see("activation=identity&width=64&depth=6").std - 1).max() < 1e-3,),
)
