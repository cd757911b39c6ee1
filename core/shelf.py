"""What was computed last, kept until there is too much of it, or until somebody needs the room."""

from __future__ import annotations

import contextlib
import ctypes
import threading
import weakref
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any, Generic, TypeVar

T = TypeVar("T")
_SHELVES: weakref.WeakSet[Shelf[Any]] = weakref.WeakSet()
TOGETHER = 600_000_000  # bytes on all shelves of a process


def empty_all() -> None:
    """Of every shelf all that nobody is using just now: it can be computed again."""
    for shelf in list(_SHELVES):
        shelf.empty()


def give_back() -> None:
    """What has been freed goes back to the system; glibc would keep a gigabyte of it, in pieces that the next does not fit."""
    with contextlib.suppress(OSError, AttributeError, TypeError):  # another C library
        ctypes.CDLL(None).malloc_trim(0)


def give_way(to: Shelf[Any], held: int) -> None:
    """Make room for so many bytes on one shelf: the fullest of the others gives way, until all fit together."""
    others = [shelf for shelf in list(_SHELVES) if shelf is not to]
    while sum(shelf.bytes for shelf in others) > max(TOGETHER - held, 0):
        max(others, key=lambda shelf: shelf.bytes).drop()


class Shelf(Generic[T]):
    """Values by their keys; the least recently used go when `most` bytes are full, the last one never does.

    All shelves of a process hold TOGETHER at most: where there is more, others give way to what has just been put.
    """

    def __init__(self, most: int, size: Callable[[T], int]):
        self.most, self.size = most, size
        self.kept: OrderedDict[Hashable, T] = OrderedDict()
        self.lock = threading.Lock()
        _SHELVES.add(self)

    def find(self, key: Hashable) -> T | None:
        with self.lock:
            if key in self.kept:
                self.kept.move_to_end(key)
            return self.kept.get(key)

    def put(self, key: Hashable, value: T) -> None:
        with self.lock:
            self.kept[key] = value
            while len(self.kept) > 1 and self.held() > self.most:
                self.kept.popitem(last=False)
        give_way(self, self.bytes)

    @property
    def bytes(self) -> int:
        """What it holds."""
        with self.lock:
            return self.held()

    def held(self) -> int:
        """The same, for who has the lock."""
        return sum(map(self.size, self.kept.values()))

    def drop(self) -> None:
        """Of what is there, the least recently used."""
        with self.lock:
            if self.kept:
                self.kept.popitem(last=False)

    def empty(self) -> None:
        with self.lock:
            self.kept.clear()
