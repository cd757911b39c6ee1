"""Cosine decay: half a wave from the first rate to the floor."""

import numpy as np

from core.types import Param, Schedule


def rate(initial_rate, t, horizon, values):
    return initial_rate * (values.floor + (1 - values.floor) * 0.5 * (1 + np.cos(np.pi * t / horizon)))


schedule = Schedule(
    key="cosine",
    name="Cosine",
    summary="Half a cosine wave: a slow start, a fast middle, a slow end. Nothing to tune but the first rate and the length.",
    latex=r"\alpha_t = \tfrac{1}{2} \alpha_0 \left(1 + \cos \tfrac{\pi t}{T}\right)",
    fn=rate,
    reference="Loshchilov and Hutter, SGDR: stochastic gradient descent with warm restarts, 2017, equation 5",
    params=(Param("floor", r"\eta", 0.0, 0.0, 1.0, "linear", "Share of the first rate that is left at the end."),),
    torch="torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max={horizon}, eta_min={floor} * {lr})",
    optax="optax.cosine_decay_schedule({lr}, decay_steps={horizon}, alpha={floor})",
    chains=True,
    difference="Chained to a warm-up, PyTorch's is the same only without a floor.",
    holds=(
        lambda see: np.allclose(see(201, floor=0.2)[[0, 100]], [1, 0.6], atol=0.01),
        lambda see: (-np.diff(see(200)))[100] > 5 * max((-np.diff(see(200)))[[2, -2]]),
    ),
)
