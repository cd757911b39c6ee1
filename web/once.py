"""A cache that computes each answer once, however many ask for it at the same moment, and holds so many bytes and no more."""

from __future__ import annotations

import functools
import threading
import weakref
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, Generic, TypeVar

import jax
import numpy as np

T = TypeVar("T")
MEGABYTE = 10**6
_SHELVES: weakref.WeakSet[_Shelf] = weakref.WeakSet()


def once(maxsize: int, megabytes: float = 64) -> Callable[[Callable[..., T]], Callable[..., T]]:
    """Like lru_cache, but those who come while an answer is being computed wait for it and share it.

    Nobody waits for another's answer: the lock is held only while the shelf is read or changed. An exception goes to all
    who wait for that answer and is not kept. At most `maxsize` answers are kept, and of them no more than `megabytes`.
    """

    def wrap(fn: Callable[..., T]) -> Callable[..., T]:
        shelf: _Shelf[T] = _Shelf(maxsize, int(megabytes * MEGABYTE))
        _SHELVES.add(shelf)

        @functools.wraps(fn)
        def call(*args) -> T:
            answer, mine = shelf.take(args)
            if mine:
                shelf.fill(args, answer, fn)
            return answer.result()

        call.shelf = shelf  # type: ignore[attr-defined]
        return call

    return wrap


def held() -> int:
    """Bytes on all shelves."""
    return sum(shelf.bytes for shelf in list(_SHELVES))


def forget() -> None:
    """Empty all shelves; what is on its way still arrives."""
    for shelf in list(_SHELVES):
        shelf.empty()


def weight(value: Any) -> int:
    """Bytes that a value holds on to, about: arrays (all of one that is looked at in part), text, and what holds them."""
    total, seen, todo = 0, set(), [value]
    while todo:
        one = todo.pop()
        if id(one) in seen or one is None or isinstance(one, (type, bool, int, float, complex, np.generic)) or callable(one):
            continue
        seen.add(id(one))
        if isinstance(one, np.ndarray):
            base = one.base
            if base is None or not isinstance(base, (np.ndarray, jax.Array)):
                total += one.nbytes
            else:
                todo.append(base)
        elif isinstance(one, jax.Array):
            total += one.nbytes
        elif isinstance(one, (str, bytes, bytearray, memoryview)):
            total += len(one)
        elif isinstance(one, dict):
            total += 64 * len(one)
            todo.extend(one.values())
        elif isinstance(one, (list, tuple, set, frozenset)):
            total += 8 * len(one)
            todo.extend(one)
        else:
            todo.append(getattr(one, "__dict__", None))
    return total


class _Shelf(Generic[T]):
    """Answers by arguments, those used last at the end. Answers on their way are apart, so none of them is ever dropped."""

    def __init__(self, maxsize: int, most: int):
        self.maxsize, self.most, self.lock = maxsize, most, threading.Lock()
        self.done: OrderedDict[tuple, tuple[Future[T], int]] = OrderedDict()
        self.coming: dict[tuple, Future[T]] = {}
        self.bytes = 0

    def take(self, args: tuple) -> tuple[Future[T], bool]:
        """The answer, and whether the caller is the one who has to compute it."""
        with self.lock:
            if args in self.done:
                self.done.move_to_end(args)
                return self.done[args][0], False
            if args in self.coming:
                return self.coming[args], False
            return self.coming.setdefault(args, Future()), True

    def fill(self, args: tuple, answer: Future[T], fn: Callable[..., T]) -> None:
        """Compute what was taken, and hand it to all who wait."""
        size = 0
        try:
            made = fn(*args)
            size = weight(made)
            answer.set_result(made)
        except BaseException as error:  # also a KeyboardInterrupt, or those who wait would wait for ever
            answer.set_exception(error)
        with self.lock:
            del self.coming[args]
            if answer.exception() is None and size <= self.most:
                self.done[args] = answer, size
                self.bytes += size
            while len(self.done) > self.maxsize or self.bytes > self.most:
                self.bytes -= self.done.popitem(last=False)[1][1]

    def empty(self) -> None:
        with self.lock:
            self.done.clear()
            self.bytes = 0
