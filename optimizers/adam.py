"""Adam, with the bias correction as a switch: off is the "almost Adam" of the lectures."""

from typing import NamedTuple

import jax.numpy as jnp
import numpy as np

from core.types import Array, Optimizer, Param, Query, Scaling, Values


class State(NamedTuple):
    first_moment: Array  # f64[2], moving average of gradients
    second_moment: Array  # f64[2], moving average of squared gradients


def init(x: Array) -> State:
    return State(first_moment=jnp.zeros_like(x), second_moment=jnp.zeros_like(x))


def update(query: Query, state: State, values: Values) -> tuple[Array, State]:
    first = values.b1 * state.first_moment + (1 - values.b1) * query.gradient
    second = values.b2 * state.second_moment + (1 - values.b2) * query.gradient**2
    # The weights of an average started at 0 add up to 1 - β^t; dividing by that removes the pull towards 0.
    first_weight = jnp.where(values.bias_correction > 0, 1 - values.b1**query.t, 1.0)
    second_weight = jnp.where(values.bias_correction > 0, 1 - values.b2**query.t, 1.0)
    step = -query.learning_rate * (first / first_weight) / (jnp.sqrt(second / second_weight) + values.eps)
    return step, State(first, second)


def divisor(state: State, t: Array, values: Values) -> Array:
    first_weight = jnp.where(values.bias_correction > 0, 1 - values.b1**t, 1.0)
    second_weight = jnp.where(values.bias_correction > 0, 1 - values.b2**t, 1.0)
    return first_weight * (jnp.sqrt(state.second_moment / second_weight) + values.eps)


optimizer = Optimizer(
    key="adam",
    name="Adam",
    summary="Momentum over RMSProp: the average gradient divided by its recent size, both corrected for their start at zero.",
    family="adaptive",
    year=2015,
    reference="Kingma and Ba, Adam: a method for stochastic optimization, 2015, algorithm 1",
    latex=(
        r"m_t = \beta_1 m_{t-1} + (1 - \beta_1)\, g_t",
        r"v_t = \beta_2 v_{t-1} + (1 - \beta_2)\, g_t^2",
        r"\hat m_t = m_t / (1 - \beta_1^t), \quad \hat v_t = v_t / (1 - \beta_2^t)",
        r"x_t = x_{t-1} - \alpha\, \hat m_t / (\sqrt{\hat v_t} + \epsilon)",
    ),
    learning_rate=Param("lr", r"\alpha", 0.3, 1e-5, 10.0, "log", "Size of a step in each coordinate."),
    params=(
        Param("b1", r"\beta_1", 0.9, 0.0, 0.9999, "linear", "Memory of the gradient average."),
        Param("b2", r"\beta_2", 0.999, 0.0, 0.9999, "linear", "Memory of the average of squares."),
        Param("eps", r"\epsilon", 1e-7, 1e-12, 1.0, "log", "Keeps the division finite; added outside the root."),
        Param("bias_correction", r"\hat m, \hat v", 1.0, 0.0, 1.0, "bool", "Correct both averages for their start at zero."),
    ),
    init=init,
    update=update,
    # m̂1 = g1 = (1, 4), √v̂1 = |g1|: x1 = 1 - 0.1 * 1/(1 + ε), y1 = 1 - 0.1 * 4/(4 + ε).
    # m̂2 = (0.9 g1 + g2)/1.9 = (0.947368426315789, 3.78947368947368),
    # v̂2 = (0.999 g1² + g2²)/1.999 = (0.904952485242621, 14.4792396558279), x2 = x1 - 0.1 m̂2/(√v̂2 + ε).
    worked_rate=0.1,
    worked=((0.900000009999999, 0.9000000025), (0.80041224808215, 0.800412232773973)),
    torch="torch.optim.Adam(params, lr={lr}, betas=({b1}, {b2}), eps={eps})",
    optax="optax.adam({lr}, b1={b1}, b2={b2}, eps={eps})",
    difference="The same with bias correction on. Neither library can switch it off.",
    # An average of gradients is heavy ball at the rate α (1 − β₁), whose limit is 2 (1 + β₁): Cohen et al., 2022, prop. 1.
    scaling=Scaling(divisor, lambda values: 2 * (1 + values.b1) / (1 - values.b1)),
    network_rate=0.001,
    holds=(
        lambda see: np.allclose(-see.slope(0.01), 0.01, rtol=1e-5),  # from the first step on
    ),
)
