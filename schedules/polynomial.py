"""Polynomial decay."""

import numpy as np

from core.types import Param, Schedule


def rate(initial_rate, t, horizon, values):
    return initial_rate * (values.floor + (1 - values.floor) * (1 - t / horizon) ** values.power)


schedule = Schedule(
    key="polynomial",
    name="Polynomial decay",
    summary="Linear decay raised to a power: above 1 it falls early, below 1 late.",
    latex=r"\alpha_t = \alpha_{\min} + (\alpha_0 - \alpha_{\min}) \left(1 - \tfrac{t}{T}\right)^p",
    fn=rate,
    params=(
        Param("power", "p", 2.0, 0.1, 10.0, "log", "1 is linear decay."),
        Param("floor", r"\eta", 0.0, 0.0, 1.0, "linear", "Share of the first rate that is left at the end."),
    ),
    torch="torch.optim.lr_scheduler.PolynomialLR(optimizer, total_iters={horizon}, power={power})",
    optax="optax.polynomial_schedule({lr}, {floor} * {lr}, power={power}, transition_steps={horizon})",
    chains=True,
    difference="PyTorch's has no floor: it falls to zero.",
    holds=(
        lambda see: see(200, power=4)[50] < see(200, power=1)[50] < see(200, power=0.25)[50],
        lambda see: np.ptp(np.diff(see(200, power=1))) < 1e-12,
    ),
)
