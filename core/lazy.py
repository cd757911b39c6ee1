"""A property that is worked out when it is first asked for, and kept with its object."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, TypeVar, overload

T = TypeVar("T")


class lazy(Generic[T]):  # noqa: N801  a decorator, as `property` is
    """functools.cached_property without its lock.

    Before Python 3.12 that is one lock for all objects of a class: a value that takes seconds would keep those of all others
    waiting. Two threads that ask at once both work the value out, so it must not matter which one stays.
    """

    def __init__(self, work: Callable[[Any], T]):
        self.work, self.__doc__ = work, work.__doc__

    @overload
    def __get__(self, of: None, owner: Any = None) -> lazy[T]: ...
    @overload
    def __get__(self, of: object, owner: Any = None) -> T: ...
    def __get__(self, of: Any, owner: Any = None) -> Any:
        if of is None:
            return self
        value = of.__dict__[self.work.__name__] = self.work(of)
        return value
