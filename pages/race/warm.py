"""What the race compiles: every pair of surface and optimizer, what is picked most often first."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from types import SimpleNamespace

import numpy as np

from core.types import Landscape
from engines.descent import engine
from engines.descent import experiment as ex
from engines.descent.window import GRID
from engines.formula.surface import landscape as surface_of
from landscapes import LANDSCAPES
from optimizers import OPTIMIZERS


def surface(landscape: Landscape) -> None:
    """Compile what a surface needs whatever the optimizer: its grid, its curvature, its minima."""
    values = {p.key: p.default for p in landscape.params}
    engine.grid(landscape, values, landscape.domain, *GRID)
    for count in (201, engine.MAX_STEPS + 1):
        engine.curvature(landscape, values, np.zeros((count, 2)))
    engine.loss_at(landscape, values, (0.0, 0.0))


def pair(landscape: Landscape, optimizer: str) -> None:
    """Compile one pair of surface and optimizer."""
    rule = OPTIMIZERS[optimizer]
    values = {p.key: p.default for p in landscape.params}
    engine.descend(landscape, values, rule, {p.key: p.default for p in rule.params}, np.full(1, 1e-3), landscape.start)


def formula() -> Iterator[Callable[[], object]]:
    """One formula stands for all."""
    any_ = surface_of("x**2+y**2")
    yield lambda: any_.minima(SimpleNamespace())
    yield from (partial(pair, any_, key) for key in OPTIMIZERS)


def jobs() -> Iterator[Callable[[], object]]:
    first = [run.optimizer.key for run in ex.default().runs]
    for kind in ("uniform", "gaussian"):
        yield partial(engine.noise, kind, 1.0, 0)
    for landscape in LANDSCAPES.values():
        yield partial(surface, landscape)
        yield from (partial(pair, landscape, key) for key in first)
    yield from formula()
    for landscape in LANDSCAPES.values():
        yield from (partial(pair, landscape, key) for key in OPTIMIZERS if key not in first)
