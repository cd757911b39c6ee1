"""The door: every address of ours is answered here, before Streamlit's middleware; all others are handed on to it.

What has been asked in the same words before, whatever the numbers in them, is read in the server's own loop: a fraction of a
millisecond. All else is read in a thread first, as it may have something to import or to compile. Every answer leaves with the
headers that keep a browser from doing what we never ask of it.
"""

from __future__ import annotations

import base64
import hashlib
import inspect
import json
import re
import time
from collections import OrderedDict
from collections.abc import Callable
from functools import partial
from typing import Any

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

import locales
from core.problems import unknown
from core.words import N_
from web import api, shell, telemetry, warm
from web.lanes import NUMBERS, BusyError
from web.memory import PULSE
from web.routes import ROUTES

OURS = (
    "/api/",
    "/assets/",
    "/embed/",
    "/export/",
    "/first/",
)  # beneath these, all is ours
PAGES = frozenset(route.path for route in shell.ROUTES)  # Streamlit's index page, with more in its head
CLOSED = ("/_stcore/upload_file/",)  # nothing is uploaded to this app: what no page asks for would only fill the memory
MOST_SESSIONS = 400  # pages of Streamlit that one worker has open
LONGEST_PATH = 300
SLOW = 0.03  # seconds in the server's loop after which the same words are no longer taken for quick ones
MOST_WORDS = 1000
NUMBER = re.compile(rb"[-+.\d]+")
FORMULA = re.compile(rb"[?&]formula=[^&]*")  # the numbers in it are part of what it is
HIDDEN = re.compile(r"[^\x20-\x7e]")

# Streamlit's pages: scripts of this server, and the entry of a component, which Streamlit makes a blob of;
# its style sheets and Plotly write style elements. Ours have their own (web.embed), and what is no page may do nothing at all.
STREAMLIT = (
    "default-src 'self'; script-src 'self' blob: 'wasm-unsafe-eval'{scripts}; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; media-src 'self' blob:; "
    "worker-src 'self' blob:; object-src 'none'; base-uri 'self'; form-action 'self'; frame-src 'self'; frame-ancestors 'self'"
)
INERT = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:; frame-ancestors 'self'"
COMMON = [(b"x-content-type-options", b"nosniff"), (b"referrer-policy", b"same-origin")]
FRAMED = (b"x-frame-options", b"SAMEORIGIN")


class Front:
    """The outermost middleware of the app.

    Args:
      app: Streamlit. base: the path that all addresses are under (server.baseUrlPath), without slashes at its ends.
      page: the HTML that Streamlit sends for every page; the scripts that are written in it may run, and no others.
    """

    def __init__(self, app: ASGIApp, base: str = "", page: str = ""):
        self.policy = STREAMLIT.format(scripts="".join(f" '{digest}'" for digest in inline_scripts(page))).encode()
        self.app, self.base = app, f"/{base}" if base else ""
        self.exact = {route.path: route.endpoint for route in (*ROUTES, *HEALTH, *telemetry.ROUTES)}
        self.known: OrderedDict[bytes, None] = OrderedDict()
        self.sessions = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await self._session(scope, receive, send)
        elif scope["type"] != "http":
            await self.app(scope, receive, send)
        else:
            await self._http(scope, receive, send)

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope["path"].removeprefix(self.base)
        endpoint, route = self._find(path)
        if path.startswith("/assets/"):
            scope = {**scope, "path_params": {"path": path.removeprefix("/assets/")}}
        watch = telemetry.Watch(route)
        policy = INERT.encode() if endpoint and route not in PAGES else self.policy
        say = partial(_say, send, watch, policy)
        try:
            if endpoint is None:
                await self.app(scope, receive, say)
            elif scope["method"] not in ("GET", "HEAD"):
                await PlainTextResponse("method not allowed", 405, {"Allow": "GET, HEAD"})(scope, receive, say)
            else:
                await self._answer(endpoint, scope, receive, say, watch)
        except Exception:
            watch.status = 500
            raise
        finally:
            PULSE.answered += 1
            watch.done(scope)

    def _find(self, path: str) -> tuple[Callable[..., Any] | None, str]:
        """Who answers an address, None for Streamlit; and under which name it is counted."""
        if path in self.exact:
            return self.exact[path], path
        if path.startswith("/assets/"):
            return self.exact["/assets/{path:path}"], "/assets"
        if path.startswith(OURS) or path.startswith(CLOSED):
            return partial(self._nowhere, path=path), "unknown"
        return None, "streamlit"

    def _nowhere(self, request: Request, path: str) -> Response:
        """Status 404, with the nearest address there is."""
        language = api.spoken(request)
        asked = HIDDEN.sub("?", path)[:LONGEST_PATH]
        problem = unknown("path", N_("address"), asked, [known for known in self.exact if "{" not in known])
        body = {"error": problem.text(locales.translator(language)), "field": "path", "allowed": problem.allowed}
        return Response(json.dumps(body, ensure_ascii=False), 404, media_type="application/json")

    async def _answer(
        self, endpoint: Callable[..., Any], scope: Scope, receive: Receive, send: Send, watch: telemetry.Watch
    ) -> None:
        words = _words(scope["path"].encode() + b"?" + scope["query_string"][: api.MAX_QUERY])
        scope["at_once"] = known = words in self.known
        begun, request = time.perf_counter(), Request(scope, receive)
        try:
            if endpoint in UNASKED:
                response = endpoint(request)
            elif PULSE.late:
                raise BusyError("loop", 1)
            elif inspect.iscoroutinefunction(endpoint):
                response = await endpoint(request)
            else:
                response = endpoint(request) if known else await NUMBERS.run(partial(endpoint, request))
            await response(scope, receive, send)
        except BusyError as busy:
            watch.lane = busy.lane
            await _busy(request, busy)(scope, receive, send)
            return
        self._remember(words, known, time.perf_counter() - begun)

    def _remember(self, words: bytes, known: bool, took: float) -> None:
        if known and took > SLOW:
            self.known.pop(words, None)
        else:
            self.known[words] = None
            self.known.move_to_end(words)
            while len(self.known) > MOST_WORDS:
                self.known.popitem(last=False)

    async def _session(self, scope: Scope, receive: Receive, send: Send) -> None:
        """A page of Streamlit's, unless there are too many: its own script then tries again by itself."""
        if self.sessions >= MOST_SESSIONS:
            telemetry.REFUSED.labels("sessions").inc()
            await receive()
            await send({"type": "websocket.close", "code": 1013})
            return
        self.sessions += 1
        telemetry.SESSIONS.set(self.sessions)
        try:
            await self.app(scope, receive, send)
        finally:
            self.sessions -= 1
            telemetry.SESSIONS.set(self.sessions)


def _words(address: bytes) -> bytes:
    """An address without its numbers."""
    return NUMBER.sub(b"", FORMULA.sub(b"", address)) + b"".join(FORMULA.findall(address))


def inline_scripts(page: str) -> list[str]:
    """What a content policy names the scripts by that are written in a page: their SHA-256."""
    texts = re.findall(r"<script(?![^>]*\bsrc=)[^>]*>(.*?)</script>", page, re.S)
    return [f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}" for text in texts]


async def _say(send: Send, watch: telemetry.Watch, policy: bytes, message: Message) -> None:
    """Pass a part of an answer on: its head with what every answer has, its body counted."""
    if message["type"] == "http.response.start":
        watch.status = message["status"]
        headers = list(message.get("headers", ()))
        if not any(name.lower() == b"content-security-policy" for name, _ in headers):
            headers += [(b"content-security-policy", policy), FRAMED]
        message = {**message, "headers": [*headers, *COMMON]}
    elif message["type"] == "http.response.body":
        watch.bytes += len(message.get("body", b""))
    await send(message)


def _busy(request: Request, busy: BusyError) -> Response:
    """Status 503: when to come again."""
    said = locales.translator(api.spoken(request))(N_("the server is busy; it can be asked again in {seconds} s"))
    body = {"error": said.format(seconds=busy.seconds), "field": None, "allowed": None}
    headers = {
        "Retry-After": str(busy.seconds),
        "Cache-Control": "no-store",
        "Access-Control-Allow-Origin": "*",
        "Access-Control-Expose-Headers": "Retry-After",
    }
    return Response(json.dumps(body, ensure_ascii=False), 503, headers, "application/json")


# Whether it runs, and whether it should be asked ----------------------------------------------------------------------


def healthz(request: Request) -> Response:
    """`ok` as long as the process answers at all."""
    return PlainTextResponse("ok", headers={"Cache-Control": "no-store"})


def readyz(request: Request) -> Response:
    """`ready` once the page that opens first is warm, until the server is told to end."""
    if warm.READY.is_set():
        return PlainTextResponse("ready", headers={"Cache-Control": "no-store"})
    return PlainTextResponse("warming up", 503, {"Cache-Control": "no-store", "Retry-After": "1"})


UNASKED = (healthz, readyz, telemetry.metrics)  # answered however busy the server is
HEALTH = [Route("/healthz", healthz), Route("/readyz", readyz)]
