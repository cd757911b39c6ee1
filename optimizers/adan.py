"""Adan: Nesterov's look-ahead without a gradient there, by the difference of the last two gradients.

The betas are memories, as in Adam and in the authors' program; the paper writes 1 − β for them.
"""

from typing import NamedTuple

import jax.numpy as jnp

from core.types import Array, Optimizer, Param, Query, Values


class State(NamedTuple):
    first_moment: Array  # f64[2], moving average of gradients
    mean_difference: Array  # f64[2], moving average of the differences between one gradient and the next
    second_moment: Array  # f64[2], moving average of squared gradients, each looked ahead
    last_gradient: Array  # f64[2]


def init(x: Array) -> State:
    return State(jnp.zeros_like(x), jnp.zeros_like(x), jnp.zeros_like(x), jnp.zeros_like(x))


def update(query: Query, state: State, values: Values) -> tuple[Array, State]:
    b1, b2, b3, t = values.b1, values.b2, values.b3, query.t
    change = jnp.where(t > 1, query.gradient - state.last_gradient, 0.0)  # the first gradient has none before it
    first = b1 * state.first_moment + (1 - b1) * query.gradient
    difference = b2 * state.mean_difference + (1 - b2) * change
    second = b3 * state.second_moment + (1 - b3) * (query.gradient + b2 * change) ** 2
    ahead = first / (1 - b1**t) + b2 * difference / (1 - b2**t)
    step = -query.learning_rate * ahead / (jnp.sqrt(second / (1 - b3**t)) + values.eps)
    # The decay is implicit in the paper: it shrinks the point that the step leads to.
    decay = query.learning_rate * values.weight_decay
    return (step - decay * query.x) / (1 + decay), State(first, difference, second, query.gradient)


optimizer = Optimizer(
    key="adan",
    name="Adan",
    summary="Looks ahead like Nesterov, but from where it stands: the last two gradients say how the gradient changes.",
    family="adaptive",
    year=2022,
    reference="Xie and others, Adan: adaptive Nesterov momentum algorithm for faster optimizing deep models, 2022, algorithm 1",
    latex=(
        r"m_t = \beta_1 m_{t-1} + (1 - \beta_1)\, g_t, \quad v_t = \beta_2 v_{t-1} + (1 - \beta_2) (g_t - g_{t-1})",
        r"n_t = \beta_3 n_{t-1} + (1 - \beta_3) \left( g_t + \beta_2 (g_t - g_{t-1}) \right)^2",
        r"\hat m_t = \frac{m_t}{1 - \beta_1^t}, \quad \hat v_t = \frac{v_t}{1 - \beta_2^t}, "
        r"\quad \hat n_t = \frac{n_t}{1 - \beta_3^t}",
        r"x_t = \frac{1}{1 + \alpha\lambda} "
        r"\left( x_{t-1} - \alpha\, \frac{\hat m_t + \beta_2 \hat v_t}{\sqrt{\hat n_t} + \epsilon} \right)",
    ),
    learning_rate=Param("lr", r"\alpha", 0.3, 1e-5, 10.0, "log", "Size of a step in each coordinate."),
    params=(
        Param("b1", r"\beta_1", 0.98, 0.0, 0.9999, "linear", "Memory of the gradient average."),
        Param(
            "b2",
            r"\beta_2",
            0.92,
            0.0,
            0.9999,
            "linear",
            "Memory of the differences, and their weight.",
            word="memory of differences",
        ),
        Param("b3", r"\beta_3", 0.99, 0.0, 0.9999, "linear", "Memory of the average of squares.", word="memory of squares"),
        Param("eps", r"\epsilon", 1e-8, 1e-12, 1.0, "log", "Keeps the division finite; added outside the root."),
        Param("weight_decay", r"\lambda", 0.0, 0.0, 1.0, "linear", "Each step divides x by 1 plus this times the rate."),
    ),
    init=init,
    update=update,
    # There is no difference yet: m̂1 = g1, n̂1 = g1², x1 = 1 - 0.1 * 1/(1 + ε), y1 = 1 - 0.1 * 4/(4 + ε).
    # With d = g2 - g1: m̂2 = (0.98 g1 + g2)/1.98, v̂2 = 0.08 d/0.1536, n̂2 = (0.99 g1² + (g2 + 0.92 d)²)/1.99.
    worked_rate=0.1,
    worked=((0.900000001, 0.9000000002499999), (0.8007731591879025, 0.8007731576298079)),
    optax="optax.adan({lr}, b1={b1}, b2={b2}, b3={b3}, eps={eps}, eps_root=0.0, weight_decay={weight_decay})",
    difference=(
        "optax weighs the differences by 1 − β₂ where the paper has β₂ (its betas are 1 minus these): the two are the same at "
        "β₂ = 0.5. Its weight decay subtracts and does not divide."
    ),
    network_rate=0.001,
    holds=(
        lambda see: (see("taco").trajectories[0].state["last_gradient"][1:] == see("taco").trajectories[0].gradient[:-1]).all(),
    ),
)
