"""The figures as maps: each point is a race of its own."""

from typing import Any

import numpy as np

from core.claims import falls
from pages.lectures.card import Card


def border(basin: np.ndarray) -> float:
    """Pairs of neighbours that differ, for each row: of a smooth border as many whatever the size of the cells."""
    return float((basin[1:] != basin[:-1]).sum() + (basin[:, 1:] != basin[:, :-1]).sum()) / len(basin)


def _newton(m: Any) -> bool:
    fine = [border(basins.basin) / border(basins.basin[::2, ::2]) for basins in m.maps]
    return fine[0] > 1.2 and fine[1] < 1.1 and abs((m.maps[0].basin < 0).mean() - 2 / 5) < 0.03


def _spill(m: Any) -> bool:
    """The pass of the double well is at x = 0.2386."""
    own = np.where(m.maps[0].x < 0.2386, 0, 1)
    left = [((basins.basin != own) & (basins.basin >= 0)).mean() for basins in m.maps]
    return abs(left[0] - 1 / 4) < 0.02 and left[1] < 0.02


def _stability(m: Any) -> bool:
    heavy, nesterov = (np.array(one.theory)[:, 0] for one in m.maps)
    cells = [
        abs(int(np.argmax(row)) - np.searchsorted(one.x, limit)) <= 1
        for one in m.maps
        for row, (limit, _) in zip(one.diverged | (one.rate > 0), one.theory, strict=True)
    ]
    return falls(nesterov) and falls(heavy[::-1]) and all(cells)


CARDS = (
    Card(
        "spill_over",
        "Momentum spills over",
        "With momentum a quarter of all starts roll out of the well that they begin in, with SGD next to none.",
        "maps",
        ("000", "001", "004"),
        "maps",
        "surface=double_well&run=momentum&run=sgd:lr=0.01",
        "map",
        small="surface=double_well&run=momentum",
        holds=_spill,
    ),
    Card(
        "newton_fractal",
        "Newton's fractal",
        "The finer the map, the more border it has, unlike that of SGD; two starts in five end in no minimum at all.",
        "maps",
        ("001",),
        "maps",
        "surface=himmelblau&steps=100&run=newton&run=sgd:lr=0.01",
        "map",
        small="surface=himmelblau&steps=100&run=newton",
        holds=_newton,
    ),
    Card(
        "stability",
        "How large a rate momentum bears",
        "With more momentum heavy ball bears larger rates, Nesterov smaller ones: the lines are theory, the cells are runs.",
        "maps",
        ("000", "001"),
        "maps",
        "map=stability&run=momentum&run=nesterov&x=lr:0.001..1&y=rho:0..0.99",
        "map",
        small="map=stability&run=momentum&x=lr:0.001..1&y=rho:0..0.99",
        holds=_stability,
    ),
)
