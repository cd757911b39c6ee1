"""RAdam: Adam that does not divide before its second moment is worth dividing by.

The paper divides from the first step with ρ_t > 4 on, and so does this file. PyTorch and optax wait for 5.
"""

from typing import NamedTuple

import jax.numpy as jnp
import numpy as np

from core.types import Array, Optimizer, Param, Query, Values


class State(NamedTuple):
    first_moment: Array  # f64[2], moving average of gradients
    second_moment: Array  # f64[2], moving average of squared gradients
    rectification: Array  # f64[], r_t of the last step; 0 while it did not divide


def init(x: Array) -> State:
    return State(jnp.zeros_like(x), jnp.zeros_like(x), jnp.zeros((), x.dtype))


def update(query: Query, state: State, values: Values) -> tuple[Array, State]:
    b2, t = values.b2, query.t
    first = values.b1 * state.first_moment + (1 - values.b1) * query.gradient
    second = b2 * state.second_moment + (1 - b2) * query.gradient**2
    unbiased = first / (1 - values.b1**t)
    # How many equally weighted squares the average is worth: in the long run, and now.
    longest = 2 / (1 - b2) - 1
    length = longest - 2 * t * b2**t / (1 - b2**t)
    trusted = length > 4
    share = (length - 4) * (length - 2) * longest / jnp.where(trusted, (longest - 4) * (longest - 2) * length, 1.0)
    rectification = jnp.where(trusted, jnp.sqrt(jnp.where(trusted, share, 0.0)), 0.0)
    divided = rectification * unbiased / (jnp.sqrt(second / (1 - b2**t)) + values.eps)
    return -query.learning_rate * jnp.where(trusted, divided, unbiased), State(first, second, rectification)


optimizer = Optimizer(
    key="radam",
    name="RAdam",
    summary="Adam with a warm-up of its own: plain momentum at first, then divided steps that grow to Adam's.",
    family="adaptive",
    year=2020,
    reference="Liu and others, On the variance of the adaptive learning rate and beyond, 2020, algorithm 2",
    latex=(
        r"m_t = \beta_1 m_{t-1} + (1 - \beta_1)\, g_t, \quad v_t = \beta_2 v_{t-1} + (1 - \beta_2)\, g_t^2",
        r"\rho_\infty = \frac{2}{1 - \beta_2} - 1, \quad \rho_t = \rho_\infty - \frac{2 t \beta_2^t}{1 - \beta_2^t}",
        r"r_t = \sqrt{\frac{(\rho_t - 4)(\rho_t - 2)\,\rho_\infty}{(\rho_\infty - 4)(\rho_\infty - 2)\,\rho_t}}",
        r"x_t = x_{t-1} - \alpha\, \hat m_t \cdot \begin{cases} r_t / (\sqrt{\hat v_t} + \epsilon) & \rho_t > 4 \\"
        r" 1 & \rho_t \le 4 \end{cases}",
    ),
    learning_rate=Param("lr", r"\alpha", 0.06, 1e-5, 10.0, "log", "Size of a step in each coordinate, once it divides."),
    params=(
        Param("b1", r"\beta_1", 0.9, 0.0, 0.9999, "linear", "Memory of the gradient average."),
        Param("b2", r"\beta_2", 0.999, 0.0, 0.9999, "linear", "Memory of the average of squares; up to 0.6 it never divides."),
        Param("eps", r"\epsilon", 1e-7, 1e-12, 1.0, "log", "Keeps the division finite; added outside the root."),
    ),
    init=init,
    update=update,
    # ρ1 = 1, so both steps are -0.1 m̂: m̂1 = g1 = (1, 4), x1 = (0.9, 0.6);
    # m̂2 = (0.9 g1 + g2)/1.9 with g2 = (0.9, 2.4) is (1.8, 6)/1.9.
    worked_rate=0.1,
    worked=((0.9, 0.6), (0.9 - 0.18 / 1.9, 0.6 - 0.6 / 1.9)),
    torch="torch.optim.RAdam(params, lr={lr}, betas=({b1}, {b2}), eps={eps})",
    optax="optax.radam({lr}, b1={b1}, b2={b2}, eps={eps}, threshold=4.0)",
    difference="PyTorch divides one step later: it waits for ρ > 5 where the paper has 4.",
    network_rate=0.001,
    holds=(
        lambda see: np.allclose(see.slope(0.1)[:4], [-0.1, -0.3]),  # as the gradient is, undivided
        lambda see: np.allclose(see.slope(0.1)[4:, 0], see.slope(0.1)[4:, 1]) and see.slope(0.1)[5, 0] > -0.1 / 20,
        lambda see: see.slope(0.1, steps=4000)[-1, 0] < -0.095,
        lambda see: np.allclose(see.slope(0.1, steps=200, values=",b2=0.6"), [-0.1, -0.3]),
        lambda see: np.allclose(see.slope(0.1, steps=200, values=",b2=0.65")[-1], -0.1),
    ),
)
