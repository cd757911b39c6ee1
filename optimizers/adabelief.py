"""AdaBelief: divides by how far gradients stray from their average, and not by how large they are."""

from typing import NamedTuple

import jax.numpy as jnp
import numpy as np

from core.types import Array, Optimizer, Param, Query, Values


class State(NamedTuple):
    first_moment: Array  # f64[2], moving average of gradients
    surprise: Array  # f64[2], moving average of (g - m)²


def init(x: Array) -> State:
    return State(first_moment=jnp.zeros_like(x), surprise=jnp.zeros_like(x))


def update(query: Query, state: State, values: Values) -> tuple[Array, State]:
    first = values.b1 * state.first_moment + (1 - values.b1) * query.gradient
    # ε is in the average and beside the root, as in the paper: in the average it adds up, since every step adds it again.
    surprise = values.b2 * state.surprise + (1 - values.b2) * (query.gradient - first) ** 2 + values.eps
    unbiased = first / (1 - values.b1**query.t)
    step = unbiased / (jnp.sqrt(surprise / (1 - values.b2**query.t)) + values.eps)
    return -query.learning_rate * step, State(first, surprise)


optimizer = Optimizer(
    key="adabelief",
    name="AdaBelief",
    summary="Steps boldly while gradients are as expected, carefully when they surprise: Adam around the average gradient.",
    family="adaptive",
    year=2020,
    reference="Zhuang and others, AdaBelief optimizer: adapting stepsizes by the belief in observed gradients, 2020, alg. 2",
    latex=(
        r"m_t = \beta_1 m_{t-1} + (1 - \beta_1)\, g_t",
        r"s_t = \beta_2 s_{t-1} + (1 - \beta_2)\, (g_t - m_t)^2 + \epsilon",
        r"\hat m_t = m_t / (1 - \beta_1^t), \quad \hat s_t = s_t / (1 - \beta_2^t)",
        r"x_t = x_{t-1} - \alpha\, \hat m_t / (\sqrt{\hat s_t} + \epsilon)",
    ),
    learning_rate=Param("lr", r"\alpha", 0.1, 1e-5, 10.0, "log", "Size of a step in each coordinate, divided by the surprise."),
    params=(
        Param("b1", r"\beta_1", 0.9, 0.0, 0.9999, "linear", "Memory of the gradient average."),
        Param("b2", r"\beta_2", 0.999, 0.0, 0.9999, "linear", "Memory of the average of squared surprises."),
        Param("eps", r"\epsilon", 1e-12, 1e-16, 1.0, "log", "Keeps the division finite; in the average and beside the root."),
    ),
    init=init,
    update=update,
    # m1 = 0.1 g1, so the first surprise is 0.9 g1 and √ŝ1 = 0.9 |g1|: x1 = 1 - 0.1/0.9 in both, but for ε/(1 - β2).
    # m2 = 0.9 m1 + 0.1 g2, ŝ2 = (0.999 s1 + 0.001 (g2 - m2)²)/0.001999.
    worked_rate=0.1,
    worked=((0.8888888889575994, 0.8888888888932065), (0.7727290921435126, 0.7727290919966742)),
    optax="optax.adabelief({lr}, b1={b1}, b2={b2}, eps={eps}, eps_root={eps})",
    network_rate=0.001,
    holds=(
        # A gradient that never changes, and one that is mostly noise; Adam's steps are as long as the rate under the first.
        lambda see: abs(see.slope(0.01)[-1]).min() > 3 * 0.01 and (np.diff(abs(see.slope(0.01)[4:, 0])) > 0).all(),
        lambda see: abs(np.diff(see("taco", "lr=0.01", "start=0,0&noise=gaussian:scale=20").x(), axis=0)).mean() < 0.5 * 0.01,
    ),
)
