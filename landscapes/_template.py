"""One sentence: what this surface is and where it comes from. Copy to `<key>.py` and replace everything."""

import math

import jax.numpy as jnp

from core.types import Array, Check, Landscape, Param, Values


# x: the point, read as x[0] and x[1]; values: one traced scalar per Param below. Use jax.numpy and no Python `if` on either.
# The loss must be finite, with finite gradient and Hessian, everywhere in the domain.
def loss(x: Array, values: Values) -> Array:
    return 0.5 * (x[0] ** 2 + x[1] ** 2) + values.ripple * (2 - jnp.cos(x[0]) - jnp.cos(x[1]))


# Exactly one Landscape per file; tests, menu, sliders, URL, API and documentation follow from it.
landscape = Landscape(
    key="_template",  # the file name without .py
    name="Rippled bowl",
    summary="One sentence for the menu.",
    latex=r"f(x, y) = \tfrac12 (x^2 + y^2) + r\,(2 - \cos x - \cos y)",
    fn=loss,
    domain=(-4.0, 4.0, -3.0, 3.0),  # the window that is drawn: x0, x1, y0, y1; at most about 2:1
    start=(-3.0, 2.0),  # inside the domain, where the point of the surface shows
    # Gets plain floats. The global minimum first; () where the loss is unbounded below.
    minima=lambda values: ((0.0, 0.0),),
    # At least two values worked out or published elsewhere, away from the minimum if you can.
    checks=(
        Check((3.0, 4.0), 12.5, "½(9 + 16)", {"ripple": 0.0}),
        Check((math.pi, 0.0), 0.5 * math.pi**2 + 2.0, "½π² + 1·(2 − (−1) − 1)", {"ripple": 1.0}),
    ),
    rates={"sgd": 0.1, "momentum": 0.01, "adam": 0.1},  # at which `look_for` can be seen
    look_for="Two or three sentences: what a student should see, and which optimizer and rate to try. Run them first.",
    reference="Author, Title, year",
    # Each row makes the slider, the URL key, the documentation, the validation and the tested range.
    params=(Param("ripple", "r", 0.5, 0.0, 0.9, "linear", "Height of the ripple."),),
    # What the texts above say, each as a check; `see` computes what it asks for (tests/seen.py).
    holds=(lambda see: not see("sgd:lr=0.1").lost(),),
    # sample=(x, values, key) -> f64[], only where the gradient itself is noisy; see least_squares.py.
)
