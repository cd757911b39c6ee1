"""What every route shares: reading a request by the codec of a page, refusing it, answering with an ETag."""

from __future__ import annotations

import functools
import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import Response

import locales
from core import settings
from core.page import Page
from core.problems import BadRequestError, Problem, impossible, outside, repeated
from core.query import encode
from core.words import N_
from engines.descent.window import ASPECT
from web.lanes import NUMBERS, Lane
from web.once import once
from web.reply import Answer
from web.version import PACKAGES, digest

MAX_QUERY = 16_000  # characters


def version() -> str:
    """The version of all that is computed and drawn: part of every ETag, so that a new release empties old caches."""
    return digest(*PACKAGES)


def guarded(handler):
    """Turn BadRequestError into the contract's 400."""

    @functools.wraps(handler)
    def guard(request: Request, **more: Any) -> Response | Answer:
        try:
            made = handler(request, **more)
        except BadRequestError as error:
            return refused(request, error)
        if isinstance(made, Answer):
            made.refused = functools.partial(refused, request)
        return made

    return guard


def refused(request: Request, error: BadRequestError) -> Response:
    """Status 400: what is wrong, where, and what would be right."""
    text = error.problem.text(locales.translator(spoken(request)))
    body = {"error": text, "field": error.problem.field, "allowed": error.problem.allowed}
    column = error.problem.args.get("column")  # of a formula; not in the body, which the contract spells out
    headers = {"X-Formula-Column": str(column)} if column else {}
    return Response(json.dumps(body, ensure_ascii=False), 400, headers, "application/json")


def spoken(request: Request) -> str:
    """The language that a request asks for, whatever else is wrong with it."""
    return locales.choose(dict(parse_qsl(_text(request)[:MAX_QUERY])).get("lang"))


def cached(
    request: Request,
    tag: str,
    media_type: str,
    body: Callable[[], str | bytes],
    compressed: bool = True,
    lane: Lane | None = NUMBERS,
    **more: str,
) -> Response | Answer:
    """Answer with an ETag and `more` headers; what the client already has is not computed, nor what is kept (web.reply).

    `lane` is where the body is computed, None where that takes a few milliseconds whatever is asked.
    """
    etag = f'"{hashlib.sha256(f"{version()} {tag}".encode()).hexdigest()[:24]}"'
    headers = {"ETag": etag, "Cache-Control": "public, no-cache", "Access-Control-Allow-Origin": "*"}
    headers |= {name.replace("_", "-"): value for name, value in more.items()}
    if not compressed:  # float32 noise hardly shrinks, and packing it costs more than sending it
        headers["Content-Encoding"] = "identity"
    if etag in [tag.strip().removeprefix("W/") for tag in request.headers.get("if-none-match", "").split(",")]:
        return Response(status_code=304, headers=headers)
    return Answer(body, headers, media_type, lane, compressed)


def _text(request: Request) -> str:
    """The query as it was sent; bytes that are not UTF-8 are replaced, and then refused like any unknown name."""
    return request.scope["query_string"].decode("utf-8", "replace")


def query_pairs(request: Request) -> list[tuple[str, str]]:
    """The decoded pairs of the query, in order."""
    text = _text(request)
    if len(text) > MAX_QUERY:
        message = N_("the query has {count} characters; the limit is {limit}")
        raise BadRequestError(Problem("query", message, dict(count=len(text), limit=MAX_QUERY), [0, MAX_QUERY]))
    return parse_qsl(text, keep_blank_values=True)


class Asked(NamedTuple):
    """A request for something of a page.

    Attributes:
      page: whose. value: what its codec made of the query. query: the value in its shortest form.
      settings: of core.settings, all of them. controls: names of sliders, or None.
      options: those of the route, as they were written. language: of texts in the answer.
    """

    page: Page
    value: Any
    query: str
    settings: dict[str, str]
    controls: tuple[str, ...] | None
    options: dict[str, str]
    language: str


def taken(pairs: list[tuple[str, str]], names: Sequence[str]) -> tuple[dict[str, str], list[tuple[str, str]]]:
    """The options of a route among `pairs`, each once, and the other pairs."""
    options: dict[str, str] = {}
    for key, value in pairs:
        if key in names and key in options:
            raise BadRequestError(repeated(key, key, [name for name, _ in pairs].count(key)))
        if key in names:
            options[key] = value
    return options, [pair for pair in pairs if pair[0] not in names]


def asked(request: Request, page: Page, *names: str, parse: Any = None) -> Asked:
    """What is asked for, or BadRequestError with the first problem: an API answers exactly what was asked or not at all.

    `names` are the options of the route; `parse` is another codec of the page than its own.
    """
    options, pairs = taken(query_pairs(request), names)
    shown = settings.split(pairs, page.settings)
    value, problems = parse(shown.rest) if parse else page.parse(shown.rest or parse_qsl(page.default))
    for problem in (*shown.problems, *problems):
        raise BadRequestError(problem)
    query = "" if parse else encode(page.pairs(value))
    return Asked(page, value, query, shown.settings, shown.controls, options, locales.choose(shown.settings["lang"]))


@once(64, megabytes=96)
def result(page: Page, value: Any) -> Any:
    """All that is computed of a value, once for everybody who asks."""
    return page.compute(value)


def number(options: Mapping[str, str], field: str, low: float, high: float) -> float:
    """A number among the options; 0 where it is left out."""
    text = options.get(field)
    if not text:
        return 0.0
    try:
        value = float(text)
    except ValueError:
        value = float("nan")
    if not low <= value <= high:
        raise BadRequestError(outside(field, field, text[:40], low, high))
    return value


def aspect(options: Mapping[str, str]) -> float:
    """Width over height of the picture that something is for; 0 where that is left out."""
    return number(options, "aspect", *ASPECT)


def choice(field: str, value: str, known: Sequence[str]) -> str:
    if value not in known:
        raise BadRequestError(impossible(field, value, known))
    return value
