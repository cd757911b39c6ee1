"""Exponential average of the iterates: a second path that forgets; started at 0 it is pulled there at first."""

from typing import NamedTuple

import jax.numpy as jnp
import numpy as np

from core.types import Array, Param, Query, Values, Wrapper


class State(NamedTuple):
    ema_sum: Array  # f64[2], Σ (1 − β) β^(t−k) x_k: the average started at 0
    ema: Array  # f64[2], that, or the same divided by the weights that it has seen


def init(x: Array) -> State:
    return State(jnp.zeros_like(x), x)


def step(query: Query, step: Array, state: State, values: Values) -> tuple[Array, State]:
    total = values.decay * state.ema_sum + (1 - values.decay) * (query.x + step)
    seen = jnp.where(values.bias_correction > 0, 1 - values.decay**query.t, 1.0)
    return step, State(total, total / seen)


wrapper = Wrapper(
    key="ema",
    name="Exponential average",
    summary="Averages the positions with weights that fade; the path stays. Without correction the average begins at 0.",
    latex=(r"s_t = \beta s_{t-1} + (1 - \beta)\, x_t", r"\bar x_t = s_t / (1 - \beta^t)"),
    reference="Ruppert, Efficient estimations from a slowly convergent Robbins–Monro process, 1988; correction as in Adam",
    params=(
        Param("decay", r"\beta", 0.995, 0.0, 0.9999, "linear", "Memory of the average: about 1/(1 − β) steps.", word="memory"),
        Param("bias_correction", r"\hat x", 1.0, 0.0, 1.0, "bool", "Correct the average for its start at zero."),
    ),
    init=init,
    step=step,
    neutral={},
    path="ema",
    torch="torch.optim.swa_utils.AveragedModel(model, multi_avg_fn=torch.optim.swa_utils.get_ema_multi_avg_fn({decay}))",
    optax="optax.ema({decay}, debias={bias_correction})  # of the parameters, after each update",
    before=False,
    difference="PyTorch's begins with the first parameters that it is given, neither at 0 nor corrected.",
    holds=(
        # After one step from far away the uncorrected average is still near 0, the corrected one is where the path is.
        lambda see: np.allclose(see.averaged([(8.0, 2.0)], decay=0.9, bias_correction=0.0), (0.8, 0.2)),
        lambda see: np.allclose(see.averaged([(8.0, 2.0)], decay=0.9, bias_correction=1.0), (8.0, 2.0)),
    ),
)
