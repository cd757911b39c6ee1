"""AdaMax: Adam with the largest recent gradient in place of the root of the mean square."""

from typing import NamedTuple

import jax.numpy as jnp
import numpy as np

from core.types import Array, Optimizer, Param, Query, Values


class State(NamedTuple):
    first_moment: Array  # f64[2], moving average of gradients
    infinity_norm: Array  # f64[2], the largest past gradient, fading by β2 in each step


def init(x: Array) -> State:
    return State(first_moment=jnp.zeros_like(x), infinity_norm=jnp.zeros_like(x))


def update(query: Query, state: State, values: Values) -> tuple[Array, State]:
    first = values.b1 * state.first_moment + (1 - values.b1) * query.gradient
    # A maximum needs no correction for its start at 0: the first gradient replaces it.
    largest = jnp.maximum(values.b2 * state.infinity_norm, jnp.abs(query.gradient) + values.eps)
    return -query.learning_rate * first / (1 - values.b1**query.t) / largest, State(first, largest)


optimizer = Optimizer(
    key="adamax",
    name="AdaMax",
    summary="Adam scaled by the largest recent gradient, which bounds each coordinate's step by about α.",
    family="adaptive",
    year=2015,
    reference="Kingma and Ba, Adam: a method for stochastic optimization, 2015, algorithm 2",
    latex=(
        r"m_t = \beta_1 m_{t-1} + (1 - \beta_1)\, g_t",
        r"u_t = \max(\beta_2\, u_{t-1},\; |g_t| + \epsilon)",
        r"x_t = x_{t-1} - \frac{\alpha}{1 - \beta_1^t}\, \frac{m_t}{u_t}",
    ),
    learning_rate=Param("lr", r"\alpha", 0.3, 1e-5, 10.0, "log", "Size of a step in each coordinate."),
    params=(
        Param("b1", r"\beta_1", 0.9, 0.0, 0.9999, "linear", "Memory of the gradient average."),
        Param(
            "b2",
            r"\beta_2",
            0.999,
            0.0,
            0.9999,
            "linear",
            "How slowly the largest gradient fades.",
            word="memory of the largest",
        ),
        Param("eps", r"\epsilon", 1e-7, 1e-12, 1.0, "log", "Keeps the division finite; added to |g|, as there is no root."),
    ),
    init=init,
    update=update,
    # u1 = (1 + ε, 4 + ε), m̂1 = g1 = (1, 4): x1 = 1 - 0.1 * 1/(1 + ε), y1 = 1 - 0.1 * 4/(4 + ε).
    # g2 = (x1, 4 y1) is smaller, so u2 = 0.999 u1; m̂2 = (0.9 g1 + g2)/1.9 = (0.947368426315789, 3.78947368947368),
    # x2 = x1 - 0.1 m̂2/u2.
    worked_rate=0.1,
    worked=((0.900000009999999, 0.9000000025), (0.805168345177281, 0.805168330960039)),
    torch="torch.optim.Adamax(params, lr={lr}, betas=({b1}, {b2}), eps={eps})",
    optax="optax.adamax({lr}, b1={b1}, b2={b2}, eps={eps})",
    network_rate=0.002,
    holds=(
        lambda see: all(
            abs(np.diff(see(s, "lr=0.1").x(), axis=0)).max() <= 0.15 for s in ("taco", "cliff", "himmelblau", "beale")
        ),
    ),
)
