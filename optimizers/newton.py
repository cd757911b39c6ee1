"""Newton's method: jumps to the stationary point of the local parabola, be it a minimum, a saddle or a maximum."""

from typing import NamedTuple

import jax
import jax.numpy as jnp

from core.types import Array, Optimizer, Param, Query, Values


class State(NamedTuple):
    """Empty: the Hessian is computed anew at every point."""


def init(x: Array) -> State:
    return State()


def update(query: Query, state: State, values: Values) -> tuple[Array, State]:
    hessian = jax.hessian(query.fn)(query.x)
    a, b, c = hessian[0, 0] + values.damping, hessian[0, 1], hessian[1, 1] + values.damping
    gx, gy = query.gradient
    # Cramer's rule for (H + δI) s = g; a singular matrix gives an infinite step, which the run reports as divergence.
    solution = jnp.stack([c * gx - b * gy, a * gy - b * gx]) / (a * c - b * b)
    return -query.learning_rate * solution, state


optimizer = Optimizer(
    key="newton",
    name="Newton",
    summary="Divides by the curvature: one step on any quadratic, but saddles draw it too. Enough damping makes it descend.",
    family="second-order",
    year=1740,
    reference=(
        "Simpson, Essays on several curious and useful subjects, 1740; "
        "Nocedal and Wright, Numerical optimization, 2006, eq. (2.15); damping: Levenberg, 1944"
    ),
    latex=(
        r"(\nabla^2 f(x_{t-1}) + \delta I)\, s_t = g_t",
        r"x_t = x_{t-1} - \alpha\, s_t",
    ),
    learning_rate=Param("lr", r"\alpha", 1.0, 1e-5, 10.0, "log", "Fraction of the full step; 1 is Newton's own."),
    params=(
        Param("damping", r"\delta", 0.0, 0.0, 100.0, "linear", "Added to every curvature; large values give gradient descent."),
    ),
    init=init,
    update=update,
    # H = diag(1, 4), so s = H⁻¹ g = (x, y): half a step halves both coordinates, however different their curvatures.
    worked_rate=0.5,
    worked=((0.5, 0.5), (0.25, 0.25)),
    difference="Neither library has Newton's method; both have L-BFGS, which estimates the curvature from gradients.",
    planar=True,
    holds=(
        lambda see: all(see(f"taco:kappa={k},angle=20", "lr=1,damping=0", "steps=1").gap[0][-1] < 1e-12 for k in (1, 40, 1000)),
        lambda see: (
            see("bounded_saddle", "lr=1,damping=0").ends((0, 0)) and see("bounded_saddle", "lr=1,damping=5").gap[0][-1] < 1e-3
        ),
    ),
)
