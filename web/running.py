"""A worker from its first moment to its last: warm-up, pulse, and an end that lets go."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from web import lanes, telemetry, warm
from web.memory import PULSE


@asynccontextmanager
async def looked_after(*more: Callable[[], object]) -> AsyncIterator[None]:
    """Around the life of a server; `more` is done in the background once the first page is compiled."""
    telemetry.begin()
    pulse = asyncio.create_task(PULSE.beat(), name="pulse")
    try:
        with warm.in_background(*more):
            yield
    finally:
        warm.READY.clear()
        pulse.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await pulse
        lanes.close()
        telemetry.end()
