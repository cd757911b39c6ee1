"""The JSON and binary routes of /api, and /healthz."""

from __future__ import annotations

import functools
import hashlib
import json
from pathlib import Path
from typing import NamedTuple
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

import locales
from core import codec
from core.problems import Problem, impossible, outside
from core.results import Descent
from core.settings import PAGE_FIELDS
from core.tune import tuned
from core.window import ASPECT, fit
from web import wire
from web.catalogue import catalogue

ROOT = Path(__file__).parent.parent
_OPTIONS = ("format", "fields", "lang")  # of the answer, not of the experiment
MAX_QUERY = 16_000  # characters


class BadRequestError(Exception):
    """A request that cannot be answered as asked; carries the first thing wrong with it."""

    def __init__(self, problem: Problem, language: str = "en"):
        super().__init__(problem.text(locales.translator(language)))
        self.problem = problem


@functools.cache
def version() -> str:
    """A digest of the source that computes and draws: part of every ETag, so that a new release empties old caches."""
    digest = hashlib.sha256()
    for folder in ("core", "landscapes", "optimizers", "schedules", "figures", "locales", "player", "web"):
        for file in sorted((ROOT / folder).rglob("*")):
            if file.suffix in (".py", ".js", ".css", ".po", ".mo"):
                digest.update(file.read_bytes())
    return digest.hexdigest()[:12]


def guarded(handler):
    """Turn BadRequestError into the contract's 400."""

    @functools.wraps(handler)
    def guard(request: Request) -> Response:
        try:
            return handler(request)
        except BadRequestError as error:
            body = {"error": str(error), "field": error.problem.field, "allowed": error.problem.allowed}
            return Response(json.dumps(body, ensure_ascii=False), 400, media_type="application/json")

    return guard


def cached(request: Request, tag: str, media_type: str, body, compressed: bool = True) -> Response:
    """Answer with an ETag, and without computing `body()` where the client already has it."""
    etag = f'"{hashlib.sha256(f"{version()} {tag}".encode()).hexdigest()[:24]}"'
    headers = {"ETag": etag, "Cache-Control": "public, no-cache", "Access-Control-Allow-Origin": "*"}
    if not compressed:  # float32 noise hardly shrinks, and packing it costs more than sending it
        headers["Content-Encoding"] = "identity"
    if etag in [tag.strip().removeprefix("W/") for tag in request.headers.get("if-none-match", "").split(",")]:
        return Response(status_code=304, headers=headers)
    return Response(body(), headers=headers, media_type=media_type)


def split(request: Request, more: tuple[str, ...] = ()) -> tuple[list[tuple[str, str]], dict[str, str]]:
    """The experiment's pairs, and the options of the answer: format, fields, lang and what else the route names."""
    raw = request.url.query
    if len(raw) > MAX_QUERY:
        message = "the query has {count} characters; the limit is {limit}"
        raise BadRequestError(Problem("query", message, dict(count=len(raw), limit=MAX_QUERY), [0, MAX_QUERY]))
    pairs = parse_qsl(raw, keep_blank_values=True)
    known = (*_OPTIONS, *more)
    options = {key: value for key, value in pairs if key in known}
    return [pair for pair in pairs if pair[0] not in known], options


def experiment(pairs, language: str):
    """The experiment, or BadRequestError with the first problem: an API answers exactly what was asked or not at all."""
    found, problems = codec.parse(pairs)
    if problems:
        raise BadRequestError(problems[0], language)
    return found


@functools.lru_cache(maxsize=32)
def _blob(query: str, fields: tuple[str, ...], view: View) -> bytes:
    found, _ = codec.parse(parse_qsl(query, keep_blank_values=True))
    window = fit(found.landscape.domain, view.aspect, len(found.runs) if view.panels else 1).domain if view.aspect else None
    return wire.blob(Descent(found), fields, window)


class View(NamedTuple):
    """The picture that a grid is asked for: its width over its height (0: the bare domain), one panel or one per run."""

    aspect: float
    panels: bool


def view(options: dict[str, str]) -> View:
    """Read `aspect` and `view`, the options of the answer that say what it will be drawn in."""
    kind = choice("view", options.get("view", "overlay"), PAGE_FIELDS["view"])
    text = options.get("aspect")
    try:
        aspect = float(text) if text else 0.0
    except ValueError:
        aspect = -1.0
    if text and not ASPECT[0] <= aspect <= ASPECT[1]:
        raise BadRequestError(outside("aspect", "aspect", text[:40], *ASPECT))
    return View(aspect, kind == "panels")


def choice(field: str, value: str, known: tuple[str, ...]) -> str:
    if value not in known:
        raise BadRequestError(impossible(field, value, known))
    return value


@guarded
def descent(request: Request) -> Response:
    pairs, options = split(request, ("aspect", "view"))
    language = locales.choose(options.get("lang"))
    shown = view(options)
    kind = choice("format", options.get("format", "json"), ("json", "bin"))
    named = tuple(name for name in options.get("fields", "").split(",") if name)
    fields = tuple(choice("fields", name, wire.FIELDS) for name in named)
    found = experiment(pairs, language)
    query = codec.encode(codec.pairs(found))
    tag = f"{kind} {fields} {shown} {query}"
    if kind == "bin":
        return cached(request, tag, "application/octet-stream", lambda: _blob(query, fields, shown), compressed=False)
    return cached(request, tag, "application/json", lambda: json.dumps(wire.document(Descent(found)), allow_nan=False))


@guarded
def tune(request: Request) -> Response:
    """The same experiment with a sensible learning rate for every run, or for `runs=0,2` only, as a query string."""
    pairs, options = split(request, ("runs",))
    found = experiment(pairs, locales.choose(options.get("lang")))
    known = tuple(str(i) for i in range(len(found.runs)))
    which = [int(choice("runs", i, known)) for i in options.get("runs", ",".join(known)).split(",")]
    query = codec.encode(codec.pairs(found))

    def body() -> str:
        best = tuned(found, which)
        return json.dumps({"query": codec.encode(codec.pairs(best)), "rates": [r.optimizer.values["lr"] for r in best.runs]})

    return cached(request, f"tune {which} {query}", "application/json", body)


@guarded
def listing(request: Request) -> Response:
    language = locales.choose(split(request)[1].get("lang"))
    return cached(
        request,
        f"catalogue {language}",
        "application/json",
        lambda: json.dumps(catalogue(locales.translator(language)) | {"words": locales.words(language)}, ensure_ascii=False),
    )


def healthz(request: Request) -> Response:
    return PlainTextResponse("ok")


ROUTES = [
    Route("/api/catalogue", listing),
    Route("/api/descent", descent),
    Route("/api/tune", tune),
    Route("/healthz", healthz),
]
