"""SGDR: cosine waves with warm restarts."""

import numpy as np

from core.types import Param, Schedule


def rate(initial_rate, t, horizon, values):
    first, growth = values.t0, values.t_mult
    # Period i lasts T0·growth^i; the periods before it last T0·(growth^i - 1)/(growth - 1).
    ends = np.cumsum(_periods(first, growth, len(t)))
    period = np.searchsorted(ends, t, side="right")
    length = first * growth ** period.astype(float)
    begun = np.concatenate([[0.0], ends])[period]
    return initial_rate * (values.floor + (1 - values.floor) * 0.5 * (1 + np.cos(np.pi * (t - begun) / length)))


def _periods(first, growth, steps):
    """Lengths of the periods that the first `steps` updates run into."""
    lengths, total = [], 0.0
    while total < steps:
        lengths.append(first * float(growth) ** len(lengths))
        total += lengths[-1]
    return np.asarray(lengths)


schedule = Schedule(
    key="sgdr",
    name="SGDR (warm restarts)",
    summary="Cosine waves, none shorter than the one before; a restart lifts the rate and may throw a run out of a well.",
    latex=r"\alpha_t = \alpha_{\min} + \tfrac{1}{2} (\alpha_0 - \alpha_{\min}) "
    r"\left(1 + \cos \tfrac{\pi t_\mathrm{cur}}{T_i}\right), \quad T_{i+1} = T_\mathrm{mult} T_i",
    fn=rate,
    reference="Loshchilov and Hutter, SGDR: stochastic gradient descent with warm restarts, 2017, equation 5",
    params=(
        Param("t0", "T_0", 50, 1, 100_000, "int", "Updates before the first restart.", counts="updates"),
        Param("t_mult", r"T_\mathrm{mult}", 2, 1, 10, "int", "Length of each period over that of the one before."),
        Param("floor", r"\eta", 0.0, 0.0, 1.0, "linear", "Share of the first rate that a period ends with."),
    ),
    torch="torch.optim.lr_scheduler.CosineAnnealingWarmRestarts(optimizer, T_0={t0}, T_mult={t_mult}, eta_min={floor} * {lr})",
    optax="optax.join_schedules([optax.cosine_decay_schedule({lr}, {t0} * {t_mult}**i, {floor}) for i in range(20)], "
    "[{t0} * sum({t_mult}**j for j in range(i + 1)) for i in range(19)])",
    difference="The optax call is good for twenty periods.",
    holds=(
        lambda see: np.flatnonzero(np.diff(see(400)) > 0).tolist() == [49, 149, 349],
        lambda see: np.flatnonzero(np.diff(see(160, t_mult=1)) > 0).tolist() == [49, 99, 149],
        lambda see: (
            see.race("surface=double_well&noise=gaussian:scale=6&steps=350&seed=3&run=sgd:lr=0.05~sgdr").x()[:, 0] < -0.8
        ).any(),
    ),
)
