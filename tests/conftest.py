"""What every test may use: compiled code kept between runs, and a client for the HTTP routes."""

import asyncio
import functools
import gc
import json
import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote_to_bytes

import pytest
from hypothesis import settings
from starlette.responses import PlainTextResponse

from web import memory, telemetry, warm
from web.front import Front
from web.memory import COMPILED

# Compiling is most of what these tests take: a second run finds it all on disk, as a second start of the app does.
telemetry.LINES.on = False
os.environ.setdefault("DESCENT_LAB_CACHE", str(Path(__file__).parent.parent / ".cache" / "jax"))
if place := warm.keep_compiled():
    warm._stamp(place).touch()  # and no server of the tests fills the cache beside them
settings.register_profile("descent", deadline=None, derandomize=True)
settings.load_profile("descent")


def make_room(most: int) -> None:
    """Executables take places in the table of the process's memory, of which Linux gives 65,530: all are thrown away in time.

    And with them what they have computed: a result that is kept would hide from the tests that count compilations that its
    executable is gone.
    """
    if COMPILED.count <= most:
        return
    memory.relieve()
    for thing in gc.get_objects():
        if isinstance(thing, functools._lru_cache_wrapper) and thing.__module__.startswith(("engines.", "pages.")):
            thing.cache_clear()


@pytest.fixture(autouse=True, scope="module")
def room_for_a_file():
    """What a file compiles once, for all of its tests, stays until its end: most files need less than a thousand."""
    make_room(1000)


@pytest.fixture(autouse=True)
def room():
    yield
    make_room(2000)


@dataclass(frozen=True)
class Reply:
    """What came back: status, headers with lower-case names, and the body as it was sent, compressed or not."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()

    def json(self):
        """The body as JSON, where NaN and Infinity are errors, as they are in a browser."""
        return json.loads(self.body, parse_constant=_refuse)


def _refuse(constant: str):
    raise AssertionError(f"{constant} is not JSON")


class Client:
    """Asks the routes as a server would, in this process. An exception in a handler is raised here, not turned into 500."""

    def __init__(self):
        self.app = Front(PlainTextResponse("Streamlit", 404))
        self.loop = asyncio.Runner()
        self.thread = ThreadPoolExecutor(1)  # a browser test in this process may be running a loop of its own

    def get(self, url: str | bytes, method: str = "GET", **headers: str) -> Reply:
        """Send path and query as they are, escaped by the caller; `if_none_match="…"` sends that header."""
        raw = url if isinstance(url, bytes) else url.encode("ascii")
        sending = self._send(raw, method, {k.replace("_", "-"): v for k, v in headers.items()})
        return self.thread.submit(self.loop.run, sending).result()

    async def _send(self, url: bytes, method: str, headers: dict[str, str]) -> Reply:
        path, _, query = url.partition(b"?")
        scope = {
            "type": "http", "http_version": "1.1", "method": method, "scheme": "http", "root_path": "", "query_string": query,
            "path": unquote_to_bytes(path).decode("utf-8", "replace"), "raw_path": path, "server": ("test", 80),
            "headers": [(k.encode(), v.encode()) for k, v in {"host": "test", **headers}.items()],
        }  # fmt: skip
        sent: list[dict] = []

        asking = [{"type": "http.request", "body": b"", "more_body": False}]

        async def receive() -> dict:
            if not asking:
                await asyncio.Event().wait()  # until the answer is there
            return asking.pop()

        async def send(message) -> None:
            sent.append(message)

        await self.app(scope, receive, send)
        start, *parts = sent
        named = {k.decode().lower(): v.decode() for k, v in start["headers"]}
        return Reply(start["status"], named, b"".join(part.get("body", b"") for part in parts))


@pytest.fixture(scope="session")
def client():
    asking = Client()
    yield asking
    asking.loop.close()
