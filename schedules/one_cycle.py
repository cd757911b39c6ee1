"""One cycle: a rise to the peak and a long fall far below the first rate, both along half a cosine."""

import numpy as np

from core.types import Param, Schedule


def rate(initial_rate, t, horizon, values):
    low, end = initial_rate / values.div_factor, initial_rate / values.div_factor / values.final_div_factor
    peak = values.pct_start * horizon - 1  # PyTorch's convention: the last update, t = T - 1, runs at the final rate
    rise = _ease(low, initial_rate, np.clip(t / max(peak, 1e-9), 0, 1))
    fall = _ease(initial_rate, end, np.clip((t - peak) / max(horizon - 1 - peak, 1e-9), 0, 1))
    return np.where(t <= peak, rise, fall)


def _ease(start, end, share):
    return end + (start - end) * 0.5 * (1 + np.cos(np.pi * share))


schedule = Schedule(
    key="one_cycle",
    name="One cycle",
    summary="Up to the rate that is set and down again, once, ending far below where it began.",
    latex=r"\tfrac{\alpha_0}{d} \;\nearrow\; \alpha_0 \;\searrow\; \tfrac{\alpha_0}{d \, d_\mathrm{end}}",
    fn=rate,
    reference="Smith and Topin, Super-convergence, 2018, with the cosine form of fastai",
    params=(
        Param("pct_start", "p", 0.3, 0.01, 0.99, "linear", "Share of the run that the rise takes."),
        Param("div_factor", "d", 25.0, 1.0, 1000.0, "log", "Peak over first rate."),
        Param("final_div_factor", r"d_\mathrm{end}", 1e4, 1.0, 1e6, "log", "First rate over last rate."),
    ),
    torch="torch.optim.lr_scheduler.OneCycleLR(optimizer, max_lr={lr}, total_steps={horizon}, pct_start={pct_start}, "
    "div_factor={div_factor}, final_div_factor={final_div_factor}, cycle_momentum=False)",
    optax="optax.cosine_onecycle_schedule({horizon}, {lr}, pct_start={pct_start}, div_factor={div_factor}, "
    "final_div_factor={final_div_factor})",
    difference="optax peaks one update later and reaches the last rate only after the end.",
    holds=(
        lambda see: (np.diff(np.sign(np.diff(see(200)))) != 0).sum() == 1 and np.isclose(see(200).max(), 1, rtol=1e-3),
        lambda see: see(200)[-1] < 1e-3 * see(200)[0],
    ),
)
