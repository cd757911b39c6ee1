"""An experiment as a file to keep: /export.csv, /export.json, and /export.py, a script that reproduces it."""

from __future__ import annotations

import json
from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from engines.descent import codec
from engines.descent.experiment import Experiment
from engines.descent.results import Descent
from export import script
from web import api, wire


def _table(found: Experiment) -> str:
    return wire.table(Descent(found))


def _document(found: Experiment) -> str:
    return json.dumps(wire.document(Descent(found)), allow_nan=False)


# End of the address → media type, and what makes the text.
KINDS: dict[str, tuple[str, Callable[[Experiment], str]]] = {
    "csv": ("text/csv", _table),
    "json": ("application/json", _document),
    "py": ("text/x-python", script.script),
}


@api.guarded
def export(request: Request) -> Response:
    """The same numbers as /api/descent, or the program that makes them, under a name to be saved as."""
    kind = request.url.path.rpartition(".")[2]
    media, text = KINDS[kind]
    pairs, _ = api.split(request)
    found = api.experiment(pairs)
    name = f'attachment; filename="descent.{kind}"'
    tag = f"export {kind} {codec.encode(codec.pairs(found))}"
    return api.cached(request, tag, media, lambda: text(found), content_disposition=name)


ROUTES = [Route(f"/export.{kind}", export) for kind in KINDS]
