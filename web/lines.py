"""An answer that is sent line by line while it is being computed, and stops when nobody listens any more."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from web.lanes import BusyError, Lane

PAUSE = 0.1  # seconds before a full lane is asked again
MEDIA = "application/x-ndjson"
# Lines are sent as they come: nothing on the way is to keep, collect or pack them.
HEADERS = {
    "Cache-Control": "no-store", "Content-Encoding": "identity", "X-Accel-Buffering": "no", "Access-Control-Allow-Origin": "*",
}  # fmt: skip


class Lines(Response):
    """Sends what `lines` yields; each line is computed in its lane, and none is begun for a connection that is closed.

    The first finds room in the lane or none (BusyError, before anything is sent); later ones wait for theirs.
    Starlette's own StreamingResponse waits for the end of a connection in a task of its own, and so leaves a thread at work
    that nobody can stop; here the generator is asked between two lines and closed.
    """

    def __init__(self, lines: Iterator[str], lane: Lane, headers: Mapping[str, str] = HEADERS):
        super().__init__(headers=dict(headers), media_type=MEDIA)
        del self.headers["content-length"]
        self.lines, self.lane = lines, lane

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        line = await asyncio.wrap_future(self.lane.submit(self._next))
        try:
            await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
            while line is not None and not await request.is_disconnected():
                await send({"type": "http.response.body", "body": line.encode(), "more_body": True})
                line = await self._later()
            await send({"type": "http.response.body", "body": b"", "more_body": False})
        except OSError:  # how some servers say that the other end is gone
            pass
        finally:
            close = getattr(self.lines, "close", None)
            if close:
                await run_in_threadpool(close)

    def _next(self) -> str | None:
        return next(self.lines, None)

    async def _later(self) -> str | None:
        while True:
            try:
                return await asyncio.wrap_future(self.lane.submit(self._next))
            except BusyError:
                await asyncio.sleep(PAUSE)
