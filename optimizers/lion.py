"""Lion: steps by the sign of a momentum that was found by a search over programs."""

from typing import NamedTuple

import jax.numpy as jnp
import numpy as np

from core.types import Array, Optimizer, Param, Query, Values


class State(NamedTuple):
    first_moment: Array  # f64[2], moving average of gradients


def init(x: Array) -> State:
    return State(first_moment=jnp.zeros_like(x))


def update(query: Query, state: State, values: Values) -> tuple[Array, State]:
    # Two memories: β1 weighs this gradient into the step, β2 keeps the average for the next ones.
    direction = jnp.sign(values.b1 * state.first_moment + (1 - values.b1) * query.gradient)
    first = values.b2 * state.first_moment + (1 - values.b2) * query.gradient
    return -query.learning_rate * (direction + values.weight_decay * query.x), State(first)


optimizer = Optimizer(
    key="lion",
    name="Lion",
    summary="Moves every coordinate by exactly α, with the sign of its momentum; only a falling rate lets it settle.",
    family="adaptive",
    year=2023,
    reference="Chen and others, Symbolic discovery of optimization algorithms, 2023, algorithm 2",
    latex=(
        r"c_t = \beta_1 m_{t-1} + (1 - \beta_1)\, g_t",
        r"x_t = x_{t-1} - \alpha \left( \operatorname{sign}(c_t) + \lambda\, x_{t-1} \right)",
        r"m_t = \beta_2 m_{t-1} + (1 - \beta_2)\, g_t",
    ),
    learning_rate=Param("lr", r"\alpha", 0.1, 1e-5, 10.0, "log", "Size of every step in each coordinate."),
    params=(
        Param(
            "b1",
            r"\beta_1",
            0.9,
            0.0,
            0.9999,
            "linear",
            "Weight of the average against this gradient in the step.",
            word="share of the average",
        ),
        Param("b2", r"\beta_2", 0.99, 0.0, 0.9999, "linear", "Memory of the gradient average.", word="memory"),
        Param("weight_decay", r"\lambda", 0.0, 0.0, 1.0, "linear", "Each step shrinks x by this times the rate."),
    ),
    init=init,
    update=update,
    # c1 = 0.1 (1, 4) and, with m1 = 0.01 (1, 4), c2 = 0.9 m1 + 0.1 (0.9, 3.6) are positive: two steps of -0.1.
    worked_rate=0.1,
    worked=((0.9, 0.9), (0.8, 0.8)),
    optax="optax.lion({lr}, b1={b1}, b2={b2}, weight_decay={weight_decay})",
    network_rate=0.0001,
    holds=(
        lambda see: np.allclose(abs(np.diff(see("himmelblau", "lr=0.01,weight_decay=0").x(), axis=0)), 0.01),
        lambda see: (
            see("taco", "lr=0.1,weight_decay=0", "steps=1000").gap[0][900:].max()
            > 1e3 * see("taco", "lr=0.1,weight_decay=0~linear", "steps=1000").gap[0][-1]
        ),
    ),
)
