"""The pages that can be drawn, and what pictures have to know of each."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any, NamedTuple

from core.picture import Picture
from core.problems import Problem
from engines.descent import codec
from engines.descent.experiment import HORIZON
from engines.descent.results import Descent
from engines.signal.statistics import signal
from pages.activations import picture as activations
from pages.activations import query as gallery
from pages.errata import picture as errata
from pages.errata import query as checks
from pages.initialization import picture as initialization
from pages.initialization import query as comparison
from pages.race import picture as race
from pages.schedules import picture as schedules
from pages.schedules.seeds import Courses


class Kind(NamedTuple):
    """What pictures have to know of a page (core.page.Page): its codec, its numbers, and how they are drawn."""

    parse: Callable[[Iterable[tuple[str, str]]], tuple[Any, list[Problem]]]
    pairs: Callable[[Any], list[tuple[str, str]]]
    compute: Callable[[Any], Any]
    picture: Callable[[Any, str, Callable[[str], str]], Picture]
    shows: tuple[str, ...] = ()
    steps: Callable[[Any], int | None] = lambda value: None


PAGES = {
    "race": Kind(codec.parse, codec.pairs, Descent, race.picture, race.SHOWS, lambda value: value.steps),
    "schedules": Kind(partial(codec.parse, steps=HORIZON), codec.pairs, Courses, schedules.picture, schedules.SHOWS),
    "activations": Kind(gallery.parse, gallery.pairs, lambda value: value, activations.picture, activations.SHOWS),
    "initialization": Kind(
        comparison.parse,
        comparison.pairs,
        lambda value: tuple(map(signal, value)),
        initialization.picture,
        initialization.SHOWS,
    ),
    "errata": Kind(checks.parse, checks.pairs, lambda value: value and (value, checks.outcome(value)), errata.picture),
}
