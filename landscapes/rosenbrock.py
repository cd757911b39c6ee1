"""Rosenbrock's banana: a curved valley whose floor is almost flat."""

import jax.numpy as jnp
import numpy as np

from core.types import Array, Check, Landscape, Values


def loss(x: Array, values: Values) -> Array:
    return (1 - x[0]) ** 2 + 100 * (x[1] - x[0] ** 2) ** 2


def residuals(x: Array, values: Values) -> Array:
    return jnp.stack([1 - x[0], 10 * (x[1] - x[0] ** 2)])


landscape = Landscape(
    key="rosenbrock",
    name="Rosenbrock",
    summary="A curved valley with steep walls: easy to enter, slow to follow to its end.",
    latex=r"f(x, y) = (1 - x)^2 + 100\,(y - x^2)^2",
    fn=loss,
    residuals=residuals,
    domain=(-2.0, 2.0, -1.0, 3.0),
    start=(-1.2, 1.0),
    minima=lambda values: ((1.0, 1.0),),
    checks=(
        Check((-1.2, 1.0), 24.2, "Moré, Garbow and Hillstrom (1981), problem 1, the standard start: 2.2² + 100·0.44²"),
        Check((0.0, 0.0), 1.0, "(1 − 0)²"),
        Check((2.0, 3.0), 101.0, "1 + 100(3 − 4)²"),
    ),
    rates={"sgd": 0.002, "momentum": 0.002, "adam": 0.5},
    look_for=(
        "Every method drops into the valley within a few steps; following it is the hard part. After 200 steps SGD at 0.001 "
        "is still on the wrong side (x = −0.86), while momentum at 0.001 has turned the corner and reached x = 0.81. SGD at "
        "0.003 looks faster at first, but that is above 2/λ = 0.002 at the minimum, and it never settles there."
    ),
    reference="Rosenbrock, An automatic method for finding the greatest or least value of a function, 1960",
    holds=(
        lambda see: all(see(run).falls_to(0.2) < 15 for run in ("sgd:lr=0.001", "momentum:lr=0.001", "adam:lr=0.5")),
        lambda see: [round(see(run).x()[-1, 0], 2) for run in ("sgd:lr=0.001", "momentum:lr=0.001")] == [-0.86, 0.81],
        lambda see: see("sgd:lr=0.003").gap[0][200] < see("sgd:lr=0.001").gap[0][200],
        lambda see: f"{2 / see.at((1, 1))[2][1]:.1g}" == "0.002",
        lambda see: np.diff(see("sgd:lr=0.003", more="steps=5000").gap[0][4000:]).max() > 1e-3,
    ),
)
