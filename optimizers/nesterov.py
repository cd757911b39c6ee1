"""Nesterov momentum in the shifted variable x̃ = x + ρv, so that the gradient is taken where the iterate stands."""

import math
from typing import NamedTuple

import jax.numpy as jnp

from core.types import Array, Optimizer, Param, Query, Values


class State(NamedTuple):
    velocity: Array  # f64[2], the geometric sum of past steps; it already contains the learning rate


def init(x: Array) -> State:
    return State(velocity=jnp.zeros_like(x))


def update(query: Query, state: State, values: Values) -> tuple[Array, State]:
    velocity = values.rho * state.velocity - query.learning_rate * query.gradient
    # Undo the old look-ahead, take the step, look ahead again: -ρ v_{t-1} + v_t + ρ v_t.
    return -values.rho * state.velocity + (1 + values.rho) * velocity, State(velocity)


optimizer = Optimizer(
    key="nesterov",
    name="Nesterov",
    summary="Momentum that takes the gradient where the velocity is about to carry it, and so brakes earlier.",
    family="momentum",
    year=1983,
    reference=(
        "Nesterov, A method of solving a convex programming problem with convergence rate O(1/k²), 1983; "
        "this form: Bengio, Boulanger-Lewandowski and Pascanu, Advances in optimizing recurrent networks, 2012, section 3.5"
    ),
    latex=(
        r"v_t = \rho\, v_{t-1} - \alpha\, g_t, \quad g_t = \nabla f(\tilde x_{t-1})",
        r"\tilde x_t = \tilde x_{t-1} - \rho\, v_{t-1} + (1 + \rho)\, v_t",
    ),
    learning_rate=Param("lr", r"\alpha", 0.01, 1e-5, 10.0, "log", "Size of each step."),
    params=(Param("rho", r"\rho", 0.9, 0.0, 0.999, "linear", "How much of the velocity survives each step."),),
    init=init,
    update=update,
    # g1 = (1, 4): v1 = -0.1 (1, 4) = (-0.1, -0.4), x1 = (1, 1) + 1.9 v1.
    # g2 = (0.81, 0.96): v2 = 0.9 v1 - 0.1 g2 = (-0.171, -0.456), x2 = x1 - 0.9 v1 + 1.9 v2.
    worked_rate=0.1,
    worked=((0.81, 0.24), (0.5751, -0.2664)),
    # Before it looks ahead it stands at x̃ − ρ v_{t-1}; from there by ρ v_{t-1} to x̃, then by −α g_t.
    arrows=lambda x, move, velocity, rate, values: (
        x - values.rho * velocity,
        x,
        x + (move - values.rho**2 * velocity) / (1 + values.rho),
    ),
    stability=lambda values: 2 * (1 + values.rho) / (1 + 2 * values.rho),
    # Lessard, Recht and Packard, Analysis and design … via integral quadratic constraints, 2016, table 1
    best=lambda low, high: {
        "lr": 4 / (3 * high + low),
        "rho": (math.sqrt(3 * high / low + 1) - 2) / (math.sqrt(3 * high / low + 1) + 2),
    },
    torch="torch.optim.SGD(params, lr={lr}, momentum={rho}, nesterov=True)",
    optax="optax.sgd({lr}, momentum={rho}, nesterov=True)",
    difference=(
        "The same path at a constant rate. Both libraries keep the velocity without α, "
        "so the paths part once a schedule changes the rate."
    ),
    network_rate=0.01,
    holds=(
        lambda see: (
            see("taco:kappa=40", "lr=0.01").x()[:, 0].max() < see.against("momentum:lr=0.01", on="surface=taco").x()[:, 0].max()
        ),
    ),
)
