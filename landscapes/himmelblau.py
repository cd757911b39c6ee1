"""Himmelblau's function: four minima of equal depth around one hill."""

import jax.numpy as jnp
import numpy as np

from core.types import Array, Check, Landscape, Values


def loss(x: Array, values: Values) -> Array:
    return (x[0] ** 2 + x[1] - 11) ** 2 + (x[0] + x[1] ** 2 - 7) ** 2


def residuals(x: Array, values: Values) -> Array:
    return jnp.stack([x[0] ** 2 + x[1] - 11, x[0] + x[1] ** 2 - 7])


landscape = Landscape(
    key="himmelblau",
    name="Himmelblau",
    summary="Four equally deep minima around a hill: where a run ends depends on how it walks.",
    latex=r"f(x, y) = (x^2 + y - 11)^2 + (x + y^2 - 7)^2",
    fn=loss,
    residuals=residuals,
    domain=(-5.0, 5.0, -5.0, 5.0),
    start=(0.8, 4.6),
    minima=lambda values: (
        (3.0, 2.0),
        (-2.805118086952745, 3.131312518250573),
        (-3.779310253377747, -3.283185991286170),
        (3.584428340330492, -1.848126526964404),
    ),
    checks=(
        Check((0.0, 0.0), 170.0, "11² + 7²"),
        Check((1.0, 1.0), 106.0, "9² + 5²"),
    ),
    rates={"sgd": 0.005, "momentum": 0.003, "adam": 0.2},
    look_for=(
        "One start, three ends: SGD (0.002 to 0.01) stops at (3, 2), momentum (0.002 to 0.005) runs past it to (3.58, −1.85), "
        "and Adam (0.05 to 0.5) goes left to (−2.81, 3.13). All four minima are equally good, so none of them is wrong: the "
        "method, not only the surface, chooses the answer."
    ),
    reference="Himmelblau, Applied Nonlinear Programming, 1972",
    holds=(
        lambda see: np.ptp(see.depths) < 1e-9 and len(see.depths) == 4,
        lambda see: see("sgd:lr=0.002", "sgd:lr=0.01").ends((3, 2)),
        lambda see: see("momentum:lr=0.002", "momentum:lr=0.005").ends((3.584, -1.848)),
        lambda see: see("adam:lr=0.05", "adam:lr=0.2", "adam:lr=0.5").ends((-2.805, 3.131), 0.05),
    ),
)
