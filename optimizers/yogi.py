"""Yogi: Adam whose second moment moves by g² at most, so that one step cannot make it forget.

The averages start at 0 and are corrected for it, as Adam's; optax starts both at 1e-6. The paper leaves the start open.
"""

from typing import NamedTuple

import jax.numpy as jnp

from core.types import Array, Optimizer, Param, Query, Values


class State(NamedTuple):
    first_moment: Array  # f64[2], moving average of gradients
    second_moment: Array  # f64[2], follows squared gradients in steps of (1 - β2) g²


def init(x: Array) -> State:
    return State(first_moment=jnp.zeros_like(x), second_moment=jnp.zeros_like(x))


def update(query: Query, state: State, values: Values) -> tuple[Array, State]:
    square = query.gradient**2
    first = values.b1 * state.first_moment + (1 - values.b1) * query.gradient
    # Adam's v moves by (1 - β2)(g² - v), which is large where v is: here only the sign of the difference counts.
    second = state.second_moment - (1 - values.b2) * jnp.sign(state.second_moment - square) * square
    first_unbiased, second_unbiased = first / (1 - values.b1**query.t), second / (1 - values.b2**query.t)
    return -query.learning_rate * first_unbiased / (jnp.sqrt(second_unbiased) + values.eps), State(first, second)


optimizer = Optimizer(
    key="yogi",
    name="Yogi",
    summary="Adam that raises its rate slowly: after large gradients, small ones hardly lower the second moment.",
    family="adaptive",
    year=2018,
    reference="Zaheer and others, Adaptive methods for nonconvex optimization, 2018, algorithm 2, with Adam's bias corrections",
    latex=(
        r"m_t = \beta_1 m_{t-1} + (1 - \beta_1)\, g_t",
        r"v_t = v_{t-1} - (1 - \beta_2)\, \operatorname{sign}(v_{t-1} - g_t^2)\, g_t^2",
        r"\hat m_t = m_t / (1 - \beta_1^t), \quad \hat v_t = v_t / (1 - \beta_2^t)",
        r"x_t = x_{t-1} - \alpha\, \hat m_t / (\sqrt{\hat v_t} + \epsilon)",
    ),
    learning_rate=Param("lr", r"\alpha", 0.3, 1e-5, 10.0, "log", "Size of a step in each coordinate."),
    params=(
        Param("b1", r"\beta_1", 0.9, 0.0, 0.9999, "linear", "Memory of the gradient average."),
        Param("b2", r"\beta_2", 0.999, 0.0, 0.9999, "linear", "How little a squared gradient moves the second moment."),
        Param("eps", r"\epsilon", 1e-3, 1e-12, 1.0, "log", "Keeps the division finite; added outside the root."),
    ),
    init=init,
    update=update,
    # As Adam's, v1 = 0.001 g1²: x1 = 1 - 0.1 * 1/(1 + ε), y1 = 1 - 0.1 * 4/(4 + ε).
    # v1 is below g2², so v2 = v1 + 0.001 g2²; m̂2 = (0.9 g1 + g2)/1.9, v̂2 = v2/0.001999.
    worked_rate=0.1,
    worked=((0.9000999000999, 0.9000249937515621), (0.8006435769855704, 0.800490740707632)),
    optax="optax.yogi({lr}, b1={b1}, b2={b2}, eps={eps})",
    difference="optax starts both averages at 1e-6 and not at 0.",
    network_rate=0.001,
    holds=(
        lambda see: see.remembers("yogi") > 0.1,
        lambda see: see.remembers("adam") < 1e-3,
    ),
)
