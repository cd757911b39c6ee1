"""Files packed once and kept. Streamlit's own scripts and styles too: it sends them as they are, 4 MB of a first visit.

Its compression would pack a file anew for every visitor, so it leaves these out. Their names change with their content, so a
browser keeps them for a year.
"""

from __future__ import annotations

import functools
import gzip
import hashlib
import mimetypes
import re
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from web.once import once

PREFIX = "/static/"
PACKED = (".js", ".css", ".svg", ".json")  # fonts and pictures are packed already
LARGE = 2_000_000  # bytes, as of Plotly
FOREVER = "public, max-age=31536000, immutable"


def _brotli(body: bytes) -> bytes:
    """A sixth smaller than gzip, or a fifth where that takes no seconds. PyArrow, which Streamlit brings, has it."""
    from pyarrow import Codec

    return Codec("brotli", compression_level=10 if len(body) < LARGE else 9).compress(body, asbytes=True)


def _gzip(body: bytes) -> bytes:
    return gzip.compress(body, 9, mtime=0)


PACKERS: dict[str, Callable[[bytes], bytes]] = {"br": _brotli, "gzip": _gzip, "identity": bytes}  # the smallest first


def encoding(request: Request) -> str:
    """The best of PACKERS that a client takes."""
    parts = [part.replace(" ", "").lower().partition(";q=") for part in request.headers.get("accept-encoding", "").split(",")]
    taken = {name for name, _, quality in parts if quality.strip("0.") or not quality}
    return next((name for name in PACKERS if name in taken), "identity")


def packed_headers(chosen: str) -> dict[str, str]:
    """Those of a body that was packed with `chosen`."""
    return {"Content-Encoding": chosen, "Vary": "Accept-Encoding"}


@functools.cache
def available() -> dict[str, Path]:
    """Name below /static/ → file. Nothing else is ever opened."""
    folder = Path(str(files("streamlit") / "static" / "static"))
    return {file.relative_to(folder).as_posix(): file for file in sorted(folder.rglob("*")) if file.suffix in PACKED}


@once(600)
def _answer(name: str, chosen: str) -> Response:
    """A file packed, as it is sent to everybody."""
    body = PACKERS[chosen](available()[name].read_bytes())
    etag = f'"{hashlib.sha256(body).hexdigest()[:24]}"'
    media = mimetypes.guess_type(name)[0] or "application/octet-stream"
    return Response(body, 200, {"Cache-Control": FOREVER, "ETag": etag, **packed_headers(chosen)}, media)


def ready() -> None:
    """Pack what every visitor asks for before one does: the files that Streamlit's index page names."""
    page = (files("streamlit") / "static" / "index.html").read_text("utf-8")
    for name in re.findall(r"\./static/([^\"]+)", page):
        for chosen in ("br", "gzip") if name in available() else ():
            _answer(name, chosen)


class Packed:
    """Answers for those files where the browser takes them packed; all else goes on to the app."""

    def __init__(self, app: ASGIApp):
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        name = scope["path"].removeprefix(PREFIX) if scope["type"] == "http" and scope["path"].startswith(PREFIX) else ""
        chosen = encoding(Request(scope)) if name in available() and scope["method"] == "GET" else "identity"
        if chosen == "identity":
            await self.app(scope, receive, send)
            return
        answer = _answer.kept(name, chosen) or await run_in_threadpool(_answer, name, chosen)  # a first visit asks for sixty
        if answer.headers["etag"] in Request(scope).headers.get("if-none-match", ""):
            headers = {head: text for head, text in answer.headers.items() if head != "content-length"}
            answer = Response(status_code=304, headers=headers)
        await answer(scope, receive, send)
