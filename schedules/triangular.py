"""Cyclic rates: a triangle wave between a floor and the first rate."""

import numpy as np

from core.types import Param, Schedule


def rate(initial_rate, t, horizon, values):
    distance = np.abs((t / values.half) % 2 - 1)  # 1 at the floor, 0 at the peak
    return initial_rate * (values.floor + (1 - values.floor) * (1 - distance))


schedule = Schedule(
    key="triangular",
    name="Cyclic (triangular)",
    summary="Up and down between a floor and the rate that is set, over and over.",
    latex=r"\alpha_t = \alpha_{\min} + (\alpha_0 - \alpha_{\min}) \left(1 - \left|\tfrac{t}{h} \bmod 2 - 1\right|\right)",
    fn=rate,
    reference="Smith, Cyclical learning rates for training neural networks, 2017, section 3.1",
    params=(
        Param("half", "h", 25, 1, 100_000, "int", "Updates from the floor to the peak: half a cycle.", counts="updates"),
        Param("floor", r"\eta", 0.1, 0.0, 1.0, "linear", "The lowest rate, as a share of the highest."),
    ),
    torch="torch.optim.lr_scheduler.CyclicLR(optimizer, base_lr={floor} * {lr}, max_lr={lr}, step_size_up={half}, "
    "cycle_momentum=False)",
    optax="lambda count: {lr} * ({floor} + (1 - {floor}) * (1 - jnp.abs((count / {half}) % 2 - 1)))",
    holds=(
        lambda see: np.isclose([see(200, half=25, floor=0.1).min(), see(200, half=25, floor=0.1).max()], [0.1, 1]).all(),
        lambda see: np.allclose(see(200, half=25)[:50], see(200, half=25)[50:100]),
    ),
)
