"""RMSProp: AdaGrad with a leaky sum, so that old gradients are forgotten."""

from typing import NamedTuple

import jax.numpy as jnp
import numpy as np

from core.types import Array, Optimizer, Param, Query, Scaling, Values


class State(NamedTuple):
    second_moment: Array  # f64[2], moving average of squared gradients


def init(x: Array) -> State:
    return State(second_moment=jnp.zeros_like(x))


def update(query: Query, state: State, values: Values) -> tuple[Array, State]:
    second_moment = values.decay * state.second_moment + (1 - values.decay) * query.gradient**2
    step = -query.learning_rate * query.gradient / (jnp.sqrt(second_moment) + values.eps)
    return step, State(second_moment)


def divisor(state: State, t: Array, values: Values) -> Array:
    return jnp.sqrt(state.second_moment) + values.eps


optimizer = Optimizer(
    key="rmsprop",
    name="RMSProp",
    summary="Divides by the recent size of the gradient, so each coordinate moves by about α whatever its slope.",
    family="adaptive",
    year=2012,
    reference="Tieleman and Hinton, Neural networks for machine learning, lecture 6.5: RMSProp, 2012",
    latex=(
        r"s_t = d\, s_{t-1} + (1 - d)\, g_t^2",
        r"x_t = x_{t-1} - \frac{\alpha}{\sqrt{s_t} + \epsilon}\, g_t",
    ),
    learning_rate=Param("lr", r"\alpha", 0.1, 1e-5, 10.0, "log", "Size of a step in each coordinate."),
    params=(
        # The range includes 1 so that a student can see what it does: s stays 0 and the step is α g/ε.
        Param("decay", "d", 0.9, 0.0, 1.0, "linear", "How much of the average survives; 0 steps by the sign alone."),
        Param("eps", r"\epsilon", 1e-7, 1e-12, 1.0, "log", "Keeps the division finite; added outside the root."),
    ),
    init=init,
    update=update,
    # s1 = 0.1 (1, 16): x1 = 1 - 0.1 * 1/(√0.1 + ε), y1 = 1 - 0.1 * 4/(√1.6 + ε): the first step is α/√(1 - d).
    # s2 = 0.9 s1 + 0.1 (x1, 4 y1)² = (0.136754460472074, 2.18807120344789), x2 = x1 - 0.1 x1/(√s2 + ε), y2 likewise.
    worked_rate=0.1,
    worked=((0.68377233398313, 0.68377225898316), (0.49887073910051, 0.498870639947787)),
    torch="torch.optim.RMSprop(params, lr={lr}, alpha={decay}, eps={eps})",
    optax="optax.rmsprop({lr}, decay={decay}, eps={eps}, eps_in_sqrt=False)",
    scaling=Scaling(divisor, lambda values: 2.0),  # with the divisor held still it is plain descent
    network_rate=0.001,
    holds=(
        lambda see: np.allclose(-see.slope(0.01, steps=1000)[-1], 0.01, rtol=1e-3),
        lambda see: np.allclose(-see.slope(0.01, steps=9, values=",decay=0"), 0.01, rtol=1e-5),
    ),
)
