"""Rastrigin's function: a bowl covered by a regular grid of dents."""

import jax.numpy as jnp
import numpy as np

from core import claims
from core.types import Array, Check, Landscape, Values


def dents(u: Array) -> Array:
    return 10 + u**2 - 10 * jnp.cos(2 * jnp.pi * u)


def loss(x: Array, values: Values) -> Array:
    return dents(x[0]) + dents(x[1])


landscape = Landscape(
    key="rastrigin",
    name="Rastrigin",
    summary="A bowl under a regular grid of dents: 121 local minima in this window, one of them global.",
    latex=r"f(x, y) = 20 + x^2 - 10\cos 2\pi x + y^2 - 10\cos 2\pi y",
    fn=loss,
    domain=(-5.12, 5.12, -5.12, 5.12),
    start=(-3.4, 2.6),
    minima=lambda values: ((0.0, 0.0),),
    checks=(
        Check((1.0, 1.0), 2.0, "1 + 1: the cosines are 1"),
        Check((0.5, 0.5), 40.5, "20 + 2(¼ + 10): the cosines are −1"),
    ),
    rates={"sgd": 0.001, "momentum": 0.005, "adam": 0.1},
    look_for=(
        "SGD at 0.001, momentum at 0.002 and Adam at 0.1 all end in the dent beside the start, at 17.9; momentum at 0.005 "
        "gets three dents further along one axis. SGD at a constant 0.02 never settles. With a cosine schedule it jumps about "
        "first and settles late, and from about two in three starts near this one it ends below 3."
    ),
    reference="Rastrigin, Systems of Extremal Control, 1974",
    holds=(
        lambda see: claims.dents(see.grid(1025, 1025)) == 121,
        lambda see: (see("sgd:lr=0.001", "momentum:lr=0.002", "adam:lr=0.1").loss[:, -1].round(1) == 17.9).all(),
        lambda see: np.diff(see("momentum:lr=0.005").x()[[0, -1]], axis=0).round().tolist() == [[3, 0]],
        lambda see: np.diff(see("sgd:lr=0.02").loss[0][150:]).max() > 1,
        lambda see: (np.abs(np.diff(see("sgd:lr=0.02~cosine").loss[0]))[[30, 199]] > [1, 0.01]).tolist() == [True, False],
        lambda see: (
            0.55
            < np.mean(
                [
                    see("sgd:lr=0.02~cosine", more=f"start={x},{y}").loss[0][-1] < 3
                    for x, y in np.random.default_rng(0).normal((-3.4, 2.6), 0.1, (60, 2))
                ]
            )
            < 0.8
        ),
    ),
)
