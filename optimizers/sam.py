"""SAM on gradient descent: the gradient is taken uphill, where the loss within reach is about worst."""

from typing import NamedTuple

import jax.numpy as jnp

from core.types import Array, Optimizer, Param, Query, Values


class State(NamedTuple):
    """Empty: each step looks around anew."""


def init(x: Array) -> State:
    return State()


def update(query: Query, state: State, values: Values) -> tuple[Array, State]:
    length = jnp.sqrt(jnp.sum(query.gradient**2))
    uphill = query.gradient / jnp.where(length > 0, length, 1.0)  # where the gradient is 0 there is no uphill
    # The same minibatch and the same noise as the first gradient, as in the paper.
    return -query.learning_rate * query.gradient_at(query.x + values.rho * uphill), state


optimizer = Optimizer(
    key="sam",
    name="SAM",
    summary="Descends by the gradient a step uphill: what is low but sharp looks high from there. Two gradients a step.",
    family="plain",
    year=2021,
    reference=(
        "Foret, Kleiner, Mobahi and Neyshabur, Sharpness-aware minimization for efficiently improving generalization, 2021, "
        "algorithm 1"
    ),
    latex=(
        r"\hat x_t = x_{t-1} + \rho\, g_t / \lVert g_t \rVert",
        r"x_t = x_{t-1} - \alpha\, \nabla f(\hat x_t)",
    ),
    learning_rate=Param("lr", r"\alpha", 0.01, 1e-5, 10.0, "log", "Size of each step."),
    params=(Param("rho", r"\rho", 0.05, 0.0, 2.0, "linear", "How far uphill the gradient is taken; 0 is SGD.", word="radius"),),
    init=init,
    update=update,
    # x̂1 = (1, 1) + 0.05 (1, 4)/√17: x1 = 1 - 0.1 (1 + 0.05/√17), y1 = 1 - 0.4 (1 + 0.2/√17);
    # then the same from there, with g2 = (x1, 4 y1).
    worked_rate=0.1,
    worked=((0.8987873218748184, 0.5805971499970933), (0.807103971582966, 0.3297063824293757)),
    optax=("optax.contrib.sam(optax.sgd({lr}), optax.chain(optax.contrib.normalize(), optax.sgd({rho})), opaque_mode=True)"),
    difference="optax is given the gradient as a function, `grad_fn`; otherwise its steps uphill are steps of the path.",
    network_rate=0.1,
    gradients=2,
    separate=False,
    holds=(
        lambda see: see.rule.gradients == 2 and see("taco", more="steps=7").summaries()[0].gradients == 14,
        # On the floor of a valley it sees the wall that is a radius away, and a steep one makes the step long.
        lambda see: see.first_step("taco:kappa=1", "lr=0.0001,rho=0.5", "0,0.001") < 0.0001,
        lambda see: see.first_step("taco:kappa=100", "lr=0.0001,rho=0.5", "0,0.001") > 0.005,
    ),
)
