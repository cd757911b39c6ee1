"""Maps as the page asks for them, warm: where starts end, and where a rule is stable."""

from __future__ import annotations

from statistics import median
from time import perf_counter

from engines.descent import codec
from engines.maps import atlas
from engines.maps.atlas import Axis

ROUNDS = 5
BASIN = "surface=himmelblau&steps=500&run=momentum:lr=0.01"
STABILITY = "surface=taco&steps=200&run=momentum"


def measure() -> dict[str, float]:
    """Seconds of each map, the median of some rounds after one that compiles."""

    def basin(size: int) -> object:
        e = _experiment(BASIN)
        return atlas.basin(e, e.runs[0], e.landscape.domain, size)

    def stability() -> object:
        e = _experiment(STABILITY)
        return atlas.stability(e, e.runs[0], Axis("lr", 1e-4, 1.0), Axis("rho", 0.0, 0.99), 96)

    wanted = {
        "basins, 128² starts × 500 steps": lambda: basin(128),
        "basins, 256² starts × 500 steps": lambda: basin(256),
        "stability, 96² pairs × 200 steps": stability,
    }
    return {name: _seconds(work) for name, work in wanted.items()}


def _experiment(query: str) -> codec.Experiment:
    return codec.parse([(key, value) for key, _, value in (pair.partition("=") for pair in query.split("&"))])[0]


def _seconds(work) -> float:
    work()
    taken = []
    for _ in range(ROUNDS):
        start = perf_counter()
        work()
        taken.append(perf_counter() - start)
    return median(taken)
