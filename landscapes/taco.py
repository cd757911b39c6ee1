"""The ill-conditioned valley of the lectures: a quadratic whose curvatures differ by kappa, rotated by an angle."""

import jax.numpy as jnp

from core.types import Array, Check, Landscape, Param, Values


def loss(x: Array, values: Values) -> Array:
    angle = jnp.deg2rad(values.angle)
    along = jnp.cos(angle) * x[0] + jnp.sin(angle) * x[1]
    across = jnp.cos(angle) * x[1] - jnp.sin(angle) * x[0]
    return 0.5 * (along**2 + values.kappa * across**2)


def residuals(x: Array, values: Values) -> Array:
    angle = jnp.deg2rad(values.angle)
    along = jnp.cos(angle) * x[0] + jnp.sin(angle) * x[1]
    across = jnp.cos(angle) * x[1] - jnp.sin(angle) * x[0]
    return jnp.stack([along, jnp.sqrt(values.kappa) * across]) / jnp.sqrt(2.0)


landscape = Landscape(
    key="taco",
    name="Taco",
    summary="A narrow valley: one direction is κ times more curved than the other.",
    latex=r"f(x, y) = \tfrac12\,(u^2 + \kappa\, v^2),\quad (u, v) = R_{-\theta}(x, y)",
    fn=loss,
    residuals=residuals,
    domain=(-10.0, 10.0, -6.0, 6.0),
    start=(-8.0, 1.0),
    minima=lambda values: ((0.0, 0.0),),
    checks=(
        Check((-8.0, 1.0), 52.0, "½(64 + 40)"),
        Check((1.0, 2.0), 22.0, "½(4 + 40·1): at 90° the axes change places", {"angle": 90.0}),
    ),
    rates={"sgd": 0.045, "momentum": 0.01, "adam": 0.3},
    look_for=(
        "SGD jumps from wall to wall across the valley and creeps along it: the steep direction caps the learning rate "
        "below 2/κ, the flat one needs many steps at that rate. Momentum cancels the jumps; adaptive methods rescale the axes, "
        "but only while the valley is aligned with them: turn the angle and watch their advantage go."
    ),
    params=(
        Param("kappa", r"\kappa", 40.0, 1.0, 1000.0, "log", "Condition number: the ratio of the two curvatures."),
        Param("angle", r"\theta", 0.0, -90.0, 90.0, "linear", "Rotation of the valley, in degrees."),
    ),
    holds=(
        lambda see: see.at((3, 2), kappa=7.0)[2].tolist() == [1, 7],  # one direction κ times more curved
        lambda see: (see("sgd:lr=0.045").x()[1:, 1] * see("sgd:lr=0.045").x()[:-1, 1] < 0).all(),  # from wall to wall
        lambda see: all(see(f"sgd:lr={1.96 / k}", kappa=k).within[0] > k for k in (10, 40, 200)),  # many steps along it
        lambda see: not any(see(f"sgd:lr={1.98 / k}", more="steps=1000", kappa=k).lost() for k in (2, 40, 1000)),
        lambda see: all(see(f"sgd:lr={2.02 / k}", more="steps=1000", kappa=k).lost() for k in (40, 1000)),  # beyond 2/κ
        lambda see: (see("momentum:lr=0.01").x()[1:, 1] * see("momentum:lr=0.01").x()[:-1, 1] < 0).mean() < 0.25,
        lambda see: see("adam:lr=0.3").within[0] < see("sgd:lr=0.045").within[0] / 2,  # the axes rescaled
        lambda see: see("adam:lr=0.3", angle=45).within[0] > 2 * see("adam:lr=0.3").within[0],  # the advantage goes
    ),
)
