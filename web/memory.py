"""What keeps a server within its memory: it is weighed every second; when it is heavy, all that can be computed again goes.

Three things grow. Answers and results are kept on shelves that hold so many bytes (web.once, web.reply, core.shelf).
Executables, some 2.6 MB each, are counted and thrown away together when there are too many; the disk has them, where one takes
some 60 ms. And freed memory that the C library keeps is given back. What is left over, whatever it is, is caught by weighing
the process.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import os
import time
from pathlib import Path

import jax

from core import shelf
from web import once, reply, telemetry
from web.lanes import LANES

LIMIT = "DESCENT_LAB_MEMORY"  # the environment: megabytes of one worker from which it throws away what it keeps
USUAL = 900
MOST_COMPILED = 256
APART = 10.0  # seconds between two times, so that a process that stays heavy does not spend its time on this
FAR, HURRIED = 1.15, 1.0  # so many times the limit, or what the last time left over, is far too heavy: then it is done sooner
BEAT = 0.25  # seconds between two looks at the clock


def resident() -> int:
    """Bytes of memory of this process; 0 where the system does not say."""
    with contextlib.suppress(OSError, ValueError, IndexError):
        return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    return 0


def limit() -> int:
    with contextlib.suppress(ValueError):
        return int(os.environ.get(LIMIT) or USUAL) * 10**6
    return USUAL * 10**6


class Executables:
    """Counts executables, those that come from the disk too."""

    def __init__(self):
        self.count = 0
        jax.monitoring.register_event_duration_secs_listener(self._heard)

    def _heard(self, event: str, duration_secs: float, **_: object) -> None:
        if event == "/jax/core/compile/backend_compile_duration":
            self.count += 1

    def forget(self) -> None:
        self.count = 0
        jax.clear_caches()


COMPILED = Executables()


def settle() -> None:
    """What is here now is here to stay: it is not looked through again, which would take a fifth of a second of everybody's."""
    gc.collect()
    gc.freeze()


def relieve() -> None:
    """Throw away all that can be computed again, and give the memory back."""
    telemetry.RELIEVED.inc()
    once.forget()
    reply.KEPT.empty()
    shelf.empty_all()
    COMPILED.forget()
    gc.unfreeze()
    gc.collect()
    shelf.give_back()


class Pulse:
    """Looks after one worker, a few times a second: how late its loop is, and how heavy the process.

    Attributes:
      lag: seconds by which the last beat came late. answered: requests since then.
      relieved: when the process was relieved last. left: the bytes it had then.
    """

    def __init__(self):
        self.lag, self.answered, self.relieved, self.left = 0.0, 0, 0.0, 0

    @property
    def late(self) -> bool:
        """More is asked for than can be answered: who comes now would wait for a second, behind all the others."""
        return self.lag > 1.0 and self.answered > 20

    async def beat(self) -> None:
        turns = 0
        while True:
            due = time.perf_counter() + BEAT
            await asyncio.sleep(BEAT)
            self.lag, self.answered, turns = max(time.perf_counter() - due, 0.0), 0, turns + 1
            if turns % 4 == 0:
                await self.weigh()

    async def weigh(self) -> None:
        """Relieve the process where it is too heavy, in a thread: it takes a second."""
        heavy = resident()
        telemetry.LAG.set(self.lag)
        telemetry.RESIDENT.set(heavy)
        telemetry.COMPILED.set(COMPILED.count)
        telemetry.KEPT.labels("answers").set(reply.KEPT.bytes)
        telemetry.KEPT.labels("results").set(once.held())
        for lane in LANES:
            telemetry.IN_LINE.labels(lane.name).set(lane.inside)
        too_much = heavy > limit() or COMPILED.count > MOST_COMPILED
        apart = HURRIED if heavy > FAR * max(limit(), self.left) else APART
        if too_much and time.monotonic() - self.relieved > apart:
            self.relieved = time.monotonic()
            await asyncio.to_thread(relieve)
            gc.freeze()
            self.left = resident()
            telemetry.LINES.line(event="relieved", before=heavy, after=self.left, worker=os.getpid())


PULSE = Pulse()
