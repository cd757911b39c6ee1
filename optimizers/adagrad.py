"""AdaGrad, diagonal form: each coordinate's rate falls with the gradients it has seen."""

from typing import NamedTuple

import jax.numpy as jnp
import numpy as np

from core import claims
from core.types import Array, Optimizer, Param, Query, Scaling, Values


class State(NamedTuple):
    sum_of_squares: Array  # f64[2], all squared gradients so far; it only grows


def init(x: Array) -> State:
    return State(sum_of_squares=jnp.zeros_like(x))


def update(query: Query, state: State, values: Values) -> tuple[Array, State]:
    sum_of_squares = state.sum_of_squares + query.gradient**2
    step = -query.learning_rate * query.gradient / (jnp.sqrt(sum_of_squares) + values.eps)
    return step, State(sum_of_squares)


def divisor(state: State, t: Array, values: Values) -> Array:
    return jnp.sqrt(state.sum_of_squares) + values.eps


optimizer = Optimizer(
    key="adagrad",
    name="AdaGrad",
    summary="Divides by the root of all squared gradients so far: steep axes are tamed, and the divisor only grows.",
    family="adaptive",
    year=2011,
    reference=(
        "Duchi, Hazan and Singer, Adaptive subgradient methods for online learning and stochastic optimization, 2011, "
        "figure 1 (diagonal matrices)"
    ),
    latex=(r"r_t = r_{t-1} + g_t^2", r"x_t = x_{t-1} - \frac{\alpha}{\sqrt{r_t} + \epsilon}\, g_t"),
    learning_rate=Param("lr", r"\alpha", 0.8, 1e-5, 10.0, "log", "Size of the first step in each coordinate."),
    params=(Param("eps", r"\epsilon", 1e-7, 1e-12, 1.0, "log", "Keeps the division finite; added outside the root."),),
    init=init,
    update=update,
    # r1 = (1, 16), so x1 = 1 - 0.1 * 1/(1 + ε), y1 = 1 - 0.1 * 4/(4 + ε).
    # g2 = (x1, 4 y1): r2 = (1.810000018, 28.960000072), x2 = x1 - 0.1 x1/(√r2 + ε), y2 likewise.
    worked_rate=0.1,
    worked=((0.900000009999999, 0.9000000025), (0.83310354139947, 0.833103530478184)),
    torch="torch.optim.Adagrad(params, lr={lr}, eps={eps})",
    optax="optax.adagrad({lr}, initial_accumulator_value=0.0, eps={eps})",
    difference="optax adds ε inside the root.",
    scaling=Scaling(divisor, lambda values: 2.0),  # with the divisor held still it is plain descent
    network_rate=0.01,
    holds=(
        lambda see: np.allclose(see.slope(0.1)[:, 0], see.slope(0.1)[:, 1], rtol=1e-5) and claims.falls(-see.slope(0.1)[:, 0]),
        lambda see: (np.diff(see("taco", "lr=1").trajectories[0].state["sum_of_squares"], axis=0) >= 0).all(),
    ),
)
