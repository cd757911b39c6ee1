"""Static files: the modules of the player and of the pages, and Plotly's own bundle from its wheel, each compressed once."""

from __future__ import annotations

import functools
import gzip
from importlib.resources import files
from pathlib import Path

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from web.api import version
from web.version import ROOT

_TYPES = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}


@functools.cache
def available() -> dict[str, Path]:
    """Name in the URL → file. Nothing else is ever opened."""
    served = [*(ROOT / "player").iterdir(), *(ROOT / "pages").glob("*/*")]
    ours = {file.relative_to(ROOT).as_posix(): file for file in sorted(served) if file.suffix in _TYPES}
    return {**ours, "plotly.min.js": Path(str(files("plotly") / "package_data" / "plotly.min.js"))}


@functools.cache
def _body(name: str, packed: bool) -> bytes:
    body = available()[name].read_bytes()
    return gzip.compress(body, 6, mtime=0) if packed else body


def asset(request: Request) -> Response:
    """A file under /assets/<version>/: the version is part of the address, so it may be kept for a year."""
    asked, _, name = request.path_params["path"].partition("/")
    if request.path_params["path"] in available():  # without a version
        asked, name = "", request.path_params["path"]
    if name not in available():
        return PlainTextResponse("not found", 404)
    packed = "gzip" in request.headers.get("accept-encoding", "")
    current = asked == version()
    headers = {
        "Cache-Control": "public, max-age=31536000, immutable" if current else "no-cache",
        "Content-Encoding": "gzip" if packed else "identity",
        "Vary": "Accept-Encoding",
        "Access-Control-Allow-Origin": "*",
    }
    return Response(_body(name, packed), headers=headers, media_type=_TYPES[available()[name].suffix])


ROUTES = [Route("/assets/{path:path}", asset)]
