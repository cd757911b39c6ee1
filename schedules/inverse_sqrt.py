"""Inverse square root decay, counted from the first update."""

import numpy as np

from core.types import Schedule


def rate(initial_rate, t, horizon, values):
    return initial_rate / np.sqrt(t + 1)  # update k = t + 1: at t = 0 itself the rule has no value


schedule = Schedule(
    key="inverse_sqrt",
    name="Inverse square root",
    summary="Divides the rate by the root of the number of the update; counted from 1, since at 0 it would be infinite.",
    latex=r"\alpha_k = \frac{\alpha_0}{\sqrt{k}}, \quad k = 1, 2, \dots",
    fn=rate,
    reference="Zinkevich, Online convex programming and generalized infinitesimal gradient ascent, 2003, theorem 1",
    torch="torch.optim.lr_scheduler.LambdaLR(optimizer, lambda t: (t + 1) ** -0.5)",
    optax="lambda count: {lr} / jnp.sqrt(count + 1)",
    holds=(lambda see: np.allclose(see(100)[[0, 3, 99]], [1, 0.5, 0.1]),),
)
