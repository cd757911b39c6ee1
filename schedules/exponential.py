"""Exponential decay."""

import numpy as np

from core.types import Param, Schedule


def rate(initial_rate, t, horizon, values):
    return initial_rate * np.exp(-values.k * t)


schedule = Schedule(
    key="exponential",
    name="Exponential decay",
    summary="Loses the same share of the rate at every update: a straight line on the log scale.",
    latex=r"\alpha_t = \alpha_0 \, e^{-kt}",
    fn=rate,
    params=(
        Param("k", "k", 0.02, 1e-6, 1.0, "log", "An update loses the share 1 − exp(−k): 63 % at k = 1.", word="decay rate"),
    ),
    torch="torch.optim.lr_scheduler.ExponentialLR(optimizer, gamma=math.exp(-{k}))",
    optax="optax.exponential_decay({lr}, transition_steps=1, decay_rate=math.exp(-{k}))",
    chains=True,
    holds=(
        lambda see: all(np.allclose(see(50, k=k)[1:] / see(50, k=k)[:-1], np.exp(-k)) for k in (1e-3, 0.02, 1)),
        lambda see: round(100 * (1 - see(2, k=1)[1])) == 63,
    ),
)
