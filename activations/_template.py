"""Copy this file to `<key>.py` and change what it says. Start with this line: one sentence on the idea.

The file is found by itself: menus, sliders, URL, API, docs and tests follow from it. Files that begin with `_` are skipped.
The unit below, a straight line cut off at two heights, works as it stands.
"""

import jax.numpy as jnp

from core.types import Activation, Param


def fn(z, values):
    # z is an array of any shape, values are traced: no Python `if` on them, use jnp.where. The derivative is JAX's.
    return jnp.clip(z, -values.height, values.height)


activation = Activation(
    key="_template",  # the file name without .py
    name="Hard tanh",  # in the menu
    summary="A straight line, cut off at two heights.",
    latex=r"f(x) = \max(-c, \min(x, c))",
    fn=fn,
    range="[-c, c]",  # LaTeX
    zero_centred=True,  # over a unit Gaussian, at the defaults; tested
    cost="Two comparisons.",
    kinks=lambda values: (-values.height, values.height),  # where there is no derivative
    params=(Param("height", "c", 1.0, 0.1, 5.0, "log", "Height of the two plateaus."),),
    reference="Author, Title, 2026, equation",
    # The same call in both libraries, of an array x; say in `difference` what they do differently.
    torch="torch.nn.functional.hardtanh(x, -{height}, {height})",
    jax="jnp.clip(x, -{height}, {height})",
    # What the texts above say, each as a check; `see` computes what it asks for (tests/seen.py).
    holds=(lambda see: see.f([-9, 0.3, 9], height=2.0).tolist() == [-2, 0.3, 2],),
)
