"""Decoupled weight decay: each step also shrinks x by αλ, past the rule."""

import numpy as np

from core.types import Array, Param, Query, Values, Wrapper


def step(query: Query, step: Array, state: object, values: Values) -> tuple[Array, object]:
    return step - query.learning_rate * values.strength * query.x, state


wrapper = Wrapper(
    key="decay",
    name="Decoupled decay",
    summary="Each step also shrinks x by αλ, equally in every coordinate, whatever the rule does with its gradient.",
    latex=(r"x_t \leftarrow x_t - \alpha \lambda\, x_{t-1}",),
    reference="Loshchilov and Hutter, Decoupled weight decay regularization, 2019, section 2",
    params=(
        Param(
            "strength", r"\lambda", 0.01, 0.0, 10.0, "linear", "Each step shrinks x by this times the rate.", word="strength"
        ),
    ),
    step=step,
    neutral={"strength": 0.0},
    limits=False,
    torch="for p in params: p.data.mul_(1 - {lr} * {strength})",
    optax="optax.add_decayed_weights(-{lr} * {strength})",
    before=False,
    difference="With PyTorch it stands before the update, where x is still what it was. Both take the rate as constant.",
    holds=(lambda see: np.allclose(see.stepped((0.1, 0.2), (1.0, -2.0), rate=0.1, strength=0.5), (0.1 - 0.05, 0.2 + 0.1)),),
)
