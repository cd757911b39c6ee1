"""AdaDelta as in the paper, with ε in both roots: without it the first step would be 0 and so would all others."""

from typing import NamedTuple

import jax.numpy as jnp
import numpy as np

from core.types import Array, Optimizer, Param, Query, Values


class State(NamedTuple):
    mean_squared_gradient: Array  # f64[2]
    mean_squared_step: Array  # f64[2], of the steps before the learning rate scales them


def init(x: Array) -> State:
    return State(mean_squared_gradient=jnp.zeros_like(x), mean_squared_step=jnp.zeros_like(x))


def update(query: Query, state: State, values: Values) -> tuple[Array, State]:
    gradients = values.rho * state.mean_squared_gradient + (1 - values.rho) * query.gradient**2
    step = -jnp.sqrt(state.mean_squared_step + values.eps) / jnp.sqrt(gradients + values.eps) * query.gradient
    steps = values.rho * state.mean_squared_step + (1 - values.rho) * step**2
    return query.learning_rate * step, State(gradients, steps)


optimizer = Optimizer(
    key="adadelta",
    name="AdaDelta",
    summary="Sizes each step by its own past steps, so it needs no rate; but it starts from √ε and is slow to wake.",
    family="adaptive",
    year=2012,
    reference="Zeiler, ADADELTA: an adaptive learning rate method, 2012, algorithm 1",
    latex=(
        r"E[g^2]_t = \rho\, E[g^2]_{t-1} + (1 - \rho)\, g_t^2",
        r"\Delta_t = -\frac{\sqrt{E[\Delta^2]_{t-1} + \epsilon}}{\sqrt{E[g^2]_t + \epsilon}}\; g_t",
        r"E[\Delta^2]_t = \rho\, E[\Delta^2]_{t-1} + (1 - \rho)\, \Delta_t^2",
        r"x_t = x_{t-1} + \alpha\, \Delta_t",
    ),
    learning_rate=Param("lr", r"\alpha", 1.0, 1e-5, 10.0, "log", "Scales every step; the paper has none, so 1."),
    params=(
        Param("rho", r"\rho", 0.95, 0.0, 0.9999, "linear", "Memory of both averages.", word="memory"),
        Param("eps", r"\epsilon", 1e-6, 1e-12, 1.0, "log", "Added inside both roots; its root is the scale of the first step."),
    ),
    init=init,
    update=update,
    # E[g²]1 = 0.05 (1, 16): Δ1 = -√1e-6 (1/√0.050001, 4/√0.800001) = -(0.00447209123431084, 0.00447213315991723).
    # E[Δ²]1 = 0.05 Δ1² = (1.0e-6, 1.0e-6) nearly, E[g²]2 = (0.0970537908565693, 1.55286058692413):
    # Δ2 = -√(E[Δ²]1 + 1e-6)/√(E[g²]2 + 1e-6) g2 = -(0.00451916061650387, 0.00451920353329313).
    worked_rate=1.0,
    worked=((0.995527908765689, 0.995527866840083), (0.991008748149185, 0.99100866330679)),
    torch="torch.optim.Adadelta(params, lr={lr}, rho={rho}, eps={eps})",
    optax="optax.adadelta({lr}, rho={rho}, eps={eps})",
    network_rate=1.0,
    holds=(
        lambda see: np.allclose(-see.slope(1.0, values=",rho=0.9,eps=1e-8")[0], (1e-8 / 0.1) ** 0.5, rtol=1e-3),
        lambda see: see("taco", "eps=1e-6", "steps=20").summaries()[0].distance > 0.95 * 65**0.5,  # slow to wake
    ),
)
