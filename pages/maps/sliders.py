"""The sliders of the page by name: those of the race, and how many seeds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from core.types import Param
from engines.descent import sliders as race
from engines.maps.atlas import axis_names, random
from engines.maps.theory import ON_SURFACE
from pages.maps.query import SEEDS, Atlas


def sliders(atlas: Atlas) -> Iterator[tuple[str, Param]]:
    yield from race.sliders(atlas.experiment)
    if random(atlas.experiment):
        yield SEEDS.key, SEEDS


def idle(atlas: Atlas) -> list[str]:
    """The sliders that change nothing: those of a quantity that is an axis of the map."""
    if atlas.kind == "basins":
        return []
    keys = ["lr"] if atlas.kind == "rates" else [axis.key for axis in atlas.axes]
    runs = enumerate(atlas.experiment.runs)
    own = [f"run{i}.{axis_names(run)[key]}" for i, run in runs for key in keys if not key.startswith(ON_SURFACE)]
    return own + [key for key in keys if key.startswith(ON_SURFACE)]


def moved(atlas: Atlas, name: str, value: float) -> Atlas:
    """The same with one slider at another value."""
    if name == SEEDS.key:
        return replace(atlas, seeds=int(value))
    return replace(atlas, experiment=race.moved(atlas.experiment, name, value))


def alone(atlas: Atlas, index: int) -> Atlas:
    return replace(atlas, experiment=race.alone(atlas.experiment, index))


def offline(atlas: Atlas) -> Sequence[str]:
    """A file of lines has a slider of the surface; a map at every stop of one would be too much to send."""
    names = [name for name, _ in sliders(atlas) if name.startswith("surface.")]
    return names[:1] if atlas.kind == "rates" else []


def cost(atlas: Atlas) -> int:
    """Numbers in an answer."""
    return (3 if atlas.kind == "rates" else 2) * atlas.cells * len(atlas.experiment.runs)
