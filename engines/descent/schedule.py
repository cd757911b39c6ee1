"""A schedule as the array that the descent uses: the same array is drawn."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from core.types import Spec, namespace
from engines.descent.codec import number_text
from engines.descent.experiment import schedule_params
from engines.descent.rates import LATE, WARMUP
from engines.descent.rates import rates as evaluate
from schedules import SCHEDULES


def rates(schedule: Spec, learning_rate: float, steps: int) -> np.ndarray:
    """Learning rates f64[steps]; entry k − 1 belongs to update k = 1…steps. See engines.descent.rates."""
    return evaluate(SCHEDULES[schedule.key], schedule.values, learning_rate, steps)


class Beginning(NamedTuple):
    """Where a schedule starts.

    Attributes:
      first: the rate of update 1. full: what warm-up is a share of; the same where there is none.
      at_zero: what the formula would give for an update 0, which may be infinite.
    """

    first: float
    full: float
    at_zero: float


def beginning(schedule: Spec, learning_rate: float, steps: int) -> Beginning:
    scheduled, rule, params = rates(schedule, learning_rate, steps), SCHEDULES[schedule.key], schedule_params(schedule.key)
    cold = Spec(schedule.key, {**schedule.values, "warmup": 0.0})
    n = int(schedule.values["warmup"])
    # A warm-up of the schedule's own is a part of it: it ends at update n.
    own = rates(schedule, learning_rate, max(n, steps))
    full = rates(cold, learning_rate, steps)[0] if WARMUP in params else own[max(0, n - 1)]
    with np.errstate(divide="ignore"):
        zero = rule.fn(learning_rate, np.array([-1.0]), steps, namespace(params, [cold.values[p.key] for p in params]))
    return Beginning(float(scheduled[0]), float(full), float(zero[0]))


def code(schedule: Spec, learning_rate: float, steps: int) -> list[str]:
    """The same schedule in PyTorch and in optax, as far as they have it: one expression each."""
    rule, params = SCHEDULES[schedule.key], schedule_params(schedule.key)
    values = {p.key: number_text(schedule.values[p.key], p) for p in params}
    n = int(schedule.values["warmup"])
    late = bool(n and LATE in params and schedule.values["late"])
    steps -= min(n, steps - 1) if late else 0
    torch, optax = (text.format(lr=number_text(learning_rate), horizon=steps, **values) for text in (rule.torch, rule.optax))
    if late:
        cold = Spec(schedule.key, {**schedule.values, "warmup": 0.0})
        rate = number_text(float(rates(cold, learning_rate, steps)[0]))  # where the schedule itself begins
        torch = ""
        optax = f"optax.join_schedules([lambda count: {rate} * (count + 1) / {n}, {optax}], [{n}])" if optax else ""
    elif n and WARMUP in params:
        rise = f"torch.optim.lr_scheduler.LinearLR(optimizer, start_factor=1 / {n}, total_iters={n - 1})"
        torch = f"torch.optim.lr_scheduler.ChainedScheduler([{rise}, {torch}])" if rule.chains and n > 1 else ""
        optax = f"lambda count: jnp.minimum(1, (count + 1) / {n}) * ({optax})(count)" if optax else ""
    return [text for text in (torch, optax) if text]
