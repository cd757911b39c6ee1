"""The threads that computing is spread over: one for each processor for what is short, and as many for what takes long.

They are kept, because memory that a dead thread gave back is used by few. What runs on them must not wait for others there, and
nothing long may run where a hand on a slider waits. Who waits for them holds no lock that what runs there may want: no shelf's,
as whoever puts something on one looks at all of them.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice
from typing import TypeVar

Item = TypeVar("Item")
PROCESSORS = os.cpu_count() or 1
POOL = ThreadPoolExecutor(PROCESSORS, "compute")
LONG = ThreadPoolExecutor(PROCESSORS, "long")


def in_turn(works: Iterable[Iterator[Item]]) -> Iterator[Item]:
    """What some lines of work yield: first the first of each, then the second. As many are under way as there are processors.

    The order does not depend on how fast any of them is. Closing it begins nothing more; an item that is under way is dropped.
    """
    waiting = iter(works)

    def begin(work: Iterator[Item]) -> tuple[Iterator[Item], Future[Item | None]]:
        return work, LONG.submit(next, work, None)

    going = deque(map(begin, islice(waiting, PROCESSORS)))
    while going:
        work, coming = going.popleft()
        item = coming.result()
        if item is not None:
            going.append(begin(work))
            yield item
        elif following := next(waiting, None):
            going.append(begin(following))
