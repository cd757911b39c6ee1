"""Warm-up, stable, decay: a trapezoid."""

import numpy as np

from core.types import Param, Schedule


def rate(initial_rate, t, horizon, values):
    left = (horizon - t) / max(1.0, values.decay * horizon)
    rise = (t + 1) / values.warmup if values.warmup else 1.0
    return initial_rate * np.minimum(rise, np.minimum(1.0, values.floor + (1 - values.floor) * np.minimum(1.0, left)))


schedule = Schedule(
    key="wsd",
    name="Warm-up, stable, decay",
    summary="Rises, stays, and falls at the very end: the length of the run need not be known before the fall begins.",
    latex=r"\alpha_k = \alpha_0 \min\!\left(\tfrac{k}{n},\; 1,\; \tfrac{T - k + 1}{sT}\right)",
    fn=rate,
    reference="Hu et al., MiniCPM, 2024, section 4.2; the linear form of Hägele et al., 2024",
    params=(
        Param("warmup", "n", 20, 0, 100_000, "int", "Steps over which the rate first rises linearly.", counts="updates"),
        Param("decay", "s", 0.2, 0.01, 1.0, "linear", "Share of the run that the fall takes.", word="share of the fall"),
        Param("floor", r"\eta", 0.0, 0.0, 1.0, "linear", "Share of the first rate that is left at the end."),
    ),
    torch="torch.optim.lr_scheduler.LambdaLR(optimizer, lambda t: min((t + 1) / max({warmup}, 1), 1, "
    "{floor} + (1 - {floor}) * min(1, ({horizon} - t) / max(1, {decay} * {horizon}))))",
    optax="lambda count: {lr} * jnp.minimum(jnp.minimum((count + 1) / max({warmup}, 1), 1), "
    "{floor} + (1 - {floor}) * jnp.minimum(1, ({horizon} - count) / max(1, {decay} * {horizon})))",
    holds=(
        lambda see: np.isclose(see(500, warmup=50, decay=0.2)[49:400], 1).all() and see(500, warmup=50)[-1] < 0.02,
        lambda see: np.array_equal(see(500, warmup=50)[:380], see(1000, warmup=50)[:380]),  # the length is not known yet
    ),
)
