"""An answer that is sent line by line while it is being computed, and stops when nobody listens any more."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

MEDIA = "application/x-ndjson"
# Lines are sent as they come: nothing on the way is to keep, collect or pack them.
HEADERS = {
    "Cache-Control": "no-store", "Content-Encoding": "identity", "X-Accel-Buffering": "no", "Access-Control-Allow-Origin": "*",
}  # fmt: skip

AT_ONCE = 4  # streams that are computed at the same time; the next one is told to come again
_free = threading.BoundedSemaphore(AT_ONCE)


class Lines(Response):
    """Sends what `lines` yields; each line is computed in a thread, and none is begun for a connection that is closed.

    Starlette's own StreamingResponse waits for the end of a connection in a task of its own, and so leaves a thread at work
    that nobody can stop; here the generator is asked between two lines and closed.
    """

    def __init__(self, lines: Iterator[str], headers: Mapping[str, str] = HEADERS):
        super().__init__(headers=dict(headers), media_type=MEDIA)
        del self.headers["content-length"]
        self.lines = lines

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not _free.acquire(blocking=False):
            await Response(status_code=503, headers={"Retry-After": "5"})(scope, receive, send)
            return
        try:
            await self._send(scope, receive, send)
        finally:
            _free.release()

    async def _send(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        try:
            while not await request.is_disconnected():
                line = await run_in_threadpool(next, self.lines, None)
                if line is None:
                    break
                await send({"type": "http.response.body", "body": line.encode(), "more_body": True})
            await send({"type": "http.response.body", "body": b"", "more_body": False})
        except OSError:  # how some servers say that the other end is gone
            pass
        finally:
            close = getattr(self.lines, "close", None)
            if close:
                await run_in_threadpool(close)
