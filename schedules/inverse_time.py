"""1/t decay."""

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
)
