"""The constant rate: what every other schedule is compared with."""

import numpy as np

from core.types import Schedule


def rate(initial_rate, t, horizon, values):
    return np.full(len(t), initial_rate)


schedule = Schedule(
    key="constant",
    name="Constant",
    summary="The same rate at every update.",
    latex=r"\alpha_t = \alpha_0",
    moves=False,
    fn=rate,
    torch="torch.optim.lr_scheduler.ConstantLR(optimizer, factor=1.0)",
    optax="optax.constant_schedule({lr})",
    chains=True,
    holds=(lambda see: (see() == 1).all(),),
)
