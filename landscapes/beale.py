"""Beale's function: flat in the middle, walls of height 1e5 in the corners."""

import jax.numpy as jnp

from core import claims
from core.types import Array, Check, Landscape, Values


def loss(x: Array, values: Values) -> Array:
    a, b = x[0], x[1]
    return (1.5 - a + a * b) ** 2 + (2.25 - a + a * b**2) ** 2 + (2.625 - a + a * b**3) ** 2


def residuals(x: Array, values: Values) -> Array:
    a, b = x[0], x[1]
    return jnp.stack([1.5 - a + a * b, 2.25 - a + a * b**2, 2.625 - a + a * b**3])


landscape = Landscape(
    key="beale",
    name="Beale",
    summary="A flat, bent valley between walls that rise above 100 000 in the corners.",
    latex=r"f(x, y) = (1.5 - x + xy)^2 + (2.25 - x + xy^2)^2 + (2.625 - x + xy^3)^2",
    fn=loss,
    residuals=residuals,
    domain=(-4.5, 4.5, -4.5, 4.5),
    start=(1.0, 1.0),
    minima=lambda values: ((3.0, 0.5),),
    checks=(
        Check((1.0, 1.0), 14.203125, "Moré, Garbow and Hillstrom (1981), problem 5, the standard start: 1.5² + 2.25² + 2.625²"),
        Check((2.0, 0.0), 0.703125, "0.5² + 0.25² + 0.625²"),
    ),
    rates={"sgd": 0.04, "momentum": 0.01, "adam": 0.2},
    look_for=(
        "From here SGD at 0.02, momentum at 0.01 and Adam at 0.1 all follow the bent valley towards its end, SGD slowest. "
        "Start at (−4, 2), and SGD at 1e-4 enters another valley, whose floor falls for ever towards 0.45 as x goes to −∞, "
        "without a minimum; at 0.01 the steep wall there makes it diverge within ten steps."
    ),
    reference="Beale, On an iterative method for finding a local minimum of a function of more than one variable, 1958",
    holds=(
        lambda see: see.grid(2, 2).max() > 1e5,
        lambda see: all(
            a < b / 2
            for a, b in zip(
                see("momentum:lr=0.01", "adam:lr=0.1").gap[:, -1], see("sgd:lr=0.02", "sgd:lr=0.02").gap[:, -1], strict=True
            )
        ),
        lambda see: see("sgd:lr=0.02").gap[0][-1] < 0.1 * see("sgd:lr=0.02").gap[0][0],
        lambda see: (
            see("sgd:lr=1e-4", more="start=-4,2").x()[-1, 0] < -3 and see("sgd:lr=1e-4", more="start=-4,2").loss[0][-1] < 1
        ),
        lambda see: claims.falls([see.lowest(x, (1.0, 1.4)) for x in (-4.0, -10.0, -30.0, -100.0, -1000.0)]),
        lambda see: 0.45 < see.lowest(-1000.0, (1.0, 1.01)) < 0.46,
        lambda see: see("sgd:lr=0.01", more="start=-4,2").trajectories[0].diverged_at <= 10,
    ),
)
