"""AMSGrad: Adam that divides by the largest second moment so far, so a coordinate's rate never rises again."""

from typing import NamedTuple

import jax.numpy as jnp
import numpy as np

from core.types import Array, Optimizer, Param, Query, Scaling, Values


class State(NamedTuple):
    first_moment: Array  # f64[2], moving average of gradients
    second_moment: Array  # f64[2], moving average of squared gradients
    max_second_moment: Array  # f64[2], the largest bias-corrected second moment so far


def init(x: Array) -> State:
    return State(jnp.zeros_like(x), jnp.zeros_like(x), jnp.zeros_like(x))


def update(query: Query, state: State, values: Values) -> tuple[Array, State]:
    first = values.b1 * state.first_moment + (1 - values.b1) * query.gradient
    second = values.b2 * state.second_moment + (1 - values.b2) * query.gradient**2
    # Correct first, then take the maximum: the other way round, the correction lets the divisor fall again.
    largest = jnp.maximum(state.max_second_moment, second / (1 - values.b2**query.t))
    first_unbiased = first / (1 - values.b1**query.t)
    step = -query.learning_rate * first_unbiased / (jnp.sqrt(largest) + values.eps)
    return step, State(first, second, largest)


def divisor(state: State, t: Array, values: Values) -> Array:
    return (1 - values.b1**t) * (jnp.sqrt(state.max_second_moment) + values.eps)


optimizer = Optimizer(
    key="amsgrad",
    name="AMSGrad",
    summary="Adam with a memory that never fades: it divides by the largest second moment so far.",
    family="adaptive",
    year=2018,
    reference="Reddi, Kale and Kumar, On the convergence of Adam and beyond, 2018, algorithm 2, with Adam's bias corrections",
    latex=(
        r"m_t = \beta_1 m_{t-1} + (1 - \beta_1)\, g_t, \quad v_t = \beta_2 v_{t-1} + (1 - \beta_2)\, g_t^2",
        r"\hat m_t = m_t / (1 - \beta_1^t), \quad \hat v_t = \max\left(\hat v_{t-1},\; v_t / (1 - \beta_2^t)\right)",
        r"x_t = x_{t-1} - \alpha\, \hat m_t / (\sqrt{\hat v_t} + \epsilon)",
    ),
    learning_rate=Param("lr", r"\alpha", 0.3, 1e-5, 10.0, "log", "Size of a step in each coordinate."),
    params=(
        Param("b1", r"\beta_1", 0.9, 0.0, 0.9999, "linear", "Memory of the gradient average."),
        Param("b2", r"\beta_2", 0.999, 0.0, 0.9999, "linear", "Memory of the average of squares."),
        Param("eps", r"\epsilon", 1e-7, 1e-12, 1.0, "log", "Keeps the division finite; added outside the root."),
    ),
    init=init,
    update=update,
    # m̂1 = g1 = (1, 4), v̂1 = g1²: x1 = 1 - 0.1 * 1/(1 + ε), y1 = 1 - 0.1 * 4/(4 + ε).
    # The gradient falls, so v̂2 = v̂1 = (1, 16); m̂2 = (0.9 g1 + g2)/1.9 = (0.947368426315789, 3.78947368947368),
    # x2 = x1 - 0.1 m̂2/(√v̂2 + ε).
    worked_rate=0.1,
    worked=((0.900000009999999, 0.9000000025), (0.805263176842103, 0.805263162631579)),
    torch="torch.optim.Adam(params, lr={lr}, betas=({b1}, {b2}), eps={eps}, amsgrad=True)",
    optax="optax.amsgrad({lr}, b1={b1}, b2={b2}, eps={eps})",
    difference="PyTorch takes the maximum of the uncorrected second moment and corrects it afterwards.",
    # As Adam's: an average of gradients is heavy ball at the rate α (1 − β₁).
    scaling=Scaling(divisor, lambda values: 2 * (1 + values.b1) / (1 - values.b1)),
    network_rate=0.001,
    holds=(lambda see: (np.diff(see("taco", "lr=0.3").trajectories[0].state["max_second_moment"], axis=0) >= 0).all(),),
)
