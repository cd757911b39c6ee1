"""Ackley's function: an almost flat, rippled plain with a deep funnel at its centre."""

import math

import jax.numpy as jnp
import numpy as np

from core.types import Array, Check, Landscape, Values


def loss(x: Array, values: Values) -> Array:
    square = (x[0] ** 2 + x[1] ** 2) / 2
    # The derivative of sqrt at 0 is infinite, and `where` alone would still multiply it by 0. So the root
    # never sees the 0: the gradient at the tip of the funnel is 0, and elsewhere nothing changes.
    at_tip = square == 0
    radius = jnp.where(at_tip, 0.0, jnp.sqrt(jnp.where(at_tip, 1.0, square)))
    waves = (jnp.cos(2 * jnp.pi * x[0]) + jnp.cos(2 * jnp.pi * x[1])) / 2
    # Both brackets as expm1, so that the value at the tip is 0 and not a rounding error below it.
    return -20 * jnp.expm1(-0.2 * radius) - jnp.e * jnp.expm1(waves - 1)


landscape = Landscape(
    key="ackley",
    name="Ackley",
    summary="A rippled plain around one deep funnel with a pointed tip.",
    latex=r"f(x, y) = 20 - 20\,e^{-0.2\sqrt{(x^2 + y^2)/2}} + e - e^{(\cos 2\pi x + \cos 2\pi y)/2}",
    fn=loss,
    domain=(-5.0, 5.0, -5.0, 5.0),
    start=(-3.4, 2.6),
    minima=lambda values: ((0.0, 0.0),),
    checks=(
        Check((1.0, 1.0), 20 - 20 * math.exp(-0.2), "20 − 20e^(−0.2): the ripple is at its lowest"),
        Check((0.5, 0.5), 20 - 20 * math.exp(-0.1) + math.e - 1 / math.e, "20 − 20e^(−0.1) + e − 1/e: a crest of the ripple"),
    ),
    rates={"sgd": 0.01, "momentum": 0.03, "adam": 1},
    look_for=(
        "At small rates every method stops in a ripple near the start: SGD at 0.01 with a loss of 9.0, Adam at 0.1 with 8.0. "
        "A large rate that shrinks gets further, and Adam at 1 with a cosine schedule reaches the tip of the funnel. At a "
        "constant rate of 1 it is left with a loss of 0.2, because the slope does not fade towards the pointed tip."
    ),
    reference="Ackley, A Connectionist Machine for Genetic Hillclimbing, 1987",
    holds=(
        lambda see: see("sgd:lr=0.01").loss[0][-1].round(1) == 9.0 and see("adam:lr=0.1").loss[0][-1].round(1) == 8.0,
        lambda see: see("adam:lr=1~cosine").loss[0][-1] < 0.1,
        lambda see: see("adam:lr=1").loss[0][-1].round(1) == 0.2,
        lambda see: np.linalg.norm(see.at((1e-3, 0))[1]) > 2,  # the tip is pointed
    ),
)
