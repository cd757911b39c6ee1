"""Heavy-ball momentum, with the velocity as a sum of gradients (gain 1/(1-rho)), as the lectures teach it."""

import math
from typing import NamedTuple

import jax.numpy as jnp
import numpy as np

from core.types import Array, Optimizer, Param, Query, Values


class State(NamedTuple):
    velocity: Array  # f64[2], the geometric sum of past gradients


def init(x: Array) -> State:
    return State(velocity=jnp.zeros_like(x))


def update(query: Query, state: State, values: Values) -> tuple[Array, State]:
    velocity = values.rho * state.velocity + query.gradient
    return -query.learning_rate * velocity, State(velocity)


optimizer = Optimizer(
    key="momentum",
    name="Momentum",
    summary="Adds up past gradients, so steps grow along a valley and cancel across it.",
    family="momentum",
    year=1964,
    reference="Polyak, Some methods of speeding up the convergence of iteration methods, 1964, eq. (9)",
    latex=(r"v_t = \rho\, v_{t-1} + g_t", r"x_t = x_{t-1} - \alpha\, v_t"),
    learning_rate=Param("lr", r"\alpha", 0.01, 1e-5, 10.0, "log", "Size of each step."),
    params=(Param("rho", r"\rho", 0.9, 0.0, 0.999, "linear", "How much of the velocity survives each step."),),
    init=init,
    update=update,
    # v1 = (1, 4), x1 = (1, 1) - 0.1 (1, 4); v2 = 0.9 (1, 4) + (0.9, 2.4), x2 = x1 - 0.1 (1.8, 6).
    worked_rate=0.1,
    worked=((0.9, 0.6), (0.72, 0.0)),
    # From x by −αρ v_{t-1}, then by −α g_t.
    arrows=lambda x, move, velocity, rate, values: (x, x - rate * values.rho * velocity, x + move),
    stability=lambda values: 2 * (1 + values.rho),
    best=lambda low, high: {
        "lr": (2 / (math.sqrt(low) + math.sqrt(high))) ** 2,
        "rho": ((math.sqrt(high) - math.sqrt(low)) / (math.sqrt(high) + math.sqrt(low))) ** 2,
    },
    torch="torch.optim.SGD(params, lr={lr}, momentum={rho})",
    optax="optax.sgd({lr}, momentum={rho})",
    network_rate=0.01,
    holds=(
        lambda see: np.allclose(see.slope(0.01, steps=200)[-1], 10 * see.slope(0.01, steps=200)[0], rtol=1e-6),  # they grow
        lambda see: (
            abs(see("taco:kappa=40", "lr=0.01").x()[20:40, 1]).max()
            < abs(see.against("sgd:lr=0.0495", on="surface=taco").x()[20:40, 1]).max()
        ),
    ),
)
