"""Copy this file to `<key>.py` and change what it says. Start with this line: one sentence on the idea.

The file is found by itself: menus, sliders, URL, API, docs and tests follow from it. Files that begin with `_` are skipped.
The rule below, a coin toss for every weight, works as it stands.
"""

import numpy as np

from core.types import Initializer, Param


def draw(rng, shape, values):
    # A NumPy generator of this layer's own, and (fan_in, fan_out); float32. What `scale` does is not your business here.
    # A param may be read only if it is listed in `drawn`: the array is kept, and drawn again only when one of those moves.
    return np.where(rng.random(shape, dtype=np.float32) < 0.5, np.float32(-1), np.float32(1))


initializer = Initializer(
    key="_template",  # the file name without .py
    name="Coin toss",  # in the menu
    summary="Every weight has the same size and a random sign.",
    latex=r"W_{ij} = \pm c \, / \sqrt{n_\text{in}}",
    draw=draw,
    scale=lambda fan_in, fan_out, values: values.size / fan_in**0.5,  # the weights are scale · draw
    variance=lambda fan_in, fan_out, values: values.size**2 / fan_in,  # of one weight; tested by drawing
    params=(Param("size", "c", 1.0, 0.1, 3.0, "log", "Size of a weight, times the root of fan-in."),),
    reference="Author, Title, 2026, equation",
    # Equivalent calls, with {parameter}; say in `difference` what they do differently.
    torch="torch.nn.init.uniform_(w, -1, 1).sign_().mul_({size} / fan_in**0.5)",
    jax="lambda key, shape: {size} / fan_in**0.5 * jax.random.rademacher(key, shape)",
    # What the texts above say, each as a check; `see` computes what it asks for (tests/seen.py).
    holds=(
        lambda see: np.allclose(abs(see.weights(64, 32)), 1 / 8),  # the same size
        lambda see: abs(np.sign(see.weights(64, 32)).mean()) < 0.1,  # a random sign
    ),
)
