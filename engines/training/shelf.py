"""What was computed last, kept until there is too much of it."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

T = TypeVar("T")


class Shelf(Generic[T]):
    """Values by their keys; the least recently used go when `most` bytes are full, the last one never does."""

    def __init__(self, most: int, size: Callable[[T], int]):
        self.most, self.size = most, size
        self.kept: OrderedDict[Hashable, T] = OrderedDict()
        self.lock = threading.Lock()

    def find(self, key: Hashable) -> T | None:
        with self.lock:
            if key in self.kept:
                self.kept.move_to_end(key)
            return self.kept.get(key)

    def put(self, key: Hashable, value: T) -> None:
        with self.lock:
            self.kept[key] = value
            while len(self.kept) > 1 and sum(map(self.size, self.kept.values())) > self.most:
                self.kept.popitem(last=False)
