"""A page of the app as a record: all that navigation, routes, catalogue, embeds, exports, pictures and tests know of it.

Each page is a folder of `pages/` whose package holds one `Page`. What differs between pages is a field here; a way out that
asked for a page by its name would be missing one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np

from core.claims import Checks, Holds
from core.picture import Picture
from core.problems import Problem
from core.types import Param

Pairs = Iterable[tuple[str, str]]
FIRST = "race"
# How long an answer takes once it is compiled: a few milliseconds whatever is asked, less than a second, or longer. Each has
# a line of its own in front of the server, so that a short one never waits for a long one.
AT_ONCE, QUICK, LONG = "at once", "quick", "long"


@dataclass(frozen=True)
class Preset:
    """A named experiment.

    Attributes:
      key, name: of the menu. query: the experiment. sentence: what it shows.
      holds: whether the sentence is true of the result (core.claims).
      printed: what a lecture prints for each layer of it, by the name in engines.signal.statistics.Signal.
    """

    key: str
    name: str
    query: str
    sentence: str
    printed: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    holds: Holds | None = None


class Caption(NamedTuple):
    """A figure of a lecture: `query` of the page of key `page` shows it, under this name and with this sentence."""

    page: str
    query: str
    name: str
    sentence: str


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


class File(NamedTuple):
    """Another form of a page's numbers, as `format=<key>`: its media type, and result → its bytes."""

    media: str
    write: Callable[[Any], bytes]


Translate = Callable[[str], str]


class Question(NamedTuple):
    """Something a page answers beside its numbers, at /api/<key>.

    Attributes:
      key: of the address. parse: as that of a page. options: names of fields that are not part of the value.
      answer: (value, options as they were written) → JSON; raises core.problems.BadRequestError.
      pace: how long an answer takes, as of a page.
    """

    key: str
    parse: Callable[[Pairs], tuple[Any, list[Problem]]]
    answer: Callable[[Any, Mapping[str, str]], dict[str, Any]]
    options: tuple[str, ...] = ()
    pace: str = QUICK


class Script(NamedTuple):
    """A program that computes a page's numbers without this app; export.script writes it out.

    Attributes:
      what: a title, one line.
      modules: files that it needs, those to be read first in front; what they import comes along, registries hold no more.
      run: (**given) -> rows of a table, the heads first. It is taken over as it stands, so it imports what it needs itself.
      given: plain values that can be written down.
      needs: packages beside JAX.
    """

    what: str
    modules: tuple[str, ...]
    run: Callable[..., Iterable[Sequence[Any]]]
    given: Mapping[str, Any]
    needs: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Page:
    """One page. A value is what its address says, a result is all that is computed from it.

    Attributes:
      key: folder, address, route, and name in tests. title: in the menu. summary: what one can touch there, in a sentence.
      look_for: what a student should see there. holds: what these two say, as checks: each gets `see`, query → result.
      formulas: (name, LaTeX) of what it computes; sources: of these, as text.
      parse: decoded pairs of a query → a hashable value, and what was wrong. Never raises.
      pairs: value → the shortest pairs that `parse` reads back as it.
      compute: value → result. Gets dear, so the ways out keep it by its value.
      document: (result, translate) → the JSON answer: float64, no NaN; its `query` is the value in its shortest form.
      translated: whether the answer holds words, which differ from language to language.
      table: result → what a CSV file holds.
      picture: (result, show, translate) → core.picture.Picture; `show` is "" or one of `shows`, small pictures for cards.
      script: value → the program that computes the same without this app (core.page.Script).
      presets: of the menu. opens: where the address says nothing, the page opens with the first of them.
      cards: figures that it leads to; what they say stands above the picture there.
      settings: fields of core.settings whose usual value is another one here, with their values, the usual first.
      numbers: the parameters that are not those of a thing: steps, seed, width, depth.
      sliders: value → (name, Param) of every slider. moved: (value, name, number) → the value with one of them moved.
      sweepable: name → whether all stops of that slider can be sent ahead.
      alone: (value, i) → item i by itself, where `run<i>.…` changes nothing else; `items`: the list of the answer it is in.
      offline: value → the sliders that an exported file has, unless the address names others.
      cost: value → numbers in an answer, about: what limits a sweep.
      pace: value → AT_ONCE, QUICK or LONG: how long computing takes once everything is compiled.
      steps: value → the last step of its playhead, or None where nothing moves; what moves can be filmed.
      arrays: (result, wish) → header and float32 arrays by name, for the binary answer; None where JSON is all there is.
      fields: what `wish.fields` may hold; still_fields, stop_fields: those of an exported file, and of each of its stops.
      files: further forms of the answer by the name that `format` has. stream: value → lines of JSON while it is being
        computed, as `format=ndjson`; closing it stops the work. slow: value → whether a player is to have these lines, because
        the whole takes too long to wait for (`format=live`).
      plane: value → (domain, names of the runs) of the surface that is drawn, or None where there is none.
      plane_leads: that plane is the page's first and largest picture.
      panels: titles of the panels of each set of curves. columns: how many of them stand beside one another.
      questions: what it answers beside its numbers. aliases: older names of its address under /api.
      limits: how many of a thing fit, sent with the catalogue.
      warm: jobs that compile what its presets need.
    """

    key: str
    title: str
    summary: str
    parse: Callable[[Pairs], tuple[Any, list[Problem]]]
    pairs: Callable[[Any], list[tuple[str, str]]]
    compute: Callable[[Any], Any]
    document: Callable[[Any, Translate], dict[str, Any]]
    table: Callable[[Any], Table]
    look_for: str = ""
    holds: Checks = ()
    formulas: tuple[tuple[str, str], ...] = ()
    sources: str = ""
    translated: bool = False
    picture: Callable[[Any, str, Translate], Picture] | None = None
    shows: tuple[str, ...] = ()
    script: Callable[[Any], Script] | None = None
    presets: tuple[Preset, ...] = ()
    opens: bool = False
    cards: tuple[Caption, ...] = ()
    settings: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    numbers: tuple[Param, ...] = ()
    sliders: Callable[[Any], Iterable[tuple[str, Param]]] = lambda value: ()
    moved: Callable[[Any, str, float], Any] = lambda value, name, number: value
    sweepable: Callable[[str], bool] = lambda name: True
    alone: Callable[[Any, int], Any] | None = None
    items: str = "runs"
    offline: Callable[[Any], Sequence[str]] = lambda value: ()
    cost: Callable[[Any], int] = lambda value: 1
    pace: Callable[[Any], str] = lambda value: QUICK
    steps: Callable[[Any], int | None] = lambda value: None
    arrays: Callable[[Any, Wish], tuple[dict[str, Any], dict[str, np.ndarray]]] | None = None
    fields: tuple[str, ...] = ()
    still_fields: tuple[str, ...] = ()
    stop_fields: tuple[str, ...] = ()
    files: Mapping[str, File] = field(default_factory=dict)
    stream: Callable[[Any], Iterator[str]] | None = None
    slow: Callable[[Any], bool] = lambda value: False
    plane: Callable[[Any], tuple[tuple[float, float, float, float], list[str]]] | None = None
    plane_leads: bool = False
    panels: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    columns: int = 2
    questions: tuple[Question, ...] = ()
    aliases: tuple[str, ...] = ()
    limits: Mapping[str, int] = field(default_factory=dict)
    warm: Callable[[], Iterable[Callable[[], object]]] = lambda: ()

    @property
    def path(self) -> str:
        """Of its address in the app: the page that opens first is at the root."""
        return "" if self.key == FIRST else self.key

    @property
    def default(self) -> str:
        """The query it opens with where the address says nothing."""
        return self.presets[0].query if self.opens else ""
