"""A worker from its first moment to its last: warm-up, pulse, and an end that lets go."""

from __future__ import annotations

import asyncio
import concurrent.futures
import contextlib
import os
import sys
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

from web import lanes, telemetry, warm
from web.memory import PULSE

Visit = Coroutine[Any, Any, None]
TURN = 0.0005  # seconds for which a thread may keep the interpreter while another waits; Python's own 0.005 is felt in a drag


@asynccontextmanager
async def looked_after(visit: Callable[[], Visit], *more: Callable[[], object]) -> AsyncIterator[None]:
    """Around the life of a server: in the background its first page is compiled and opened by `visit`, then `more` is done."""
    telemetry.begin()
    sys.setswitchinterval(TURN)
    pulse = asyncio.create_task(PULSE.beat(), name="pulse")
    try:
        with warm.in_background(partial(_opened, visit, asyncio.get_running_loop()), *more):
            yield
    finally:
        warm.READY.clear()
        pulse.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await pulse
        lanes.close()
        telemetry.end()


def _opened(visit: Callable[[], Visit], loop: asyncio.AbstractEventLoop) -> bool:
    """Make the visit from another thread than the one the server runs in; False where the server ends meanwhile.

    A visit that fails costs the first visitor a moment, and a line in the log.
    """
    visiting = visit()
    try:
        asyncio.run_coroutine_threadsafe(visiting, loop).result()
    except concurrent.futures.CancelledError:
        return False
    except Exception as error:
        visiting.close()
        if loop.is_closed():
            return False
        telemetry.LINES.line(event="not visited", why=f"{type(error).__name__}: {error}"[:300], worker=os.getpid())
    return True
