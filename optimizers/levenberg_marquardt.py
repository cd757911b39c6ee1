"""Levenberg–Marquardt: Gauss–Newton with a damping that falls while steps succeed and rises when one fails.

For surfaces that are a sum of squares Σ rᵢ² and give their rᵢ. Any other surface is the square of one number, √(f − f*): then
the step is twice Polyak's, damped; and where there is no f* it is gradient descent at the rate 1/μ. Each trial is a step, so a
failed one stands still. Failure is judged by the exact loss, whatever the noise on the gradient.
"""

from typing import NamedTuple

import jax
import jax.numpy as jnp

from core.types import Array, Optimizer, Param, Query, Values

RANGE = (1e-15, 1e15)  # of the damping


class State(NamedTuple):
    damping: Array  # f64[], μ for the next step; 0 before the first
    accepted: Array  # f64[], whether the last trial was


def init(x: Array) -> State:
    return State(jnp.zeros((), x.dtype), jnp.zeros((), x.dtype))


def solution(query: Query, damping: Array) -> Array:
    """The s of (H + μI) s = g, with Gauss and Newton's H = 2 JᵀJ: what is left of the Hessian where the rᵢ are straight."""
    if query.residuals:
        jacobian = jax.jacfwd(query.residuals)(query.x)
        (a, b), (_, c) = 2 * jnp.sum(jacobian[:, :, None] * jacobian[:, None, :], axis=0) + damping * jnp.eye(2)
        gx, gy = query.gradient
        return jnp.stack([c * gx - b * gy, a * gy - b * gx]) / (a * c - b * b)
    gap = query.loss - query.lowest  # H is ggᵀ/2(f − f*), and g its eigenvector
    steepness = jnp.sum(query.gradient**2) / jnp.where(gap > 0, 2 * gap, jnp.inf)
    return query.gradient / (damping + steepness)


def update(query: Query, state: State, values: Values) -> tuple[Array, State]:
    damping = jnp.where(state.damping > 0, state.damping, values.damping)
    step = -query.learning_rate * solution(query, damping)
    lower = query.fn(query.x + step) <= query.loss
    after = jnp.where(lower, damping / values.factor, damping * values.factor)
    return jnp.where(lower, step, 0.0), State(jnp.clip(after, *RANGE), jnp.where(lower, 1.0, 0.0).astype(step.dtype))


optimizer = Optimizer(
    key="levenberg_marquardt",
    name="Levenberg–Marquardt",
    summary="Newton for sums of squares from first derivatives alone; it becomes cautious gradient descent when a step fails.",
    family="second-order",
    year=1963,
    reference=(
        "Levenberg, A method for the solution of certain non-linear problems in least squares, 1944; "
        "Marquardt, An algorithm for least-squares estimation of nonlinear parameters, 1963"
    ),
    latex=(
        r"f = \sum_i r_i^2, \quad J = \partial r / \partial x",
        r"(2 J^\top J + \mu_t I)\, s_t = g_t",
        r"f(x_{t-1} - \alpha s_t) \le f(x_{t-1}): \quad x_t = x_{t-1} - \alpha\, s_t, \; \mu_{t+1} = \mu_t / \nu",
        r"f(x_{t-1} - \alpha s_t) > f(x_{t-1}): \quad x_t = x_{t-1}, \; \mu_{t+1} = \nu \mu_t",
    ),
    learning_rate=Param("lr", r"\alpha", 1.0, 1e-5, 10.0, "log", "Fraction of the full step."),
    params=(
        Param("damping", r"\mu_1", 1.0, 1e-6, 1e4, "log", "The first damping; almost 0 is Gauss–Newton.", word="first damping"),
        Param(
            "factor",
            r"\nu",
            3.0,
            1.0,
            10.0,
            "linear",
            "What the damping is divided or multiplied by; 1 keeps it.",
            word="factor",
        ),
    ),
    init=init,
    update=update,
    # With one residual, √f, the matrix is ggᵀ/2f, and s = g/(μ + ‖g‖²/2f): x1 = (1, 1) - (1, 4)/(1 + 17/5).
    # That is lower, so μ2 = 1/3: x2 = x1 - g2/(1/3 + ‖g2‖²/2f2) from f2 = 0.3151, ‖g2‖² = 0.7293.
    worked_rate=1.0,
    worked=((0.7727272727272727, 0.09090909090909094), (0.254365502532658, -0.15302585977072783)),
    difference="Neither library has it; SciPy does, as scipy.optimize.least_squares(method='lm').",
    planar=True,
    separate=False,
    reads_lowest=True,
    holds=(
        lambda see: see("rosenbrock", more="steps=20").falls_to(1e-6) < 20,
        # Heavily damped it goes down the gradient, and not far; a step that fails makes the damping larger.
        lambda see: see.along_gradient("rosenbrock", "damping=10000", "steps=1") > 0.9999,
        lambda see: see.damps("rosenbrock", "steps=20"),
    ),
)
