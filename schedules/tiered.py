"""Tiers by hand: up to four rates, each from a chosen update on."""

import numpy as np

from core.types import Param, Schedule


def rate(initial_rate, t, horizon, values):
    share = np.ones(len(t))
    for since, factor in ((values.t1, values.f1), (values.t2, values.f2), (values.t3, values.f3)):
        if since > 0:
            share = np.where(t >= since, factor, share)
    return initial_rate * share


def _tier(i, since, factor):
    return (
        Param(
            f"t{i}", f"t_{i}", since, 0, 100_000, "int", f"Updates before tier {i} begins; 0: no such tier.", counts="updates"
        ),
        Param(f"f{i}", f"f_{i}", factor, 1e-4, 10.0, "log", f"Rate of tier {i} over the first rate; it may rise too."),
    )


schedule = Schedule(
    key="tiered",
    name="Tiers by hand",
    summary="Rates set by hand, each from a chosen update on: what people do who watch the loss and turn the knob.",
    latex=r"\alpha_t = \alpha_0 \, f_i \quad t_i \le t < t_{i+1}",
    fn=rate,
    params=(*_tier(1, 60, 0.5), *_tier(2, 120, 0.1), *_tier(3, 170, 0.02)),
    torch="torch.optim.lr_scheduler.LambdaLR(optimizer, lambda t: "
    "{f3} if 0 < {t3} <= t else {f2} if 0 < {t2} <= t else {f1} if 0 < {t1} <= t else 1)",
    optax="lambda count: {lr} * jnp.select([(0 < {t3}) & ({t3} <= count), (0 < {t2}) & ({t2} <= count), "
    "(0 < {t1}) & ({t1} <= count)], [{f3}, {f2}, {f1}], 1)",
    holds=(lambda see: see(6, t1=2, f1=0.5, t2=4, f2=2, t3=0).tolist() == [1, 1, 0.5, 0.5, 2, 2],),
)
