"""The narrow valley with uniform noise on the gradient, as in the lectures' picture of SGD against momentum."""

import jax
import jax.numpy as jnp

from core import claims
from core.types import Array, Check, Landscape, Param, Values


def loss(x: Array, values: Values) -> Array:
    return 0.5 * (x[0] ** 2 + values.kappa * x[1] ** 2)


def noisy_loss(x: Array, values: Values, key: Array) -> Array:
    # A random linear term: its gradient is the noise itself, so the optimizer sees exact gradient + noise.
    noise = values.scale * jax.random.uniform(key, (2,), minval=-1.0, maxval=1.0)
    return loss(x, values) + noise @ x


def residuals(x: Array, values: Values) -> Array:
    return jnp.stack([x[0], jnp.sqrt(values.kappa) * x[1]]) / jnp.sqrt(2.0)


landscape = Landscape(
    key="noisy_taco",
    name="Noisy taco",
    summary="A valley whose gradient is reported with uniform noise, as a small batch would.",
    latex=r"f(x, y) = \tfrac12\,(x^2 + \kappa\, y^2),\quad \tilde g = \nabla f + s\,u,\; u \sim U(-1, 1)^2",
    fn=loss,
    residuals=residuals,
    sample=noisy_loss,
    domain=(-10.0, 10.0, -6.0, 6.0),
    start=(-8.0, 2.0),
    minima=lambda values: ((0.0, 0.0),),
    checks=(
        Check((-8.0, 1.0), 37.0, "½(64 + 10)"),
        Check((1.0, 2.0), 4.5, "½(1 + 2·4)", {"kappa": 2.0}),
    ),
    rates={"sgd": 0.05, "momentum": 0.005, "adam": 0.2},
    look_for=(
        "SGD at 0.05 never settles: it jitters about the minimum and turns by some 90 degrees at every step. Momentum at "
        "0.005 has the same long-run rate, 0.005 / (1 − 0.9); its path is smooth and its steps nearly five times shorter, yet "
        "on average it stays almost as far from the minimum. To settle, the rate must fall: try a schedule, or turn the noise "
        "down to 0."
    ),
    params=(
        Param("kappa", r"\kappa", 10.0, 1.0, 200.0, "log", "Condition number: the ratio of the two curvatures."),
        Param(
            "scale",
            "s",
            10.0,
            0.0,
            50.0,
            "linear",
            "Half-width of the uniform noise on the gradient; its deviation is s/√3.",
        ),
    ),
    holds=(
        lambda see: 80 < claims.turning(see("sgd:lr=0.05", more="steps=2000"), 500)[0] < 110,
        lambda see: 4.5 < claims.strides(see("sgd:lr=0.05", "momentum:lr=0.005", more="steps=2000"), 500) < 5,
        lambda see: claims.level(claims.distance(see("sgd:lr=0.05", "momentum:lr=0.005", more="steps=4000"), 500), 0.1),
        lambda see: claims.distance(see("sgd:lr=0.05~cosine"), 195)[0] < 0.5 * claims.distance(see("sgd:lr=0.05"), 195)[0],
        lambda see: see("sgd:lr=0.05", scale=0).within[0] < 200,
    ),
)
