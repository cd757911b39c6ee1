"""What to look for on a map, and the checks of what that says."""

from urllib.parse import parse_qsl

import numpy as np

from core.words import N_
from engines.descent import codec
from engines.descent.results import Descent
from pages.maps.presets import PRESETS

LOOK_FOR = N_(
    "Each point is a race of its own: click it, and that race opens. Basins: the colour says in which minimum a start ends, "
    "and the paler it is, the later. Rates: the loss at the end against the learning rate; the marker is the best rate, and "
    "where a curve shoots up its rule diverges. Stability: where the loss shrinks, and how fast. The line there is theory, "
    "on a quadratic; on other surfaces there is none, and rates that work and rates that diverge may alternate."
)
OF = {preset.key: preset.query for preset in PRESETS}


def _each_point_is_a_race(see) -> bool:
    basins = see("surface=double_well&size=16&run=sgd:lr=0.01").maps[0]
    for i, j in ((0, 0), (3, 12), (15, 8)):
        start = f"{basins.x[i]!r},{basins.y[j]!r}".replace("np.float64(", "").replace(")", "")
        race = Descent(codec.parse(parse_qsl(f"surface=double_well&start={start}&run=sgd:lr=0.01&steps=500"))[0])
        if basins.basin[j][i] != np.linalg.norm(race.minima - race.trajectories[0].x[-1], axis=1).argmin():
            return False
    return True


def _marker(see) -> bool:
    rates = see("map=rates&surface=taco&size=32&run=sgd").maps[0]
    return bool(rates.diverged[-1] and not rates.diverged[0] and (np.diff(rates.diverged.astype(int)) >= 0).all())


def _theory(see) -> bool:
    """On a quadratic the edge is within one cell of the line; elsewhere there is no line, and rates alternate."""
    quadratic = see("map=stability&run=momentum&x=lr:0.001..1&y=rho:0..0.99&size=16").maps[0]
    on_line = [
        abs(int(np.argmax(row)) - np.searchsorted(quadratic.x, x)) <= 1
        for row, (x, _) in zip(quadratic.diverged | (quadratic.rate > 0), quadratic.theory, strict=True)
    ]
    other = see(OF["fractal_edge"]).maps[0]
    return all(on_line) and other.theory is None and int((np.diff(other.diverged.astype(int), axis=1) != 0).sum(1).max()) > 1


HOLDS = (_each_point_is_a_race, _marker, _theory)
