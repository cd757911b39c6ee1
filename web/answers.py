"""The numbers of every page: /api/<page> as JSON, binary or CSV, and /export/<page>.csv, .json and .py to keep."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from functools import partial
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

import locales
from core import sweep as sweeps
from core.page import FIRST, Page, Question, Wish
from core.problems import Problem
from core.query import encode
from core.sweep import Sweep
from core.types import Param
from core.words import N_
from pages import PAGES
from web import api, wire
from web.api import Asked
from web.lanes import LENGTHY, NUMBERS, PACES
from web.lines import Lines
from web.reply import Answer

MOST_SWEPT = 400_000  # numbers: 65 stops of one run of 5000 steps
MOST_AT_HAND = 60_000  # numbers of a sweep that is computed in the line of the quick ones
OPTIONS = ("format", "fields", "aspect", "sweep")
JSON, CSV, BINARY = "application/json", "text/csv", "application/octet-stream"


@api.guarded
def numbers(request: Request, page: Page) -> Response | Answer:
    """All that a page computes of a value."""
    asked = api.asked(request, page, *OPTIONS)
    kinds = ["json", *(["bin"] if page.arrays else []), "csv", *page.files, *(["ndjson", "live"] if page.stream else [])]
    kind = api.choice("format", asked.options.get("format", "json"), kinds)
    if kind == "live":  # whichever of two suits a player
        kind = "ndjson" if page.slow(asked.value) else "bin"
    wish = _wish(asked)
    if "sweep" in asked.options:
        return _swept(request, asked, wish)
    lane = PACES[page.pace(asked.value)]
    tag = f"{page.key} {kind} {wish if kind == 'bin' else ''} {_language(asked)} {asked.query}"
    if kind == "bin":
        return api.cached(request, tag, BINARY, lambda: _binary(page, asked.value, wish), compressed=False, lane=lane)
    if kind == "ndjson":
        assert page.stream
        return Lines(tag, partial(page.stream, asked.value), LENGTHY)
    if kind in page.files:
        written, name = page.files[kind], attachment(page, kind)
        body = partial(_file, page, asked.value, kind)
        return api.cached(request, tag, written.media, body, compressed=False, lane=lane or NUMBERS, content_disposition=name)
    if kind == "csv":
        name = attachment(page, kind)
        return api.cached(request, tag, CSV, lambda: table(asked), lane=lane or NUMBERS, content_disposition=name)
    return api.cached(request, tag, JSON, lambda: document(asked), lane=lane or NUMBERS)


def _wish(asked: Asked) -> Wish:
    names = [name for name in asked.options.get("fields", "").split(",") if name]
    fields = tuple(api.choice("fields", name, asked.page.fields) for name in names)
    return Wish(fields, asked.settings["view"], api.aspect(asked.options))


def _language(asked: Asked) -> str:
    """Part of an ETag where there are words in the answer."""
    return asked.language if asked.page.translated else ""


def _binary(page: Page, value: Any, wish: Wish) -> bytes:
    assert page.arrays
    return wire.pack(*page.arrays(api.result(page, value), wish))


def _file(page: Page, value: Any, kind: str) -> bytes:
    return page.files[kind].write(api.result(page, value))


def document(asked: Asked) -> str:
    """The JSON answer."""
    written = asked.page.document(api.result(asked.page, asked.value), locales.translator(asked.language))
    return json.dumps(written, allow_nan=False)


def table(asked: Asked) -> str:
    """The CSV answer; the numbers read back as the same float64."""
    heads, rows = asked.page.table(api.result(asked.page, asked.value))
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(heads)
    writer.writerows(rows)
    return text.getvalue()


def attachment(page: Page, kind: str) -> str:
    """Under which name a file is saved."""
    return f'attachment; filename="descent-lab-{page.key}.{kind}"'


# Sweeps ---------------------------------------------------------------------------------------------------------------


def _swept(request: Request, asked: Asked, wish: Wish) -> Response | Answer:
    """The answer for every stop of one slider: `sweep=run0.lr:65`."""
    page = asked.page
    api.choice("format", asked.options.get("format", kind := "bin" if page.arrays else "json"), (kind,))
    sweep = sweeps.parse(asked.options["sweep"], sweepable(page, asked.value))
    if isinstance(sweep, Problem):
        raise api.BadRequestError(sweep)
    count = points(page, asked.value, sweep)
    if count > MOST_SWEPT:
        message = N_("this sweep has {count} points (stops × steps × runs); the limit is {limit}")
        raise api.BadRequestError(Problem("sweep", message, dict(count=count, limit=MOST_SWEPT), [0, MOST_SWEPT]))
    tag = f"sweep {page.key} {sweep} {wish.fields} {_language(asked)} {asked.query}"
    translate = locales.translator(asked.language)
    body = partial(swept, page, asked.value, sweep, wish.fields, translate)
    lane = LENGTHY if count > MOST_AT_HAND else NUMBERS
    if page.arrays:
        return api.cached(request, tag, BINARY, body, compressed=False, lane=lane)
    return api.cached(request, tag, JSON, body, lane=lane)


def sweepable(page: Page, value: Any) -> dict[str, Param]:
    """The sliders whose whole way can be sent ahead."""
    return {name: param for name, param in page.sliders(value) if page.sweepable(name)}


def points(page: Page, value: Any, sweep: Sweep) -> int:
    """How many numbers a sweep holds, about."""
    return len(sweep.values) * page.cost(_part(page, value, sweep))


def _part(page: Page, value: Any, sweep: Sweep) -> Any:
    """What the slider moves: one item, or all."""
    return value if sweep.item is None or page.alone is None else page.alone(value, sweep.item)


def swept(page: Page, value: Any, sweep: Sweep, fields: tuple[str, ...], translate: Callable[[str], str]) -> bytes:
    """What moves when one slider does: frames[j] for stop j of `values`, each with the query of the whole value.

    Items that the slider does not concern are left out; `first` is the number of the one that is there. Of a page with a
    binary answer the arrays are named `at<j>.run<i>.…`, of any other each frame holds its `document`.
    """
    frames, arrays = [], {}
    first = sweep.item if sweep.item is not None and page.alone else None
    for j, stop in enumerate(sweep.values):
        moved = page.moved(value, sweep.name, stop)
        computed = page.compute(_part(page, moved, sweep))
        frame: dict[str, Any] = {"query": encode(page.pairs(moved))}
        if page.arrays:
            header, parts = page.arrays(computed, Wish(fields))
            frame["runs"] = header["runs"]
            arrays |= {f"at{j}.{_renumbered(name, first or 0)}": array for name, array in parts.items()}
        else:
            frame["document"] = page.document(computed, translate)
        frames.append(frame)
    head = {"sweep": sweep.name, "values": list(sweep.values), "first": first, "items": page.items, "frames": frames}
    if page.arrays:
        return wire.pack({**head, "first": first or 0}, arrays)
    return json.dumps(head, allow_nan=False).encode()


def _renumbered(name: str, first: int) -> str:
    """`run0.x` of an item by itself is `run<first>.x` among the others."""
    where, dot, rest = name.partition(".")
    return f"run{first + int(where.removeprefix('run'))}{dot}{rest}"


# Files ----------------------------------------------------------------------------------------------------------------


@api.guarded
def file(request: Request, page: Page, kind: str) -> Response | Answer:
    """The same numbers, or the program that makes them, under a name to be saved as."""
    asked = api.asked(request, page)
    media, text = {"csv": (CSV, table), "json": (JSON, document), "py": ("text/x-python", program)}[kind]
    if kind == "py" and not page.script:
        raise api.BadRequestError(Problem("page", N_("this page computes nothing that a script could repeat")))
    tag = f"export {kind} {page.key} {_language(asked)} {asked.query}"
    lane = PACES[page.pace(asked.value)] or NUMBERS
    return api.cached(request, tag, media, lambda: text(asked), lane=lane, content_disposition=attachment(page, kind))


def program(asked: Asked) -> str:
    """The script of a value."""
    from export.script import written

    assert asked.page.script
    return written(asked.page.script(asked.value))


# Questions ------------------------------------------------------------------------------------------------------------


@api.guarded
def answer(request: Request, page: Page, question: Question) -> Response | Answer:
    """What a page answers beside its numbers."""
    asked = api.asked(request, page, *question.options, parse=question.parse)
    tag = f"{question.key} {asked.options} {asked.value}"

    def body() -> str:
        return json.dumps(question.answer(asked.value, asked.options), allow_nan=False)

    return api.cached(request, tag, JSON, body, lane=PACES[question.pace])


def _routes(page: Page) -> list[Route]:
    """The addresses of one page."""
    kinds = [Route(f"/export/{page.key}.{kind}", partial(file, page=page, kind=kind)) for kind in ("csv", "json", "py")]
    names = (page.key, *page.aliases)
    questions = [Route(f"/api/{q.key}", partial(answer, page=page, question=q)) for q in page.questions]
    return [*(Route(f"/api/{name}", partial(numbers, page=page)) for name in names), *questions, *kinds]


_FIRST = partial(file, page=PAGES[FIRST])
ROUTES = [
    *(route for page in PAGES.values() for route in _routes(page)),
    *(Route(f"/export.{kind}", partial(_FIRST, kind=kind)) for kind in ("csv", "json", "py")),
]
