"""A cache that computes each answer once, however many ask for it at the same moment."""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def once(maxsize: int) -> Callable[[Callable[..., T]], Callable[..., T]]:
    """Like lru_cache, but those who come while an answer is being computed wait for it and share it."""

    def wrap(fn: Callable[..., T]) -> Callable[..., T]:
        cached, lock = functools.lru_cache(maxsize)(fn), threading.Lock()

        @functools.wraps(fn)
        def call(*args) -> T:
            with lock:
                return cached(*args)

        return call

    return wrap
