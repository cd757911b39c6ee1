"""AdamW: Adam, with the weight decay taken from x itself and not passed through the adaptive division."""

from typing import NamedTuple

import jax.numpy as jnp
import numpy as np

from core.types import Array, Optimizer, Param, Query, Values


class State(NamedTuple):
    first_moment: Array  # f64[2], moving average of gradients
    second_moment: Array  # f64[2], moving average of squared gradients


def init(x: Array) -> State:
    return State(first_moment=jnp.zeros_like(x), second_moment=jnp.zeros_like(x))


def update(query: Query, state: State, values: Values) -> tuple[Array, State]:
    first = values.b1 * state.first_moment + (1 - values.b1) * query.gradient
    second = values.b2 * state.second_moment + (1 - values.b2) * query.gradient**2
    first_unbiased = first / (1 - values.b1**query.t)
    second_unbiased = second / (1 - values.b2**query.t)
    direction = first_unbiased / (jnp.sqrt(second_unbiased) + values.eps)
    # As a term of the loss, the decay would be divided by √v̂ too, and steep coordinates would hardly decay.
    return -query.learning_rate * (direction + values.weight_decay * query.x), State(first, second)


optimizer = Optimizer(
    key="adamw",
    name="AdamW",
    summary="Adam that also shrinks x by αλ in each step, equally in every coordinate: decay without the adaptive division.",
    family="adaptive",
    year=2019,
    reference="Loshchilov and Hutter, Decoupled weight decay regularization, 2019, algorithm 2 (here αλ where it writes ηλ)",
    latex=(
        r"m_t = \beta_1 m_{t-1} + (1 - \beta_1)\, g_t",
        r"v_t = \beta_2 v_{t-1} + (1 - \beta_2)\, g_t^2",
        r"\hat m_t = m_t / (1 - \beta_1^t), \quad \hat v_t = v_t / (1 - \beta_2^t)",
        r"x_t = x_{t-1} - \alpha \left( \hat m_t / (\sqrt{\hat v_t} + \epsilon) + \lambda\, x_{t-1} \right)",
    ),
    learning_rate=Param("lr", r"\alpha", 0.3, 1e-5, 10.0, "log", "Size of a step in each coordinate."),
    params=(
        Param("b1", r"\beta_1", 0.9, 0.0, 0.9999, "linear", "Memory of the gradient average."),
        Param("b2", r"\beta_2", 0.999, 0.0, 0.9999, "linear", "Memory of the average of squares."),
        Param("eps", r"\epsilon", 1e-7, 1e-12, 1.0, "log", "Keeps the division finite; added outside the root."),
        Param("weight_decay", r"\lambda", 0.01, 0.0, 1.0, "linear", "Each step shrinks x by this times the rate."),
    ),
    init=init,
    update=update,
    # As Adam, with 0.1 * 0.01 x more: x1 = 1 - 0.1/(1 + ε) - 0.001, y1 = 1 - 0.4/(4 + ε) - 0.001.
    # m̂2 = (0.9 g1 + g2)/1.9 = (0.946842110526315, 3.78736842631579),
    # v̂2 = (0.999 g1² + g2²)/1.999 = (0.904052535257628, 14.4648404561881), x2 = x1 - 0.1 m̂2/(√v̂2 + ε) - 0.001 x1.
    worked_rate=0.1,
    worked=((0.899000009999999, 0.8990000025), (0.798519046553404, 0.798519031249549)),
    torch="torch.optim.AdamW(params, lr={lr}, betas=({b1}, {b2}), eps={eps}, weight_decay={weight_decay})",
    optax="optax.adamw({lr}, b1={b1}, b2={b2}, eps={eps}, weight_decay={weight_decay})",
    network_rate=0.001,
    holds=(
        lambda see: np.allclose(
            np.diff(see("taco", "lr=0.01,weight_decay=0.5", "steps=1").x(), axis=0)
            - np.diff(see("taco", "lr=0.01,weight_decay=0", "steps=1").x(), axis=0),
            -0.01 * 0.5 * see("taco").x()[0],
        ),
    ),
)
