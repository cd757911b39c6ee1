"""Copy this file to `<key>.py` and change what it says. Start with this line: one sentence on the idea.

The file is found by itself: menu, sliders, URL, API, docs and tests follow from it. Files that begin with `_` are skipped.
The rule below, momentum as a true moving average, works as it stands.
"""

from typing import NamedTuple

import jax.numpy as jnp
import numpy as np

from core.types import Array, Optimizer, Param, Query, Values


class State(NamedTuple):
    # What the next step needs, and nothing else. Each field is f64[] or f64[2]; it is recorded and drawn under its name.
    first_moment: Array  # f64[2], moving average of gradients


def init(x: Array) -> State:
    return State(first_moment=jnp.zeros_like(x))


def update(query: Query, state: State, values: Values) -> tuple[Array, State]:
    # Everything is traced float64, so no Python `if` on a value: use jnp.where. query.t counts from 1.
    # Use query.learning_rate: the schedule has been applied to it.
    first = values.beta * state.first_moment + (1 - values.beta) * query.gradient
    return -query.learning_rate * first, State(first)  # the step to ADD to x, so the minus is here


optimizer = Optimizer(
    key="_template",  # the file name without .py
    name="Averaged momentum",  # in the menu
    summary="Follows a moving average of the gradient.",
    family="momentum",
    year=2026,
    reference="Author, Title, 2026, equation or algorithm",
    latex=(r"m_t = \beta m_{t-1} + (1 - \beta)\, g_t", r"x_t = x_{t-1} - \alpha\, m_t"),
    # Defaults should look good on the default scene: ½(x² + 40y²) from (-8, 1), 200 steps.
    learning_rate=Param("lr", r"\alpha", 0.1, 1e-5, 10.0, "log", "Size of each step."),
    params=(Param("beta", r"\beta", 0.9, 0.0, 0.9999, "linear", "Memory of the average."),),
    init=init,
    update=update,
    # Two iterates on ½(x² + 4y²) from (1, 1) at worked_rate, by hand:
    # m1 = 0.1 (1, 4), x1 = (1, 1) - 0.5 m1; m2 = 0.9 m1 + 0.1 (0.95, 3.2) = (0.185, 0.68), x2 = x1 - 0.5 m2.
    worked_rate=0.5,
    worked=((0.95, 0.8), (0.8575, 0.46)),
    # On a quadratic of curvature λ: stable for lr·λ < c. Leave it out where no closed form is known.
    stability=lambda values: 2 * (1 + values.beta) / (1 - values.beta),
    # Equivalent constructors, with {lr} and {parameter}; say in `difference` what they do differently.
    torch="torch.optim.SGD(params, lr={lr}, momentum={beta}, dampening={beta})",
    optax="optax.chain(optax.ema({beta}, debias=False), optax.scale(-{lr}))",
    difference="PyTorch starts its buffer at the first gradient, not at 0.",
    # What the texts above say, each as a check; `see` computes what it asks for (tests/seen.py).
    holds=(lambda see: np.allclose(see.slope(0.01, steps=200)[-1], (-0.01, -0.03)),),  # the average of what never changes
)
