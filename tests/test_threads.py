"""Lines of work that are under way together, and the order in which what they yield is passed on."""

import threading

import pytest

from core import threads
from core.threads import in_turn


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
