"""Sophia: divides by an estimate of each coordinate's curvature, and clips what comes out.

The estimate is Hutchinson's, z ⊙ ∇²f z with random signs z, of the same minibatch as the gradient: one product with the
Hessian, which costs about two gradients. The authors draw z from a Gaussian, optax draws signs; where the Hessian is diagonal,
signs give it exactly. As in the paper, the averages are not corrected for their start at 0 and a new curvature is used at once.
"""

from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from core.types import Array, Optimizer, Param, Query, Values


class State(NamedTuple):
    first_moment: Array  # f64[2], moving average of gradients
    curvature: Array  # f64[2], moving average of the estimated diagonal of the Hessian
    gradients: Array  # f64[], what the last step cost in gradients: 3 where it looked at the curvature, else 1


def init(x: Array) -> State:
    return State(jnp.zeros_like(x), jnp.zeros_like(x), jnp.zeros((), x.dtype))


def update(query: Query, state: State, values: Values) -> tuple[Array, State]:
    first = values.b1 * state.first_moment + (1 - values.b1) * query.gradient
    looks = (query.t - 1) % values.every == 0

    def look(curvature: Array) -> Array:
        signs = jax.random.rademacher(query.key, query.x.shape).astype(query.x.dtype)
        _, product = jax.jvp(query.gradient_at, (query.x,), (signs,))
        return values.b2 * curvature + (1 - values.b2) * signs * product

    curvature = jax.lax.cond(looks, look, lambda same: same, state.curvature)
    # Where the curvature is not positive the quotient is huge, the clipping leaves its sign: there it is sign descent.
    step = jnp.clip(first / jnp.maximum(values.gamma * curvature, values.eps), -1.0, 1.0)
    decayed = step + values.weight_decay * query.x
    return -query.learning_rate * decayed, State(first, curvature, jnp.where(looks, 3.0, 1.0).astype(query.x.dtype))


optimizer = Optimizer(
    key="sophia",
    name="Sophia",
    summary="Newton's step for each coordinate, by a curvature seen now and then; only weight decay makes it longer than α.",
    family="second-order",
    year=2023,
    reference=(
        "Liu and others, Sophia: a scalable stochastic second-order optimizer for language model pre-training, 2023, "
        "algorithms 1 and 3"
    ),
    latex=(
        r"m_t = \beta_1 m_{t-1} + (1 - \beta_1)\, g_t",
        r"h_t = \beta_2 h_{t-1} + (1 - \beta_2)\, z \odot \nabla^2 f(x_{t-1})\, z \quad (t \equiv 1 \bmod k), "
        r"\quad z_i = \pm 1",
        r"x_t = x_{t-1} - \alpha \left( \operatorname{clip}\left( \frac{m_t}{\max(\gamma\, h_t, \epsilon)}, 1 \right)"
        r" + \lambda\, x_{t-1} \right)",
    ),
    learning_rate=Param("lr", r"\alpha", 0.1, 1e-5, 10.0, "log", "The longest step in each coordinate."),
    # The paper has β₂ = 0.99 and γ = 0.01, for runs of many thousand steps.
    params=(
        Param("b1", r"\beta_1", 0.965, 0.0, 0.9999, "linear", "Memory of the gradient average."),
        Param("b2", r"\beta_2", 0.9, 0.0, 0.9999, "linear", "Memory of the curvature.", word="memory of the curvature"),
        Param(
            "gamma",
            r"\gamma",
            1.0,
            1e-4,
            10.0,
            "log",
            "Scales the curvature: small values clip more.",
            word="scale of the curvature",
        ),
        Param("eps", r"\epsilon", 1e-8, 1e-12, 1.0, "log", "The smallest curvature it divides by."),
        Param(
            "every",
            r"k",
            10,
            1,
            100,
            "int",
            "Updates from one look at the curvature to the next.",
            word="updates between looks",
        ),
        Param("weight_decay", r"\lambda", 0.0, 0.0, 1.0, "linear", "Each step shrinks x by this times the rate."),
    ),
    init=init,
    update=update,
    # h1 = 0.1 (1, 4), m1 = 0.035 (1, 4): m1/h1 = 0.35 in both, x1 = 1 - 0.035.
    # m2 = 0.965 m1 + 0.035 (0.965, 3.86), the curvature stays: m2/h1 = 0.6755.
    worked_rate=0.1,
    worked=((0.965, 0.965), (0.89745, 0.89745)),
    optax=(
        "optax.contrib.sophia({lr}, b1={b1}, b2={b2}, eps={eps}, gamma={gamma}, update_interval={every}, "
        "weight_decay={weight_decay})"
    ),
    difference=(
        "optax has to be given the loss, `obj_fn`. It corrects the gradient's average for its start at 0, uses a new "
        "curvature one step later, and draws other signs."
    ),
    network_rate=0.001,
    gradients=0,
    separate=False,
    holds=(
        lambda see: abs(np.diff(see("rosenbrock", "lr=0.01").x(), axis=0)).max() < 0.01 * (1 + 1e-9),
        lambda see: abs(np.diff(see("rosenbrock", "lr=0.01,weight_decay=1").x(), axis=0)).max() > 0.011,
        lambda see: np.flatnonzero(np.diff(see("taco").trajectories[0].state["curvature"][:31, 0])).tolist() == [0, 10, 20],
    ),
)
