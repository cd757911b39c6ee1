"""Schedule-Free SGD: gradients are taken near the running average of all points so far, which replaces a falling rate.

What is drawn is y, where the gradients are taken and which the steps move. The average x is in the state, and what a
user would keep in the end.
"""

from typing import NamedTuple

import jax.numpy as jnp
import numpy as np

from core.types import Array, Optimizer, Param, Query, Values


class State(NamedTuple):
    base_point: Array  # f64[2], the z that gradient descent moves
    average: Array  # f64[2], the x that averages it
    weight_sum: Array  # f64[], Σ of the weights so far
    largest_rate: Array  # f64[], so far; its square is the weight


def init(x: Array) -> State:
    number = jnp.zeros((), x.dtype)
    return State(jnp.asarray(x), jnp.asarray(x), number, number)


def update(query: Query, state: State, values: Values) -> tuple[Array, State]:
    largest = jnp.maximum(state.largest_rate, query.learning_rate)
    weights = state.weight_sum + largest**2
    share = jnp.where(weights > 0, largest**2 / jnp.where(weights > 0, weights, 1.0), 0.0)  # 1/t at a constant rate
    base = state.base_point - query.learning_rate * query.gradient
    towards = share * (base - state.average)  # what the average moves
    step = values.beta * towards - (1 - values.beta) * query.learning_rate * query.gradient
    return step, State(base, state.average + towards, weights, largest)


optimizer = Optimizer(
    key="schedule_free",
    name="Schedule-Free SGD",
    summary="Averages its own path and takes gradients near the average: calm under noise at large rates, which never fall.",
    family="momentum",
    year=2024,
    reference="Defazio and others, The road less scheduled, 2024, equations (3) to (5) and algorithm 1",
    latex=(
        r"z_t = z_{t-1} - \alpha\, \nabla f(y_{t-1})",
        r"x_t = (1 - c_t)\, x_{t-1} + c_t\, z_t, \quad c_t = \frac{\hat\alpha_t^2}{\sum_{i \le t} \hat\alpha_i^2}, "
        r"\quad \hat\alpha_t = \max_{i \le t} \alpha_i",
        r"y_t = (1 - \beta)\, z_t + \beta\, x_t",
    ),
    learning_rate=Param("lr", r"\alpha", 0.1, 1e-5, 10.0, "log", "Size of each step of z."),
    params=(
        Param(
            "beta",
            r"\beta",
            0.9,
            0.0,
            1.0,
            "linear",
            "Where gradients are taken: 0 at z, 1 at the average.",
            word="share of the average",
        ),
    ),
    init=init,
    update=update,
    # z1 = (1, 1) - 0.1 (1, 4) = x1 = y1 = (0.9, 0.6); z2 = z1 - 0.1 (0.9, 2.4) = (0.81, 0.36),
    # x2 = (z1 + z2)/2 = (0.855, 0.48), y2 = 0.1 z2 + 0.9 x2.
    worked_rate=0.1,
    worked=((0.9, 0.6), (0.8505, 0.468)),
    optax="optax.contrib.schedule_free_sgd({lr}, b1={beta})",
    difference="The same where a constant rate begins at once; optax reads a schedule one step later.",
    network_rate=0.1,
    holds=(
        lambda see: np.ptp(see("taco").trajectories[0].learning_rate) == 0,
        lambda see: all(see.calmer(rate, kappa) for rate in (0.1, 0.3) for kappa in (1, 4)),
        lambda see: not see.calmer(0.02, 4),  # a small rate has not arrived
    ),
)
