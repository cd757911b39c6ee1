"""Step decay: divide the rate by a constant every N updates."""

import numpy as np

from core import claims
from core.types import Param, Schedule


def rate(initial_rate, t, horizon, values):
    return initial_rate * (1 / values.factor) ** np.floor(t / values.every)


schedule = Schedule(
    key="step",
    name="Step decay",
    summary="Divides the rate by a constant every N updates; the loss falls in steps with it.",
    latex=r"\alpha_t = \alpha_0 \, / \, c^{\lfloor t / N \rfloor}",
    fn=rate,
    params=(
        Param("every", "N", 60, 1, 100_000, "int", "Updates between two drops.", counts="updates"),
        Param("factor", "c", 5.0, 1.0, 100.0, "log", "What the rate is divided by at each drop."),
    ),
    torch="torch.optim.lr_scheduler.StepLR(optimizer, step_size={every}, gamma=1 / {factor})",
    optax="optax.exponential_decay({lr}, transition_steps={every}, decay_rate=1 / {factor}, staircase=True)",
    chains=True,
    holds=(
        lambda see: see(13, every=4, factor=2).tolist() == [1] * 4 + [0.5] * 4 + [0.25] * 4 + [0.125],
        lambda see: claims.falls(
            see.race("surface=noisy_taco&steps=4000&run=sgd:lr=0.08~step:every=1000,factor=4")
            .gap[0][1:]
            .reshape(4, 1000)[:, 500:]
            .mean(1),
            0.8,
        ),
    ),
)
