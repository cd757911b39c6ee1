"""Nonlinear conjugate gradient, PR+: each direction keeps what the one before gained, as far as a parabola says so.

The line search asks for the exact loss; noise reaches the directions only. Where a direction leads up on it there is no step,
and the next direction is the gradient's.
"""

from typing import NamedTuple

import jax.numpy as jnp

from core.types import Array, Optimizer, Param, Query, Values
from optimizers._line_search import search


class State(NamedTuple):
    direction: Array  # f64[2], of the last step; 0 after a step that failed
    last_gradient: Array  # f64[2]
    beta: Array  # f64[], how much of the last direction went into this one
    length: Array  # f64[], of the last step, as a multiple of its direction
    slope: Array  # f64[], of the seen gradient along the direction of the last step
    gradients: Array  # f64[], the trials of its line search


def init(x: Array) -> State:
    zero, number = jnp.zeros_like(x), jnp.zeros((), x.dtype)
    return State(zero, zero, number, number, number, number)


def update(query: Query, state: State, values: Values) -> tuple[Array, State]:
    gradient, before = query.gradient, jnp.sum(state.last_gradient**2)
    new = jnp.sum(gradient * (gradient - state.last_gradient)) / jnp.where(before > 0, before, 1.0)
    beta = jnp.where(before > 0, jnp.maximum(new, 0.0), 0.0)  # PR+: never against the old direction
    way = beta * state.direction - gradient
    slope = jnp.sum(way * gradient)
    restart = ~(slope < 0) | ~jnp.any(state.direction != 0)
    beta = jnp.where(restart, 0.0, beta)
    way = jnp.where(restart, -gradient, way)
    slope = jnp.where(restart, -jnp.sum(gradient**2), slope)
    # First try what would change the loss as much as the last step did; the first step of all is α long.
    size = jnp.sqrt(jnp.sum(way**2))
    like_last = state.length * state.slope / jnp.where(slope < 0, slope, 1.0)
    guess = jnp.where(restart | ~(like_last > 0), 1 / jnp.where(size > 0, size, 1.0), like_last)
    line = search(query.fn, query.x, way, query.learning_rate * guess, values.flatness)
    kept = jnp.where(line.length > 0, way, 0.0)
    return line.length * way, State(kept, gradient, beta, line.length, slope, line.trials)


optimizer = Optimizer(
    key="cg",
    name="Conjugate gradient",
    summary="Turns each direction so that it does not undo the last one: on a quadratic in two dimensions two exact steps do.",
    family="second-order",
    year=1969,
    reference=(
        "Polak and Ribière, Note sur la convergence de méthodes de directions conjuguées, 1969; "
        "PR+: Nocedal and Wright, Numerical optimization, 2006, section 5.2, eq. (5.45)"
    ),
    latex=(
        r"\beta_t = \max\left( \frac{g_t^\top (g_t - g_{t-1})}{g_{t-1}^\top g_{t-1}},\; 0 \right)",
        r"d_t = -g_t + \beta_t\, d_{t-1}",
        r"x_t = x_{t-1} + \tau_t d_t, \quad f(x_t) \le f(x_{t-1}) + 10^{-4} \tau_t\, g_t^\top d_t, "
        r"\quad |\nabla f(x_t)^\top d_t| \le c_2\, |g_t^\top d_t|",
    ),
    learning_rate=Param("lr", r"\alpha", 1.0, 1e-5, 10.0, "log", "Scales the length that the line search tries first."),
    params=(
        Param(
            "flatness",
            r"c_2",
            0.1,
            1e-6,
            0.5,
            "log",
            "Share of the slope that may be left: small values search exactly.",
            word="slope left",
        ),
    ),
    init=init,
    update=update,
    # The first step is L-BFGS's: it leaves 7 % of the slope. β2 would be negative, so 0: the gradient's direction again.
    # The first trial, 7.0119, is too long; the secant of the two slopes gives 0.9322, exactly the minimum along it.
    worked_rate=1.0,
    worked=((0.757464374963667, 0.029857499854668124), (0.051382384063691666, -0.08147099894999721)),
    difference="Neither library has it; SciPy does, as scipy.optimize.minimize(method='CG').",
    planar=True,
    gradients=0,
    separate=False,
    holds=(
        lambda see: see("taco", "flatness=0.001", "steps=2").falls_to(1e-9) == 2,
        lambda see: see("taco", "flatness=0.1", "steps=2").falls_to(1e-9) > 2,
    ),
)
