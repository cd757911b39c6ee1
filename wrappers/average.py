"""Polyak–Ruppert averaging: the mean of all positions so far, as a second path."""

from typing import NamedTuple

import jax.numpy as jnp
import numpy as np

from core.types import Array, Param, Query, Values, Wrapper


class State(NamedTuple):
    polyak_average: Array  # f64[2], mean of the positions after the first `after` updates


def init(x: Array) -> State:
    return State(x)


def step(query: Query, step: Array, state: State, values: Values) -> tuple[Array, State]:
    count = jnp.maximum(query.t - values.after, 1.0)  # until then it is the position itself
    return step, State(state.polyak_average + (query.x + step - state.polyak_average) / count)


wrapper = Wrapper(
    key="average",
    name="Polyak average",
    summary="The mean of all positions so far, or of those after the first few; the path itself stays as it is.",
    latex=(r"\bar x_t = \frac{1}{t - n} \sum_{k=n+1}^{t} x_k",),
    reference="Polyak and Juditsky, Acceleration of stochastic approximation by averaging, 1992, equation 3",
    params=(
        Param("after", "n", 0, 0, 5000, "int", "Updates that the average leaves out.", counts="updates", word="leave out"),
    ),
    init=init,
    step=step,
    neutral={},
    path="polyak_average",
    torch="torch.optim.swa_utils.AveragedModel(model)  # update_parameters(model) after each update",
    before=False,
    holds=(
        lambda see: np.allclose(see.averaged([(1.0, 0.0), (3.0, 2.0), (8.0, 1.0)], after=0.0), (4.0, 1.0)),
        lambda see: np.allclose(see.averaged([(1.0, 0.0), (3.0, 2.0), (8.0, 1.0)], after=1.0), (5.5, 1.5)),
    ),
)
