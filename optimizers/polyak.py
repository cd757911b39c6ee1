"""Polyak's step: the rate at which a straight line down the gradient reaches the lowest loss.

It must know that loss, f*. Here the surface knows it; where it has none, the largest rate is taken. Where f is below a wrong f*
(a formula whose minimum lies outside its window) it stands still.
"""

from typing import NamedTuple

import jax.numpy as jnp
import numpy as np

from core.types import Array, Optimizer, Param, Query, Values


class State(NamedTuple):
    rate: Array  # f64[], of the last step, before α scales it


def init(x: Array) -> State:
    return State(rate=jnp.zeros((), x.dtype))


def update(query: Query, state: State, values: Values) -> tuple[Array, State]:
    square = jnp.sum(query.gradient**2)
    gap = jnp.maximum(query.loss - query.lowest, 0.0)
    rate = jnp.where(square > 0, jnp.minimum(gap / jnp.where(square > 0, square, 1.0), values.largest), 0.0)
    return -query.learning_rate * rate * query.gradient, State(rate)


optimizer = Optimizer(
    key="polyak",
    name="Polyak",
    summary="Gradient descent that works out its rate from how far the loss is above its lowest value, which it must know.",
    family="plain",
    year=1987,
    reference=(
        "Polyak, Introduction to optimization, 1987, section 5.3; "
        "the largest rate: Loizou and others, Stochastic Polyak step-size for SGD, 2021"
    ),
    latex=(
        r"\gamma_t = \min\left( \frac{f(x_{t-1}) - f^*}{\lVert g_t \rVert^2},\; \Gamma \right)",
        r"x_t = x_{t-1} - \alpha\, \gamma_t\, g_t",
    ),
    learning_rate=Param("lr", r"\alpha", 1.0, 1e-5, 10.0, "log", "Scales the step; 1 is Polyak's own."),
    params=(
        Param(
            "largest",
            r"\Gamma",
            1.0,
            1e-4,
            100.0,
            "log",
            "No larger rate is taken: flat places ask for huge ones.",
            word="largest rate",
        ),
    ),
    init=init,
    update=update,
    # f = 2.5, ‖g‖² = 17: x1 = (1, 1) - 2.5/17 (1, 4). Then f = 0.7028…, ‖g‖² = 3.4403…, the rate is 0.2043.
    worked_rate=1.0,
    worked=((0.8529411764705882, 0.4117647058823529), (0.6786855300329837, 0.07527104379594429)),
    optax="optax.polyak_sgd(scaling={lr}, max_learning_rate={largest}, f_min=0.0, variant='sps+')",
    difference=(
        "optax has to be told f* and the loss at each step, and stops where the gradient is below 1e-8. Its scaling "
        "divides the rate, since it shrinks the gradient that the rate is worked out from."
    ),
    network_rate=0.1,
    planar=True,
    separate=False,
    reads_lowest=True,
    holds=(
        lambda see: see.rule.reads_lowest,
        # ‖step‖ = rate · ‖g‖ = (f − f*)/‖g‖
        lambda see: np.allclose(
            np.linalg.norm(np.diff(see("taco", more="steps=20").x(), axis=0), axis=1),
            see("taco", more="steps=20").gap[0][:-1] / see("taco", more="steps=20").slopes()[:-1],
        ),
    ),
)
