"""Prodigy: Adam that finds its own rate, from how far the gradients say it has still to go.

With Adam's two bias corrections, which the paper leaves out, and with the new d beside ε: as in optax.
"""

from typing import NamedTuple

import jax.numpy as jnp
import numpy as np

from core.types import Array, Optimizer, Param, Query, Values


class State(NamedTuple):
    first_moment: Array  # f64[2], moving average of d g
    second_moment: Array  # f64[2], moving average of (d g)²
    weighted_gradients: Array  # f64[2], the s of the paper
    weighted_progress: Array  # f64[], the r of the paper: how well the gradients point back at the start
    start: Array  # f64[2], x before the first step
    distance: Array  # f64[], d: the largest estimate of the distance from the start to the minimum so far


def init(x: Array) -> State:
    number = jnp.zeros((), x.dtype)
    return State(jnp.zeros_like(x), jnp.zeros_like(x), jnp.zeros_like(x), number, jnp.asarray(x), number)


def update(query: Query, state: State, values: Values) -> tuple[Array, State]:
    b1, b2, t, gradient = values.b1, values.b2, query.t, query.gradient
    distance = jnp.maximum(state.distance, values.d0)  # 0 stands for the first guess
    b3 = jnp.sqrt(b2)
    rate = distance * query.learning_rate * jnp.sqrt(1 - b2**t) / (1 - b1**t)  # with Adam's two corrections in it
    first = b1 * state.first_moment + (1 - b1) * distance * gradient
    second = b2 * state.second_moment + (1 - b2) * (distance * gradient) ** 2
    weight = rate * distance / values.d0  # the first guess divides both sums, which keeps them from being tiny
    gradients = b3 * state.weighted_gradients + weight * gradient
    progress = b3 * state.weighted_progress + weight * jnp.sum(gradient * (state.start - query.x))
    size = jnp.sum(jnp.abs(gradients))
    estimate = jnp.where(size > 0, progress / jnp.where(size > 0, size, 1.0), 0.0)
    distance = jnp.maximum(distance, estimate)
    step = -rate * first / (jnp.sqrt(second) + distance * values.eps)
    return step, State(first, second, gradients, progress, state.start, distance)


optimizer = Optimizer(
    key="prodigy",
    name="Prodigy",
    summary="Adam without a rate to choose: it starts tiny and grows with a lower bound of the distance to the minimum.",
    family="adaptive",
    year=2023,
    reference="Mishchenko and Defazio, Prodigy: an expeditiously adaptive parameter-free learner, 2023, algorithm 4",
    latex=(
        r"m_t = \beta_1 m_{t-1} + (1 - \beta_1)\, d_t g_t, \quad v_t = \beta_2 v_{t-1} + (1 - \beta_2)\, d_t^2 g_t^2",
        r"\alpha_t = \alpha\, d_t\, \sqrt{1 - \beta_2^t} / (1 - \beta_1^t)",
        r"r_t = \sqrt{\beta_2}\, r_{t-1} + \tfrac{\alpha_t d_t}{d_0} \langle g_t, x_0 - x_{t-1} \rangle, "
        r"\quad s_t = \sqrt{\beta_2}\, s_{t-1} + \tfrac{\alpha_t d_t}{d_0}\, g_t",
        r"d_{t+1} = \max\left( d_t,\; r_t / \lVert s_t \rVert_1 \right)",
        r"x_t = x_{t-1} - \alpha_t\, m_t / (\sqrt{v_t} + d_{t+1} \epsilon)",
    ),
    learning_rate=Param("lr", r"\alpha", 1.0, 1e-5, 10.0, "log", "Scales the rate that it finds; the paper leaves it at 1."),
    params=(
        Param("b1", r"\beta_1", 0.9, 0.0, 0.9999, "linear", "Memory of the gradient average."),
        Param("b2", r"\beta_2", 0.999, 0.0, 0.9999, "linear", "Memory of the average of squares."),
        Param("eps", r"\epsilon", 1e-8, 1e-12, 1.0, "log", "Keeps the division finite; added outside the root."),
        Param(
            "d0", r"d_0", 1e-6, 1e-8, 1.0, "log", "First guess of the distance; it should be too small.", word="first distance"
        ),
    ),
    init=init,
    update=update,
    # At the start x0 - x = 0, so d2 = d1 = 1e-6: Adam's steps with that rate. m1/√v1 = 0.1/√0.001 and α1 is
    # 1e-6 √0.001/0.1: x1 = 1 - 1e-6, but for ε. Then r2 > 0, and r2/|s2| is still below d.
    worked_rate=1.0,
    worked=((0.9999990000003163, 0.999999000000079), (0.999998000000566, 0.999998000000161)),
    optax="optax.contrib.prodigy({lr}, betas=({b1}, {b2}), eps={eps}, estim_lr0={d0})",
    network_rate=1.0,
    separate=False,
    holds=(
        lambda see: (np.diff(see("taco").trajectories[0].state["distance"]) >= 0).all(),
        lambda see: see("taco").trajectories[0].state["distance"][0] < 1e-5,
        lambda see: all(
            0.05 < see.estimated(on) < 0.5 for on in ("taco:kappa=1", "taco", "taco:kappa=100", "rosenbrock", "beale")
        ),
        lambda see: all(see(on).falls_to(1e-6) < 200 for on in ("taco:kappa=1", "taco", "taco:kappa=100")),
    ),
)
