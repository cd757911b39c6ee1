"""L-BFGS: Newton's direction from the last few steps and what they did to the gradient, and a line search along it.

The search asks for the exact loss, so noise reaches the direction only: a direction that leads up gives no step, and the memory
starts anew. A pair of steps is kept where it says that the surface curves upwards.
"""

from typing import NamedTuple

import jax.numpy as jnp
import numpy as np
from jax import lax

from core.types import Array, Optimizer, Param, Query, Values
from optimizers._line_search import search

MOST = 10  # pairs that can be kept
CURVED = 1e-10  # the least cosine between a step and the change of the gradient over it


class State(NamedTuple):
    last_x: Array  # f64[2]
    last_gradient: Array  # f64[2]
    steps: Array  # f64[MOST, 2], the newest last; 0 where there is none
    changes: Array  # f64[MOST, 2], of the gradient over each step
    length: Array  # f64[], how far along its direction the last step went
    gradients: Array  # f64[], the trials of its line search


def init(x: Array) -> State:
    pairs, number = jnp.zeros((MOST, x.size), x.dtype), jnp.zeros((), x.dtype)
    return State(jnp.asarray(x), jnp.zeros_like(x), pairs, pairs, number, number)


def direction(gradient: Array, steps: Array, changes: Array) -> Array:
    """The two-loop recursion: minus the inverse Hessian that the pairs suggest, times the gradient."""
    curvatures = jnp.sum(steps * changes, axis=1)
    used = curvatures > 0
    weights = jnp.where(used, 1 / jnp.where(used, curvatures, 1.0), 0.0)

    def off(along: Array, pair: tuple[Array, Array, Array]) -> tuple[Array, Array]:
        step, change, weight = pair
        share = weight * jnp.sum(step * along)
        return along - share * change, share

    def on(along: Array, pair: tuple[Array, Array, Array, Array]) -> tuple[Array, None]:
        step, change, weight, share = pair
        return along + step * (share - weight * jnp.sum(change * along)), None

    along, shares = lax.scan(off, gradient, (steps, changes, weights), reverse=True)
    squares = jnp.sum(changes[-1] ** 2)  # without pairs the first step is no longer than 1
    steepest = 1 / jnp.maximum(jnp.sqrt(jnp.sum(gradient**2)), 1.0)
    along = along * jnp.where(used[-1], curvatures[-1] / jnp.where(used[-1], squares, 1.0), steepest)
    return -lax.scan(on, along, (steps, changes, weights, shares))[0]


def update(query: Query, state: State, values: Values) -> tuple[Array, State]:
    step, change = query.x - state.last_x, query.gradient - state.last_gradient
    sizes = jnp.sqrt(jnp.sum(step**2)) * jnp.sqrt(jnp.sum(change**2))
    keep = (query.t > 1) & (jnp.sum(step * change) > CURVED * sizes)
    steps = jnp.where(keep, jnp.concatenate([state.steps[1:], step[None]]), state.steps)
    changes = jnp.where(keep, jnp.concatenate([state.changes[1:], change[None]]), state.changes)
    recent = (jnp.arange(MOST) >= MOST - values.memory)[:, None]
    way = direction(query.gradient, jnp.where(recent, steps, 0.0), jnp.where(recent, changes, 0.0))
    line = search(query.fn, query.x, way, query.learning_rate, values.flatness)
    searched = values.line_search > 0
    length = jnp.where(searched, line.length, query.learning_rate)
    forget = length == 0
    return length * way, State(
        query.x,
        query.gradient,
        jnp.where(forget, 0.0, steps),
        jnp.where(forget, 0.0, changes),
        length,
        jnp.where(searched, line.trials, 1.0),
    )


optimizer = Optimizer(
    key="lbfgs",
    name="L-BFGS",
    summary="Learns the curvature from its own steps: nearly Newton's direction without a Hessian, and a search along it.",
    family="second-order",
    year=1989,
    reference=(
        "Liu and Nocedal, On the limited memory BFGS method for large scale optimization, 1989; "
        "Nocedal and Wright, Numerical optimization, 2006, algorithms 7.4 and 7.5"
    ),
    latex=(
        r"s_t = x_t - x_{t-1}, \quad y_t = g_{t+1} - g_t",
        r"d_t = -H_t\, g_t, \quad H_t = \mathrm{BFGS}(s_{t-m}, y_{t-m}, \dots, s_{t-1}, y_{t-1}), "
        r"\quad H^0_t = \tfrac{s^\top y}{y^\top y}\, I",
        r"x_t = x_{t-1} + \tau_t d_t, \quad f(x_t) \le f(x_{t-1}) + 10^{-4} \tau_t\, g_t^\top d_t, "
        r"\quad |\nabla f(x_t)^\top d_t| \le c_2\, |g_t^\top d_t|",
    ),
    learning_rate=Param(
        "lr", r"\alpha", 1.0, 1e-5, 10.0, "log", "The length that the line search tries first, or every length without it."
    ),
    params=(
        Param("memory", r"m", 10, 1, MOST, "int", "How many steps the curvature is learnt from.", word="pairs kept"),
        Param(
            "flatness",
            r"c_2",
            0.9,
            1e-3,
            0.99,
            "log",
            "Share of the slope that may be left: small values search long.",
            word="slope left",
        ),
        Param(
            "line_search",
            r"\tau",
            1.0,
            0.0,
            1.0,
            "bool",
            "Search along the direction; otherwise each step has length α.",
            word="line search",
        ),
    ),
    init=init,
    update=update,
    # The first direction is -(1, 4)/√17, and its length 1 will do: f = 0.2887, slope -0.2996 of -4.1231.
    # s = -(1, 4)/√17, y = -(1, 16)/√17; sᵀy = 65/17, γ = sᵀy/yᵀy = 65/257;
    # H = γ (I - s yᵀ/sᵀy)(I - y sᵀ/sᵀy) + s sᵀ/sᵀy; x2 = x1 - H g2, of length 1 again.
    worked_rate=1.0,
    worked=((0.757464374963667, 0.029857499854668124), (0.5430709368452559, -0.0339419335528285)),
    torch="torch.optim.LBFGS(params, lr={lr}, max_iter=1, history_size={memory}, line_search_fn='strong_wolfe')",
    optax="optax.lbfgs({lr}, memory_size={memory}, linesearch=None)",
    difference=(
        "Theirs without a line search are this one without; their searches interpolate differently, so lengths differ. "
        "optax keeps every pair."
    ),
    planar=True,
    gradients=0,
    separate=False,
    holds=(
        lambda see: np.median(see.to_newton("rosenbrock", "steps=38")) < 10,  # degrees; the gradient is 70 off
        lambda see: see("rosenbrock", more="steps=60").falls_to(1e-6) < 60,
    ),
)
