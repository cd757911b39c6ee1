"""A page of the app as a record: all that navigation, routes, catalogue, embeds, exports, pictures and tests know of it.

Each page is a folder of `pages/` whose package holds one `Page`. What differs between pages is a field here; a way out that
asked for a page by its name would be missing one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np

from core.problems import Problem
from core.types import Param

Pairs = Iterable[tuple[str, str]]


@dataclass(frozen=True)
class Preset:
    """A named experiment.

    Attributes:
      key, name: of the menu. query: the experiment. sentence: what it shows.
      printed: what a lecture prints for each layer of it, by the name in engines.signal.statistics.Signal.
    """

    key: str
    name: str
    query: str
    sentence: str
    printed: Mapping[str, tuple[float, ...]] = field(default_factory=dict)


class Wish(NamedTuple):
    """What a client of the numbers asks for beside the value.

    Attributes:
      fields: arrays beyond the usual ones, by name. view: one of the page's views.
      aspect: width over height of the picture that a grid is for; 0 for the bare domain.
    """

    fields: tuple[str, ...] = ()
    view: str = ""
    aspect: float = 0.0


class Table(NamedTuple):
    """Numbers for a spreadsheet: one head per column, and the rows."""

    heads: Sequence[str]
    rows: Iterable[Sequence[Any]]


@dataclass(frozen=True, eq=False)
class Page:
    """One page.

    Attributes:
      key: folder, address, route, and name in tests. title: in the menu. summary: what one can touch there, in a sentence.
      parse: decoded pairs of a query → the page's value, hashable, and what was wrong. Never raises.
      pairs: value → the shortest pairs that `parse` reads back as it.
      compute: value → result, everything that is shown of it. Gets dear, so the ways out keep it by its value.
      document: result → the JSON answer: float64, no NaN; its `query` is the value in its shortest form.
      table: result → what a CSV file holds.
      picture: (result, show, translate) → core.picture.Picture, drawn as PNG and SVG, and on cards; show is one of `shows`.
      script: value → a Python program that computes the same without this app (export.script).
      shows: small pictures it can give, the usual one first.
      presets: of the menu; the first is what the page opens with, where the address says nothing and `opens` is set.
      settings: the page's own fields of the address that are not part of the value, each with its values, the default first.
      sliders: value → (name, Param) of every slider that `controls` may name.
      moved: (value, name, number) → the value with one slider moved.
      steps: value → the last step of its playhead, or None where nothing moves; a page that moves can be filmed.
      arrays: (result, wish) → header and float32 arrays by name, for the binary answer; None where JSON is all there is.
      fields: the names that `wish.fields` may hold.
      limits: how many of a thing fit, and what else the page's module has to know, sent with the catalogue.
      warm: jobs that compile what its presets need.
    """

    key: str
    title: str
    summary: str
    parse: Callable[[Pairs], tuple[Any, list[Problem]]]
    pairs: Callable[[Any], list[tuple[str, str]]]
    compute: Callable[[Any], Any]
    document: Callable[[Any], dict[str, Any]]
    table: Callable[[Any], Table]
    picture: Callable[[Any, str, Callable[[str], str]], Any] | None = None
    script: Callable[[Any], str] | None = None
    shows: tuple[str, ...] = ()
    presets: tuple[Preset, ...] = ()
    opens: bool = False
    settings: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    sliders: Callable[[Any], Sequence[tuple[str, Param]]] = lambda value: ()
    moved: Callable[[Any, str, float], Any] = lambda value, name, number: value
    steps: Callable[[Any], int | None] = lambda value: None
    arrays: Callable[[Any, Wish], tuple[dict[str, Any], dict[str, np.ndarray]]] | None = None
    fields: tuple[str, ...] = ()
    limits: Mapping[str, Any] = field(default_factory=dict)
    warm: Callable[[], Iterable[Callable[[], object]]] = lambda: ()
    params: tuple[Param, ...] = ()
