"""1/t decay."""

import numpy as np

from core import claims
from core.types import Param, Schedule


def rate(initial_rate, t, horizon, values):
    return initial_rate / (1 + values.k * t)


schedule = Schedule(
    key="inverse_time",
    name="1/t decay",
    summary="Falls fast, then ever more slowly: its sum is infinite, that of its squares finite, as Robbins and Monro ask.",
    latex=r"\alpha_t = \frac{\alpha_0}{1 + kt}",
    fn=rate,
    reference="Robbins and Monro, A stochastic approximation method, 1951, section 2",
    params=(Param("k", "k", 0.05, 1e-6, 10.0, "log", "The rate is halved after 1/k updates."),),
    torch="torch.optim.lr_scheduler.LambdaLR(optimizer, lambda t: 1 / (1 + {k} * t))",
    optax="lambda count: {lr} / (1 + {k} * count)",
    holds=(
        lambda see: see(201, k=0.05)[20] == 0.5 and see(201, k=0.01)[100] == 0.5,
        lambda see: claims.falls(-np.diff(see(100))),  # ever more slowly
        lambda see: np.isclose(np.log(10) / 0.05, np.diff(np.cumsum(see(10**6))[[10**5 - 1, 10**6 - 1]])[0], rtol=1e-3),
        lambda see: (see(10**6)[10**5 :] ** 2).sum() < 1e-2 * (see(10**6) ** 2).sum(),
    ),
)
