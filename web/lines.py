"""An answer that is sent line by line while it is being computed: once for all who ask, no longer than anybody listens.

A class that opens one slow training costs each worker one training; whoever comes later gets what there is so far, and goes on
with the others. So many are computed at a time; who asks for another one is told to come again. What a slow client has not
taken keeps nobody waiting: the lines are held until it has, or has taken nothing for too long.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterator, Mapping
from contextlib import suppress
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from web.lanes import BusyError, Lane
from web.reply import STALLED, gone

PAUSE = 0.1  # seconds before a full lane is asked again
MOST = 8  # at a time: they take turns, so each is slower by as many as there are
MEDIA = "application/x-ndjson"
# Lines are sent as they come: nothing on the way is to keep, collect or pack them.
HEADERS = {
    "Cache-Control": "no-store", "Content-Encoding": "identity", "X-Accel-Buffering": "no", "Access-Control-Allow-Origin": "*",
}  # fmt: skip


class Work:
    """The lines of one question as they are computed, each in its lane. Lives in the server's loop, so it needs no lock.

    The first line finds room in the lane or none (BusyError); later ones wait for theirs.
    """

    def __init__(self, key: str, lines: Iterator[str], lane: Lane):
        if len(OPEN) >= MOST:
            raise lane.busy()
        self.key, self.lines, self.lane = key, lines, lane
        self.sofar: list[bytes] = []
        self.listeners = 0
        self.news = asyncio.Event()  # of one line; a new one for the next
        OPEN[key] = self
        self.task = asyncio.create_task(self._go())
        self.task.add_done_callback(lambda _: self._tell())

    @classmethod
    def of(cls, key: str, lines: Callable[[], Iterator[str]], lane: Lane) -> Work:
        """That of a question: under way already, or begun now."""
        return OPEN.get(key) or cls(key, lines(), lane)

    async def line(self, n: int) -> bytes | None:
        """Line n, once it is there; None after the last. What went wrong in computing is raised to all who wait."""
        while n >= len(self.sofar):
            if self.task.done():
                return self.task.result()
            await self.news.wait()
        return self.sofar[n]

    async def _go(self) -> None:
        try:
            line = await asyncio.wrap_future(self.lane.submit(self._next))
            while line is not None and self.listeners:
                self.sofar.append(line.encode())
                self._tell()
                line = await self._later()
        finally:
            del OPEN[self.key]
            if close := getattr(self.lines, "close", None):
                with suppress(ValueError):  # the server ends in the middle of a line
                    await run_in_threadpool(close)

    def _tell(self) -> None:
        self.news.set()
        self.news = asyncio.Event()

    def _next(self) -> str | None:
        return next(self.lines, None)

    async def _later(self) -> str | None:
        while True:
            try:
                return await asyncio.wrap_future(self.lane.submit(self._next))
            except BusyError:
                await asyncio.sleep(PAUSE)


OPEN: dict[str, Work] = {}  # by question


class Lines(Response):
    """Sends what `lines` yields, and works it out only if nobody else has asked for `key`."""

    def __init__(self, key: str, lines: Callable[[], Iterator[str]], lane: Lane, headers: Mapping[str, str] = HEADERS):
        super().__init__(headers=dict(headers), media_type=MEDIA)
        del self.headers["content-length"]
        self.key, self.make, self.lane = key, lines, lane

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        work = Work.of(self.key, self.make, self.lane)
        work.listeners += 1
        left = asyncio.ensure_future(gone(receive))
        try:
            n = 0
            while (line := await _unless(left, work.line(n))) is not None:
                if not n:
                    await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
                async with asyncio.timeout(STALLED):
                    await send({"type": "http.response.body", "body": line, "more_body": True})
                n += 1
            if n and not left.done():
                await send({"type": "http.response.body", "body": b"", "more_body": False})
        except (OSError, TimeoutError):  # the other end is gone, or takes nothing
            pass
        finally:
            left.cancel()
            work.listeners -= 1


async def _unless(left: asyncio.Future[None], line: Coroutine[Any, Any, bytes | None]) -> bytes | None:
    """The line; None where the client has gone before."""
    coming = asyncio.ensure_future(line)
    await asyncio.wait({coming, left}, return_when=asyncio.FIRST_COMPLETED)
    if left.done():
        coming.cancel()
        return None
    return coming.result()
