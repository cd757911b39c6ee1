"""NAdam, the variant with a constant β1: Adam whose average already looks one step ahead.

Dozat lets β1 grow during the run (`momentum_decay` in PyTorch). Here it is constant, as in optax and as in
PyTorch with a decay so large that the growth is over at once.
"""

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
    b1, b2, t = values.b1, values.b2, query.t
    first = b1 * state.first_moment + (1 - b1) * query.gradient
    second = b2 * state.second_moment + (1 - b2) * query.gradient**2
    # Adam's m̂ at t + 1, if the gradient then were 0, plus this gradient in the place that is left for it.
    look_ahead = b1 * first / (1 - b1 ** (t + 1)) + (1 - b1) * query.gradient / (1 - b1**t)
    return -query.learning_rate * look_ahead / (jnp.sqrt(second / (1 - b2**t)) + values.eps), State(first, second)


optimizer = Optimizer(
    key="nadam",
    name="NAdam",
    summary="Adam with Nesterov's look-ahead in the average of gradients (constant β₁).",
    family="adaptive",
    year=2016,
    reference="Dozat, Incorporating Nesterov momentum into Adam, 2016, algorithm 2 with constant β1 and Adam's second moment",
    latex=(
        r"m_t = \beta_1 m_{t-1} + (1 - \beta_1)\, g_t",
        r"v_t = \beta_2 v_{t-1} + (1 - \beta_2)\, g_t^2",
        r"\bar m_t = \frac{\beta_1 m_t}{1 - \beta_1^{t+1}} + \frac{(1 - \beta_1)\, g_t}{1 - \beta_1^t}, "
        r"\quad \hat v_t = \frac{v_t}{1 - \beta_2^t}",
        r"x_t = x_{t-1} - \alpha\, \bar m_t / (\sqrt{\hat v_t} + \epsilon)",
    ),
    learning_rate=Param("lr", r"\alpha", 0.3, 1e-5, 10.0, "log", "Size of a step in each coordinate."),
    params=(
        Param("b1", r"\beta_1", 0.9, 0.0, 0.9999, "linear", "Memory of the gradient average."),
        Param("b2", r"\beta_2", 0.999, 0.0, 0.9999, "linear", "Memory of the average of squares."),
        Param("eps", r"\epsilon", 1e-7, 1e-12, 1.0, "log", "Keeps the division finite; added outside the root."),
    ),
    init=init,
    update=update,
    # m̄1 = 0.9 * 0.1 g1/0.19 + g1 = 28/19 g1, √v̂1 = |g1|: x1 = 1 - 0.1 * 28/19 * 1/(1 + ε), y1 with 4/(4 + ε).
    # m̄2 = 0.9 m2/0.271 + 0.1 g2/0.19 = (1.03080824317036, 4.1232329347303),
    # v̂2 = (0.999 g1² + g2²)/1.999 = (0.863422028288381, 13.8147523017575), x2 = x1 - 0.1 m̄2/(√v̂2 + ε).
    worked_rate=0.1,
    worked=((0.852631593684209, 0.852631582631579), (0.741697184724584, 0.741697165133343)),
    torch="torch.optim.NAdam(params, lr={lr}, betas=({b1}, {b2}), eps={eps}, momentum_decay=1e6)",
    optax="optax.nadam({lr}, b1={b1}, b2={b2}, eps={eps})",
    network_rate=0.001,
    holds=(
        lambda see: not np.allclose(see("taco", "lr=0.3").x(), see.against("adam:lr=0.3", on="surface=taco").x(), atol=0.1),
    ),
)
