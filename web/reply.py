"""An answer that is computed when it is sent: not at all where it is kept, once where many ask, in the lane it belongs to.

What has been sent is kept as the bytes that went out, compressed or not, by its ETag: two hundred telephones that open one
link cost one answer. The shelf holds so many bytes and no more.
"""

from __future__ import annotations

import asyncio
import contextlib
import gzip
from collections import OrderedDict
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from typing import Any

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from core.problems import BadRequestError
from web.lanes import NUMBERS, BusyError, Lane

MOST_KEPT = 96 * 10**6  # bytes of all answers that are kept
MOST_SENDING = 256 * 10**6  # bytes of all answers that slow clients have not taken yet
PART = 64 * 1024  # bytes handed over at a time, so that a client that does not read holds no more
STALLED = 60.0  # seconds in which a client has to take one part
SMALL = 500  # bytes not worth compressing
SENDING = "reply.sending"


class Job:
    """An answer on its way, and how many wait for it."""

    def __init__(self, future: Future):
        self.future, self.waiting = future, 0


class Kept:
    """Answers by ETag, those used last at the end. Lives in the server's loop, so it needs no lock."""

    def __init__(self, most: int = MOST_KEPT):
        self.most, self.bytes, self.sending = most, 0, 0
        self.done: OrderedDict[Any, bytes] = OrderedDict()
        self.coming: dict[Any, Job] = {}

    def get(self, key: Any) -> bytes | None:
        if key in self.done:
            self.done.move_to_end(key)
            return self.done[key]
        return None

    def put(self, key: Any, body: bytes) -> bytes:
        """Keep it, unless it would take the place of everything else."""
        self.bytes -= len(self.done.pop(key, b""))
        if len(body) <= self.most // 4:
            self.done[key] = body
            self.bytes += len(body)
        while self.bytes > self.most:
            self.bytes -= len(self.done.popitem(last=False)[1])
        return body

    def empty(self) -> None:
        self.done.clear()
        self.bytes = 0

    async def fetch(self, key: Any, lane: Lane, work: Callable[[], bytes], receive: Receive) -> bytes | None:
        """The answer, computed once for all who wait; None where the client has gone. BusyError where it takes too long.

        Who is sent away leaves the work behind: it is kept when it is done. If all have gone before it began, it is dropped.
        """
        job = self.coming.get(key)
        if job is None:
            job = self.coming[key] = Job(lane.submit(work))
            loop = asyncio.get_running_loop()
            job.future.add_done_callback(lambda done: _tell(loop, self._done, key, done))
        job.waiting += 1
        answer, left = asyncio.wrap_future(job.future), asyncio.ensure_future(gone(receive))
        try:
            await asyncio.wait({answer, left}, timeout=lane.patience, return_when=asyncio.FIRST_COMPLETED)
            if answer.done():
                return answer.result()
            if left.done():
                return None
            raise lane.busy()
        finally:
            left.cancel()
            job.waiting -= 1
            if not job.waiting and not job.future.running():
                answer.cancel()  # and with it the work, unless it has begun
            elif not answer.done():
                answer.add_done_callback(lambda done: done.cancelled() or done.exception())

    def _done(self, key: Any, future: Future) -> None:
        self.coming.pop(key, None)
        if not future.cancelled() and future.exception() is None:
            self.put(key, future.result())


def _tell(loop: asyncio.AbstractEventLoop, call: Callable[..., None], *args: Any) -> None:
    with contextlib.suppress(RuntimeError):  # the loop is closed: the server has ended
        loop.call_soon_threadsafe(call, *args)


async def gone(receive: Receive) -> None:
    """Returns when the client has hung up."""
    while (await receive())["type"] != "http.disconnect":
        await asyncio.sleep(0)


KEPT = Kept()


class Answer:
    """Status 200 with an ETag. Nothing is computed before it is sent, or `body` is asked for.

    Attributes:
      make: computes the body. headers: by name. lane: where it is computed; None where that takes no time once it is compiled,
        so in the server's loop if it has been asked for in the same words before (web.front).
      packs: whether it is worth compressing. refused: what is answered where `make` finds something wrong with the request.
    """

    status_code = 200

    def __init__(
        self, make: Callable[[], str | bytes], headers: Mapping[str, str], media_type: str, lane: Lane | None, packs: bool
    ):
        text = media_type.startswith("text/")
        self.make, self.lane, self.packs = make, lane, packs
        self.refused: Callable[[BadRequestError], Response] | None = None
        self.headers = {**headers, "Content-Type": f"{media_type}; charset=utf-8" if text else media_type}

    @property
    def body(self) -> bytes:
        made = self.make()
        return made.encode() if isinstance(made, str) else made

    def _packed(self) -> bytes:
        body = self.body
        return gzip.compress(body, 5, mtime=0) if len(body) >= SMALL else body

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await self._answer(scope, receive, send)
        except BadRequestError as error:
            if self.refused is None:
                raise
            await self.refused(error)(scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        packed = self.packs and _accepts_gzip(scope)
        key, work = (self.headers["ETag"], packed), self._packed if packed else lambda: self.body
        body = KEPT.get(key)
        if body is None and self.lane is None and scope.get("at_once"):
            body = KEPT.put(key, work())
        elif body is None:
            body = await KEPT.fetch(key, self.lane or NUMBERS, work, receive)
        if body is None:
            return
        headers = dict(self.headers)
        if self.packs:
            headers["Vary"] = ", ".join(filter(None, [headers.get("Vary", ""), "Accept-Encoding"]))
        if packed and body[:2] == b"\x1f\x8b":
            headers["Content-Encoding"] = "gzip"
        await deliver(scope, send, body, headers)


def _accepts_gzip(scope: Scope) -> bool:
    return any(name == b"accept-encoding" and b"gzip" in value for name, value in scope["headers"])


async def deliver(scope: Scope, send: Send, body: bytes, headers: Mapping[str, str]) -> None:
    """Send it in parts, so that a client that does not read holds one of them; one that takes none for a minute is given up."""
    lines = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()]
    lines.append((b"content-length", str(len(body)).encode()))
    if len(body) > PART and KEPT.sending + len(body) > MOST_SENDING:
        raise BusyError(SENDING, 2)
    await send({"type": "http.response.start", "status": 200, "headers": lines})
    if scope["method"] == "HEAD" or len(body) <= PART:
        await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})
        return
    KEPT.sending += len(body)
    try:
        for at in range(0, len(body), PART):
            more = at + PART < len(body)
            async with asyncio.timeout(STALLED):
                await send({"type": "http.response.body", "body": body[at : at + PART], "more_body": more})
    except TimeoutError:  # the server closes the connection where an answer stays unfinished
        return
    finally:
        KEPT.sending -= len(body)
