"""Multi-step decay: divide the rate at chosen updates, as ResNet was trained."""

import numpy as np

from core.types import Param, Schedule


def rate(initial_rate, t, horizon, values):
    milestones = (values.first, values.second, values.third)
    return initial_rate * (1 / values.factor) ** sum((m > 0) * (t >= m) for m in milestones)


schedule = Schedule(
    key="multistep",
    name="Multi-step decay",
    summary="Divides the rate by a constant at milestones set by hand, where the loss has stopped falling.",
    latex=r"\alpha_t = \alpha_0 \, / \, c^{\#\{i : m_i \le t\}}",
    fn=rate,
    reference="He et al., Deep residual learning for image recognition, 2016, section 4.2",
    params=(
        Param("first", "m_1", 100, 0, 100_000, "int", "Updates before the first drop; 0: no such drop.", counts="updates"),
        Param("second", "m_2", 150, 0, 100_000, "int", "Updates before the second drop; 0: no such drop.", counts="updates"),
        Param("third", "m_3", 0, 0, 100_000, "int", "Updates before the third drop; 0: no such drop.", counts="updates"),
        Param("factor", "c", 10.0, 1.0, 100.0, "log", "What the rate is divided by at each milestone."),
    ),
    torch="torch.optim.lr_scheduler.MultiStepLR(optimizer, [m for m in ({first}, {second}, {third}) if m], gamma=1 / {factor})",
    optax="optax.piecewise_constant_schedule({lr}, {{m: 1 / {factor} for m in ({first}, {second}, {third}) if m}})",
    chains=True,
    holds=(lambda see: np.allclose(see(6, first=2, second=4, third=0, factor=10), [1, 1, 0.1, 0.1, 0.01, 0.01]),),
)
