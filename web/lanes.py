"""Lines of work: what takes long waits apart from what is quick, and a line that is full says so at once.

Each kind of work has threads of its own and a bounded line in front of them. Whoever comes to a full line, or has waited for
longer than the line's patience, gets status 503 with Retry-After; what was begun goes on, and is there when they come again.
"""

from __future__ import annotations

import asyncio
import os
import sys
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from core.page import AT_ONCE, LONG, QUICK

HUMBLE = 10  # of 19: what fills the cache beside the server is humbler still


class BusyError(Exception):
    """No room. `seconds` is when to come again."""

    def __init__(self, lane: str, seconds: int):
        super().__init__(f"{lane}: busy")
        self.lane, self.seconds = lane, seconds


def _give_way() -> None:
    """Leave the processor to the server's loop, in this thread and those it starts: a hand on a slider comes first."""
    if sys.platform == "linux":  # elsewhere a thread has no priority of its own
        me = os.PRIO_PROCESS, threading.get_native_id()
        os.setpriority(*me, max(os.getpriority(*me), HUMBLE))


class Lane:
    """Threads for one kind of work, and the line in front of them.

    Args:
      threads: how many are worked on at a time. waiting: how many more may stand in line.
      patience: seconds after which one who waits is sent away.
      again: seconds after which one who was sent away may come again.
    """

    def __init__(self, name: str, threads: int, waiting: int, patience: float, again: int):
        self.name, self.room, self.patience, self.again = name, threads + waiting, patience, again
        self.pool = ThreadPoolExecutor(threads, name, initializer=_give_way)
        self.inside, self._lock = 0, threading.Lock()

    def busy(self) -> BusyError:
        return BusyError(self.name, self.again)

    def submit(self, work: Callable[[], Any]) -> Future:
        """Stand in line, or BusyError at once."""
        with self._lock:
            if self.inside >= self.room:
                raise self.busy()
            self.inside += 1
        try:
            future = self.pool.submit(work)
        except RuntimeError:  # the server is ending
            self._leave()
            raise self.busy() from None
        future.add_done_callback(self._leave)
        return future

    def _leave(self, *_: Any) -> None:
        with self._lock:
            self.inside -= 1

    async def run(self, work: Callable[[], Any]) -> Any:
        """What `work` returns; BusyError where there is no room, or not in time. Work that nobody awaits is not begun."""
        future = self.submit(work)
        try:
            return await asyncio.wait_for(asyncio.shield(asyncio.wrap_future(future)), self.patience)
        except TimeoutError:
            raise self.busy() from None
        finally:
            future.cancel()


# A lecture of 200 that drags sends 200 questions at a time at most: each player has one in flight.
NUMBERS = Lane("numbers", threads=2, waiting=256, patience=30, again=1)
LENGTHY = Lane("long", threads=1, waiting=32, patience=60, again=4)
PICTURES = Lane("pictures", threads=2, waiting=32, patience=60, again=2)
FILMS = Lane("films", threads=1, waiting=6, patience=120, again=8)
LANES = (NUMBERS, LENGTHY, PICTURES, FILMS)
PACES: dict[str, Lane | None] = {AT_ONCE: None, QUICK: NUMBERS, LONG: LENGTHY}


def close() -> None:
    """The server ends: what has not begun is dropped."""
    for lane in LANES:
        lane.pool.shutdown(wait=False, cancel_futures=True)
