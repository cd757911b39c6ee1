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
_SHELVES: weakref.WeakSet[Once] = weakref.WeakSet()


def once(maxsize: int, megabytes: float = 64) -> Callable[[Callable[..., T]], Once[T]]:
    """Like lru_cache, but those who come while an answer is being computed wait for it and share it.

    Nobody waits for another's answer: the lock is held only while the shelf is read or changed. An exception goes to all
    who wait for that answer and is not kept. At most `maxsize` answers are kept, and of them no more than `megabytes`.
    """
    return lambda fn: Once(fn, maxsize, int(megabytes * MEGABYTE))


def held() -> int:
    """Bytes on all shelves."""
    return sum(shelf.bytes for shelf in list(_SHELVES))


def forget() -> None:
    """Empty all shelves; what is on its way still arrives."""
    for shelf in list(_SHELVES):
        shelf.empty()


def weight(value: Any) -> int:
    """Bytes that a value holds on to, about: arrays (all of one that is looked at in part), text, and what holds them.

    What knows by itself says so by `nbytes`.
    """
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
        elif (said := getattr(one, "nbytes", None)) is not None:
            total += said
        else:
            todo.append(getattr(one, "__dict__", None))
    return total


class _Key:
    """Arguments whose hash is worked out once: a shelf asks for it five times, and a value is a tree."""

    __slots__ = ("args", "hash")

    def __init__(self, args: tuple):
        self.args, self.hash = args, hash(args)

    def __hash__(self) -> int:
        return self.hash

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Key) and self.args == other.args


class Once(Generic[T]):
    """A function and its answers by arguments, those used last at the end. Those on their way are apart, so none is dropped."""

    def __init__(self, fn: Callable[..., T], maxsize: int, most: int):
        self.fn, self.maxsize, self.most, self.lock = fn, maxsize, most, threading.Lock()
        self.done: OrderedDict[_Key, tuple[Future[T], int]] = OrderedDict()
        self.coming: dict[_Key, Future[T]] = {}
        self.bytes = 0
        functools.update_wrapper(self, fn)
        _SHELVES.add(self)

    def __call__(self, *args: Any) -> T:
        key = _Key(args)
        answer, mine = self._take(key)
        if mine:
            self._fill(key, answer)
        return answer.result()

    def kept(self, *args: Any) -> T | None:
        """The answer if it is there; nothing is computed and nobody waits."""
        entry = self.done.get(_Key(args))
        return entry[0].result() if entry else None

    def empty(self) -> None:
        with self.lock:
            self.done.clear()
            self.bytes = 0

    def _take(self, key: _Key) -> tuple[Future[T], bool]:
        """The answer, and whether the caller is the one who has to compute it."""
        with self.lock:
            if key in self.done:
                self.done.move_to_end(key)
                return self.done[key][0], False
            if key in self.coming:
                return self.coming[key], False
            return self.coming.setdefault(key, Future()), True

    def _fill(self, key: _Key, answer: Future[T]) -> None:
        """Compute what was taken, and hand it to all who wait."""
        size = 0
        try:
            made = self.fn(*key.args)
            size = weight(made)
            answer.set_result(made)
        except BaseException as error:  # also a KeyboardInterrupt, or those who wait would wait for ever
            answer.set_exception(error)
        with self.lock:
            del self.coming[key]
            if answer.exception() is None and size <= self.most:
                self.done[key] = answer, size
                self.bytes += size
            while len(self.done) > self.maxsize or self.bytes > self.most:
                self.bytes -= self.done.popitem(last=False)[1][1]
