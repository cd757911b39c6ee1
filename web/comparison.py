"""Several networks at once by HTTP: /api/initialization, for the page that compares them."""

from __future__ import annotations

import json

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from engines.descent import codec
from engines.signal.statistics import signal
from pages.initialization import query as comparison
from pages.initialization import route as single
from web import api


@api.guarded
def signals(request: Request) -> Response:
    """The documents of /api/signal for up to four networks (pages.initialization.query), and their common query."""
    pairs, _ = api.split(request)
    found, problems = comparison.parse(pairs)
    if problems:
        raise api.BadRequestError(problems[0])
    query = codec.encode(comparison.pairs(found))

    def body() -> str:
        return json.dumps({"query": query, "networks": [single.document(signal(n)) for n in found]}, allow_nan=False)

    return api.cached(request, f"signals {query}", "application/json", body)


ROUTES = [Route("/api/initialization", signals)]
