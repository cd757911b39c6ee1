"""Examples that are known to show their point, for the menu; the first is what the page opens with."""

from __future__ import annotations

from typing import Any

import numpy as np

from core.page import Preset


def _edges(basin: np.ndarray) -> int:
    """Pairs of neighbours that differ."""
    return int((np.diff(basin, axis=0) != 0).sum() + (np.diff(basin, axis=1) != 0).sum())


def _turns(diverged: np.ndarray) -> int:
    """How often the most restless row changes between stable and diverged."""
    return int((np.diff(diverged.astype(int), axis=1) != 0).sum(1).max())


def _spill(m: Any) -> bool:
    x = np.broadcast_to(m.maps[0].x, m.maps[0].basin.shape)
    own = np.where(x < 0.2386, 0, 1)  # the pass of the double well
    return bool((m.maps[0].basin == own).mean() > 0.98 and (m.maps[1].basin != own).mean() > 0.1)


def _squares(m: Any) -> bool:
    larger = np.maximum(*np.abs(np.meshgrid(m.maps[0].x, m.maps[0].y)))
    spread = [np.std(basins.steps[(larger > 3.9) & (larger < 4.1)]) / basins.steps.mean() for basins in m.maps]
    return bool(spread[0] < 0.25 * spread[1])


def _best_rates(m: Any) -> bool:
    sgd, momentum = m.maps[0], m.maps[1]
    fastest = [rates.reached[rates.reached >= 0].min() for rates in (sgd, momentum)]
    return bool(fastest[1] < fastest[0] and sgd.diverged[-1] and not sgd.diverged[0])


def _decay(m: Any) -> bool:
    l2, decay = m.maps
    product = decay.x * decay.y[:, None]
    best = (decay.x[np.nanargmin(decay.rate, axis=1)] * decay.y)[decay.y >= 0.1]
    upright = np.nanmax(np.ptp(l2.rate, axis=0)) < 1e-6
    runs_away = (decay.rate[product > 2.1] > 0).all() and (decay.rate[product < 1.8] < 0).all()
    return bool(upright and runs_away and (best > 0.25).all() and (best < 1).all())


def _two_over_lambda(m: Any) -> bool:
    points = np.array(m.maps[0].theory)
    return bool(np.allclose(points[:, 0] * points[:, 1], 2.0)) and _follows_theory(m.maps[0])


def _follows_theory(stability: Any) -> bool:
    """In every row the edge is within one cell of the line."""
    unstable = stability.diverged | (stability.rate > 0)
    rows = zip(unstable, stability.theory, strict=True)
    return all(abs(int(np.argmax(row)) - np.searchsorted(stability.x, x)) <= 1 for row, (x, _) in rows)


PRESETS = (
    Preset(
        "spill",
        "Momentum spills over",
        "surface=double_well&run=sgd:lr=0.01&run=momentum",
        "SGD ends in the well that it starts in; with momentum many a start rolls over the pass into the other one.",
        holds=_spill,
    ),
    Preset(
        "newton",
        "Newton's fractal",
        "surface=himmelblau&steps=100&run=sgd:lr=0.01&run=newton",
        "The basins of SGD are whole areas with smooth borders; those of Newton's method are torn, in detail without end.",
        holds=lambda m: _edges(m.maps[1].basin) > 3 * _edges(m.maps[0].basin),
    ),
    Preset(
        "squares",
        "Steps of one size: squares",
        "surface=taco:kappa=4&steps=200&run=lion&run=sgd:lr=0.1",
        "The sign of the gradient moves every coordinate by the same step: starts that take equally long lie on squares.",
        holds=_squares,
    ),
    Preset(
        "heavy_ball",
        "Where momentum is stable",
        "map=stability&run=momentum&run=nesterov&x=lr:0.001..1&y=rho:0..0.99",
        "The line is theory: heavy ball is stable below 2(1 + ρ)/λ, Nesterov below 2(1 + ρ)/((1 + 2ρ) λ). The cross is the "
        "fastest pair by theory.",
        holds=lambda m: all(_follows_theory(one) and one.best for one in m.maps),
    ),
    Preset(
        "fractal_edge",
        "The edge that is a fractal",
        "map=stability&surface=himmelblau&start=-1.3,-3.9&steps=300&x=lr:0.003..0.06&y=rho:0..0.9",
        "On a quadratic each row has one edge. Here stable and diverging rates alternate: zoom in, and there is more.",
        holds=lambda m: _turns(m.maps[0].diverged) > 3 and m.maps[0].theory is None,
    ),
    Preset(
        "best_rates",
        "Each optimizer at its best",
        "map=rates&surface=taco:kappa=200&steps=500&run=sgd&run=momentum&run=nesterov&run=adam",
        "The same 128 rates for everyone. SGD falls until 2/λ and then diverges; at its best rate momentum needs fewer steps.",
        holds=_best_rates,
    ),
    Preset(
        "two_over_lambda",
        "Two over the curvature",
        "map=stability&run=sgd&x=lr:0.0005..5&y=surface.kappa:1..1000",
        "The steeper the valley, the smaller the largest rate: the edge is 2/κ, a straight line on these axes.",
        holds=_two_over_lambda,
    ),
    Preset(
        "decay",
        "Decay for Adam: in the gradient, or past it",
        "map=stability&run=adam~l2&run=adam~decay&x=lr:0.001..3&y=strength:0..2",
        "As a term of the gradient the decay is divided away with the rest: on the taco λ changes nothing, and the map is "
        "upright. Decoupled it shrinks x by αλ in each step: from λ = 0.1 on the best rate has αλ between 0.25 and 1, and "
        "beyond αλ = 2 it runs away.",
        holds=_decay,
    ),
    Preset(
        "noise",
        "With noise: what the largest share of the seeds does",
        "surface=double_well&noise=gaussian:scale=2&run=sgd:lr=0.03~linear&run=momentum:lr=0.003~linear&size=64&seeds=16",
        "Each cell is the outcome that has the largest share of 16 seeds. For some starts that is less than half of them.",
        holds=lambda m: all((one.share < 1).any() for one in m.maps) and min(one.share.min() for one in m.maps) < 0.5,
    ),
)
