"""A cache that computes each answer once, however many ask for it at the same moment."""

from __future__ import annotations

import functools
import threading
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future
from typing import Generic, TypeVar

T = TypeVar("T")


def once(maxsize: int) -> Callable[[Callable[..., T]], Callable[..., T]]:
    """Like lru_cache, but those who come while an answer is being computed wait for it and share it.

    Nobody waits for another's answer: the lock is held only while the shelf is read or changed. An exception goes to all
    who wait for that answer and is not kept.
    """

    def wrap(fn: Callable[..., T]) -> Callable[..., T]:
        shelf: _Shelf[T] = _Shelf(maxsize)

        @functools.wraps(fn)
        def call(*args) -> T:
            answer, mine = shelf.take(args)
            if mine:
                shelf.fill(args, answer, fn)
            return answer.result()

        return call

    return wrap


class _Shelf(Generic[T]):
    """Answers by arguments, those used last at the end. Answers on their way are apart, so none of them is ever dropped."""

    def __init__(self, maxsize: int):
        self.maxsize, self.lock = maxsize, threading.Lock()
        self.done: OrderedDict[tuple, Future[T]] = OrderedDict()
        self.coming: dict[tuple, Future[T]] = {}

    def take(self, args: tuple) -> tuple[Future[T], bool]:
        """The answer, and whether the caller is the one who has to compute it."""
        with self.lock:
            if args in self.done:
                self.done.move_to_end(args)
                return self.done[args], False
            if args in self.coming:
                return self.coming[args], False
            return self.coming.setdefault(args, Future()), True

    def fill(self, args: tuple, answer: Future[T], fn: Callable[..., T]) -> None:
        """Compute what was taken, and hand it to all who wait."""
        try:
            answer.set_result(fn(*args))
        except BaseException as error:  # also a KeyboardInterrupt, or those who wait would wait for ever
            answer.set_exception(error)
        with self.lock:
            del self.coming[args]
            if answer.exception() is None:
                self.done[args] = answer
            while len(self.done) > self.maxsize:
                self.done.popitem(last=False)
