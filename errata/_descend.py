"""One descent in one call, for experiments that are no page of their own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from core.types import Landscape, Param, spec
from engines.descent import engine
from landscapes import LANDSCAPES
from optimizers import OPTIMIZERS

# The same gradient everywhere: what remains of a step is the optimizer's own doing.
SLOPE = Landscape(
    key="slope",
    name="",
    summary="",
    latex=r"f(x, y) = a\,x + b\,y",
    fn=lambda x, values: values.a * x[0] + values.b * x[1],
    domain=(-1.0, 1.0, -1.0, 1.0),
    start=(0.0, 0.0),
    minima=lambda values: (),
    checks=(),
    look_for="",
    params=(Param("a", "a", 1.0, -1e3, 1e3), Param("b", "b", 1.0, -1e3, 1e3)),
)


def descend(
    optimizer: str,
    rate: float | np.ndarray,
    steps: int,
    start: Sequence[float],
    surface: str | Landscape = "taco",
    on: Mapping[str, float] | None = None,
    noise: float = 0.0,
    **hyper: float,
) -> engine.Trajectory:
    """Run an optimizer by its key.

    Args:
      rate: one for all updates, or one for each; it may be negative.
      surface, on: a landscape, or its key, and the parameters that are not at their defaults.
      noise: scale of Gaussian noise on the gradient.
      hyper: hyperparameters that are not at their defaults. Their range is not looked at.
    """
    landscape = LANDSCAPES[surface] if isinstance(surface, str) else surface
    rule = OPTIMIZERS[optimizer]
    values = spec("", landscape.params, **(on or {})).values
    disturbance = engine.noise("gaussian", noise, 0) if noise else None
    rates = np.broadcast_to(np.asarray(rate, float), steps)
    return engine.descend(landscape, values, rule, spec("", rule.params, **hyper).values, rates, start, disturbance)
