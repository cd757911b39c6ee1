"""The cache of answers: each is computed once, nobody waits for another's, and a failure is not kept."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from web.once import once

LONG = 30  # seconds after which a wait counts as one without end


class Kitchen:
    """Computes `key` → `key` upper case. A key in `gates` waits for its gate; `started` says who has begun."""

    def __init__(self, *slow: str):
        self.computed: list[str] = []
        self.gates = {key: threading.Event() for key in slow}
        self.started = {key: threading.Event() for key in slow}

    def cook(self, key: str) -> str:
        self.computed.append(key)
        if key in self.gates:
            self.started[key].set()
            assert self.gates[key].wait(LONG)
        if key == "burnt":
            raise ValueError(f"burnt {self.computed.count(key)} times")
        return key.upper()


@pytest.fixture
def pool():
    with ThreadPoolExecutor(8) as threads:
        yield threads


def test_an_answer_is_computed_once_for_all_who_wait(pool):
    kitchen = Kitchen("a")
    order = once(4)(kitchen.cook)
    first = pool.submit(order, "a")
    assert kitchen.started["a"].wait(LONG)
    others = [pool.submit(order, "a") for _ in range(6)]
    kitchen.gates["a"].set()
    assert [waiting.result(LONG) for waiting in [first, *others]] == ["A"] * 7
    assert kitchen.computed == ["a"]


def test_a_kept_answer_waits_for_nobody(pool):
    kitchen = Kitchen("slow")
    order = once(4)(kitchen.cook)
    order("kept")
    slow = pool.submit(order, "slow")
    assert kitchen.started["slow"].wait(LONG)
    assert pool.submit(order, "kept").result(LONG) == "KEPT"
    assert not slow.done()
    kitchen.gates["slow"].set()
    assert slow.result(LONG) == "SLOW"


def test_different_answers_are_computed_side_by_side(pool):
    kitchen = Kitchen("a", "b")
    order = once(4)(kitchen.cook)
    both = [pool.submit(order, key) for key in "ab"]
    assert all(kitchen.started[key].wait(LONG) for key in "ab")  # both have begun, and neither is done
    for gate in kitchen.gates.values():
        gate.set()
    assert [one.result(LONG) for one in both] == ["A", "B"]


def test_a_failure_wakes_all_who_wait_and_is_not_kept(pool):
    kitchen = Kitchen("burnt")
    order = once(4)(kitchen.cook)
    first = pool.submit(order, "burnt")
    assert kitchen.started["burnt"].wait(LONG)
    others = [pool.submit(order, "burnt") for _ in range(3)]
    kitchen.gates["burnt"].set()
    for waiting in [first, *others]:
        assert isinstance(waiting.exception(LONG), ValueError)
    before = kitchen.computed.count("burnt")
    with pytest.raises(ValueError, match=f"burnt {before + 1} times"):
        order("burnt")


def test_the_answer_used_longest_ago_goes_first():
    kitchen = Kitchen()
    order = once(2)(kitchen.cook)
    for key in ("a", "b", "a", "c", "a", "b"):
        order(key)
    assert kitchen.computed == ["a", "b", "c", "b"]


def test_arguments_are_told_apart_and_the_name_is_kept():
    calls = []

    @once(4)
    def add(*numbers):
        calls.append(numbers)
        return sum(numbers)

    assert [add(1, 2), add(2, 1), add(), add(1, 2)] == [3, 3, 0, 3]
    assert calls == [(1, 2), (2, 1), ()]
    assert add.__name__ == "add"
