"""Lines of work that are under way together, and the order in which what they yield is passed on."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from core import shelf, threads
from core.lazy import lazy
from core.threads import in_turn
from engines.signal import network as networks
from engines.signal import statistics


@pytest.fixture(autouse=True)
def two(monkeypatch):
    monkeypatch.setattr(threads, "PROCESSORS", 2)


def test_two_are_under_way_and_take_turns():
    assert list(in_turn(iter(work) for work in ("abc", "x", "12"))) == ["a", "x", "b", "c", "1", "2"]
    assert list(in_turn([])) == []


def test_the_order_does_not_depend_on_who_is_faster():
    second = threading.Event()

    def slow():
        assert second.wait(30), "the other is computed meanwhile"
        yield "slow"

    def fast():
        second.set()
        yield "fast"

    assert list(in_turn([slow(), fast()])) == ["slow", "fast"]


def test_what_nobody_listens_to_is_not_begun():
    begun = []

    def work(name):
        begun.append(name)
        yield from range(3)

    items = in_turn(work(name) for name in "abc")
    assert [next(items), next(items)] == [0, 0]
    items.close()
    assert begun == ["a", "b"]


def test_an_error_is_raised_to_who_listens():
    def broken():
        yield 1
        raise ValueError("broken")

    items = in_turn([broken()])
    assert next(items) == 1
    with pytest.raises(ValueError, match="broken"):
        next(items)


def test_a_value_that_takes_long_keeps_no_other_object_waiting():
    """As functools.cached_property does before Python 3.12: one formula's minima would hold up every race."""
    begun, go_on = threading.Event(), threading.Event()

    class Thing:
        def __init__(self, work):
            self.work = work

        @lazy
        def value(self):
            """Its value."""
            return self.work()

    def slow():
        begun.set()
        return go_on.wait(30)

    with ThreadPoolExecutor(1) as other:
        waiting = other.submit(lambda: Thing(slow).value)
        assert begun.wait(30)
        try:
            quick = Thing(iter((1, 2)).__next__)
            assert (quick.value, quick.value) == (1, 1), "worked out once"
        finally:
            go_on.set()
        assert waiting.result()
    assert Thing.value.__doc__ == "Its value."


def test_what_the_pool_works_on_may_look_at_every_shelf(monkeypatch):
    """A training that put its samples on a shelf looked at those of all others; one was held by who waited for the pool."""
    plain, seen = statistics._drawn, []

    def drawn(values, key):
        seen.append(sum(one.bytes for one in shelf._SHELVES))
        return plain(values, key)

    monkeypatch.setattr(statistics, "_drawn", drawn)
    network = networks.parse([("depth", "3"), ("width", "16"), ("seed", "987")])[0]
    work = threading.Thread(target=statistics.measure, args=(network,), daemon=True)
    work.start()
    work.join(60)
    assert not work.is_alive()
    assert len(seen) == 3
