"""Static files: the modules of the player and of the pages, and Plotly's own bundle from its wheel, each compressed once."""

from __future__ import annotations

import functools
from importlib.resources import files
from pathlib import Path

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from web import packed
from web.api import version
from web.once import once
from web.version import ROOT

PLOTLY = "plotly.min.js"
_TYPES = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}


@functools.cache
def available() -> dict[str, Path]:
    """Name in the URL → file. Nothing else is ever opened."""
    served = [*(ROOT / "player").iterdir(), *(ROOT / "pages").glob("*/*")]
    ours = {file.relative_to(ROOT).as_posix(): file for file in sorted(served) if file.suffix in _TYPES}
    return {**ours, PLOTLY: Path(str(files("plotly") / "package_data" / PLOTLY))}


@once(200)
def _body(name: str, encoding: str) -> bytes:
    return packed.PACKERS[encoding](available()[name].read_bytes())


def ready() -> None:
    """Pack the largest of them before anybody waits for it."""
    for encoding in packed.PACKERS:
        _body(PLOTLY, encoding)


def asset(request: Request) -> Response:
    """A file under /assets/<version>/: the version is part of the address, so it may be kept for a year."""
    asked, _, name = request.path_params["path"].partition("/")
    if request.path_params["path"] in available():  # without a version
        asked, name = "", request.path_params["path"]
    if name not in available():
        return PlainTextResponse("not found", 404)
    encoding = packed.encoding(request)
    current = asked == version()
    headers = {
        "Cache-Control": packed.FOREVER if current else "no-cache",
        **packed.packed_headers(encoding),
        "Access-Control-Allow-Origin": "*",
    }
    return Response(_body(name, encoding), headers=headers, media_type=_TYPES[available()[name].suffix])


ROUTES = [Route("/assets/{path:path}", asset)]
