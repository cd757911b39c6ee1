"""The JSON and binary routes of /api, and /healthz."""

from __future__ import annotations

import functools
import hashlib
import json
from typing import NamedTuple
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

import locales
from core.problems import Problem, impossible, outside, repeated, unknown
from core.settings import PAGE_FIELDS
from core.types import Param
from core.words import N_
from engines.descent import codec
from engines.descent import sweep as sweeps
from engines.descent.experiment import STEPS, Experiment
from engines.descent.rate_search import tuned
from engines.descent.results import Descent
from engines.descent.window import ASPECT, fit
from web import wire
from web.catalogue import catalogue
from web.once import once
from web.version import digest

MAX_QUERY = 16_000  # characters
MOST_SWEPT = 400_000  # points: 65 stops of one run of 5000 steps


class BadRequestError(Exception):
    """A request that cannot be answered as asked; carries the first thing wrong with it."""

    def __init__(self, problem: Problem):
        super().__init__(problem.text())
        self.problem = problem


def version() -> str:
    """The version of all that is computed and drawn: part of every ETag, so that a new release empties old caches."""
    return digest(
        "core", "landscapes", "optimizers", "schedules", "activations", "initializers", "norms", "datasets", "engines",
        "errata", "pages", "locales", "pictures", "export", "player", "web",
    )  # fmt: skip


def guarded(handler):
    """Turn BadRequestError into the contract's 400."""

    @functools.wraps(handler)
    def guard(request: Request) -> Response:
        try:
            return handler(request)
        except BadRequestError as error:
            language = locales.choose(dict(parse_qsl(_text(request)[:MAX_QUERY])).get("lang"))
            text = error.problem.text(locales.translator(language))
            body = {"error": text, "field": error.problem.field, "allowed": error.problem.allowed}
            return Response(json.dumps(body, ensure_ascii=False), 400, media_type="application/json")

    return guard


def cached(request: Request, tag: str, media_type: str, body, compressed: bool = True, **more: str) -> Response:
    """Answer with an ETag and `more` headers, and without computing `body()` where the client already has it."""
    etag = f'"{hashlib.sha256(f"{version()} {tag}".encode()).hexdigest()[:24]}"'
    headers = {"ETag": etag, "Cache-Control": "public, no-cache", "Access-Control-Allow-Origin": "*"}
    headers |= {name.replace("_", "-"): value for name, value in more.items()}
    if not compressed:  # float32 noise hardly shrinks, and packing it costs more than sending it
        headers["Content-Encoding"] = "identity"
    if etag in [tag.strip().removeprefix("W/") for tag in request.headers.get("if-none-match", "").split(",")]:
        return Response(status_code=304, headers=headers)
    return Response(body(), headers=headers, media_type=media_type)


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


def split(request: Request, *names: str) -> tuple[list[tuple[str, str]], dict[str, str]]:
    """The experiment's pairs, and the options of the answer: `lang`, and those that the route names."""
    known, options, rest = ("lang", *names), {}, []
    pairs = query_pairs(request)
    for key, value in pairs:
        if key not in known:
            rest.append((key, value))
        elif key in options:
            raise BadRequestError(repeated(key, key, [name for name, _ in pairs].count(key)))
        else:
            options[key] = value
    return rest, options


def experiment(pairs: list[tuple[str, str]], steps: Param = STEPS) -> Experiment:
    """The experiment, or BadRequestError with the first problem: an API answers exactly what was asked or not at all."""
    found, problems = codec.parse(pairs, steps)
    if problems:
        raise BadRequestError(problems[0])
    return found


@once(32)
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
    pairs, options = split(request, "format", "fields", "aspect", "view", "sweep")
    shown = view(options)
    kind = choice("format", options.get("format", "json"), ("json", "bin", "csv"))
    named = tuple(name for name in options.get("fields", "").split(",") if name)
    fields = tuple(choice("fields", name, wire.FIELDS) for name in named)
    found = experiment(pairs)
    query = codec.encode(codec.pairs(found))
    if "sweep" in options:
        choice("format", options.get("format", "bin"), ("bin",))
        return sweep(request, found, options["sweep"], fields)
    tag = f"{kind} {fields} {shown} {query}"
    if kind == "bin":
        return cached(request, tag, "application/octet-stream", lambda: _blob(query, fields, shown), compressed=False)
    if kind == "csv":
        name = 'attachment; filename="descent.csv"'
        return cached(request, tag, "text/csv", lambda: wire.table(Descent(found)), content_disposition=name)
    return cached(request, tag, "application/json", lambda: json.dumps(wire.document(Descent(found)), allow_nan=False))


def sweep(request: Request, e: Experiment, text: str, fields: tuple[str, ...]) -> Response:
    """The binary answer for every stop of one slider: `sweep=run0.lr:65`."""
    found = sweeps.parse(text, e)
    if isinstance(found, Problem):
        raise BadRequestError(found)
    points = found.points(e)
    if points > MOST_SWEPT:
        message = N_("this sweep has {count} points (stops × steps × runs); the limit is {limit}")
        raise BadRequestError(Problem("sweep", message, dict(count=points, limit=MOST_SWEPT), [0, MOST_SWEPT]))
    tag = f"sweep {text} {fields} {codec.encode(codec.pairs(e))}"
    return cached(request, tag, "application/octet-stream", lambda: wire.swept(e, found, fields), compressed=False)


@guarded
def tune(request: Request) -> Response:
    """The same experiment with a sensible learning rate for every run, or for `runs=0,2` only, as a query string."""
    pairs, options = split(request, "runs")
    found = experiment(pairs)
    known = tuple(str(i) for i in range(len(found.runs)))
    which = [int(choice("runs", i, known)) for i in options.get("runs", ",".join(known)).split(",")]
    query = codec.encode(codec.pairs(found))

    def body() -> str:
        best = tuned(found, which)
        return json.dumps({"query": codec.encode(codec.pairs(best)), "rates": [r.optimizer.values["lr"] for r in best.runs]})

    return cached(request, f"tune {which} {query}", "application/json", body)


@guarded
def listing(request: Request) -> Response:
    pairs, options = split(request)
    if pairs:
        raise BadRequestError(unknown(pairs[0][0][:40], N_("field"), pairs[0][0][:40], ["lang"]))
    language = locales.choose(options.get("lang"))
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
