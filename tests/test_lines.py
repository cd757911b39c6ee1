"""Answers line by line: one training for a class that asks for it, none for nobody, and so many at a time."""

import asyncio
import json
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from test_front import LONG_WAIT, ask, door, forever  # noqa: F401

from engines.training import results
from web import lanes, lines
from web.lanes import BusyError, Lane
from web.lines import OPEN, Lines

TRAINING = "/api/training?data=xor&model=mlp:width=16,depth=2&steps=1000&run=sgd:lr=0.1&format=ndjson"


@pytest.fixture
def lane():
    own = Lane("test", threads=1, waiting=4, patience=LONG_WAIT, again=1)
    yield own
    own.pool.shutdown()


class Counting:
    """Some lines; how many have been worked out, and whether nobody wants more. Each waits to be allowed."""

    def __init__(self, count: int):
        self.count, self.made, self.closed, self.allowed = count, 0, False, threading.Semaphore(0)

    def __call__(self):
        try:
            for k in range(self.count):
                assert self.allowed.acquire(timeout=LONG_WAIT)
                self.made += 1
                yield f"{k}\n"
        finally:
            self.closed = True

    def allow(self, count: int) -> None:
        self.allowed.release(count)


def run(lesson):
    """In a thread: a browser test in this process may be running a loop of its own in this one."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, lesson).result()


async def until(holds) -> None:
    async with asyncio.timeout(LONG_WAIT):
        while not holds():
            await asyncio.sleep(0.005)


def test_a_class_listens_to_one_work_from_its_beginning(lane):
    work = Counting(5)

    async def lesson():
        first = [asyncio.create_task(ask(Lines("k", work, lane), "/")) for _ in range(20)]
        work.allow(3)
        await until(lambda: work.made == 3)
        late = asyncio.create_task(ask(Lines("k", work, lane), "/"))
        await until(lambda: OPEN["k"].listeners == 21)
        work.allow(2)
        return await asyncio.gather(*first, late)

    heard = run(lesson())
    assert {(status, body) for status, _, body in heard} == {(200, b"0\n1\n2\n3\n4\n")}
    assert work.made == 5
    assert work.closed
    assert not OPEN


def test_it_goes_on_while_one_listens_and_ends_when_the_last_has_left(lane):
    work = Counting(50)

    async def lesson():
        leaves = [asyncio.Event(), asyncio.Event()]
        heard = [asyncio.create_task(ask(Lines("k", work, lane), "/", gone=gone)) for gone in leaves]
        work.allow(2)
        await until(lambda: work.made == 2)
        leaves[0].set()
        await heard[0]
        work.allow(2)
        await until(lambda: work.made == 4)
        leaves[1].set()
        await heard[1]
        work.allow(1)  # the line that was begun
        await until(lambda: work.closed)
        return [body for _, _, body in (await asyncio.gather(*heard))]

    short, longer = run(lesson())
    assert longer.startswith(short)
    assert work.made == 5
    assert not OPEN


def test_so_many_at_a_time_and_then_there_is_room_again(lane, monkeypatch):
    monkeypatch.setattr(lines, "MOST", 2)
    works = [Counting(1) for _ in range(3)]

    async def lesson():
        two = [asyncio.create_task(ask(Lines(str(i), works[i], lane), "/")) for i in range(2)]
        await until(lambda: len(OPEN) == 2)
        with pytest.raises(BusyError):
            await ask(Lines("2", works[2], lane), "/")
        same = asyncio.create_task(ask(Lines("1", works[1], lane), "/"))
        for work in works:
            work.allow(1)
        status = [(await one)[0] for one in (*two, same)]
        return [*status, (await ask(Lines("2", works[2], lane), "/"))[0]]

    assert run(lesson()) == [200] * 4
    assert [work.made for work in works] == [1, 1, 1]


def test_who_takes_nothing_keeps_nobody_waiting(lane, monkeypatch):
    """The work is done as fast as it can be, and who never reads is given up."""
    monkeypatch.setattr(lines, "STALLED", 0.05)
    work = Counting(5)

    async def stuck(message):
        if message["type"] == "http.response.body":
            await asyncio.Event().wait()

    async def lesson():
        slow = asyncio.create_task(Lines("k", work, lane)({"type": "http"}, forever, stuck))
        other = asyncio.create_task(ask(Lines("k", work, lane), "/"))
        work.allow(5)
        await asyncio.wait_for(slow, LONG_WAIT)
        return await other

    assert run(lesson())[2] == b"0\n1\n2\n3\n4\n"


def test_what_goes_wrong_is_told_to_all_and_leaves_no_work_behind(lane):
    def wrong():
        raise ZeroDivisionError
        yield ""

    async def lesson():
        both = (ask(Lines("k", wrong, lane), "/") for _ in range(2))
        return await asyncio.gather(*both, return_exceptions=True)

    assert [type(error) for error in run(lesson())] == [ZeroDivisionError] * 2
    assert not OPEN


def test_a_class_that_opens_a_training_costs_one(door, monkeypatch):  # noqa: F811
    begun, original = [], results.pieces
    monkeypatch.setattr(results, "pieces", lambda *args: begun.append(args) or original(*args))

    async def lesson():
        return await asyncio.gather(*(ask(door, TRAINING) for _ in range(lanes.LENGTHY.room + 10)))

    heard = run(lesson())
    assert {status for status, _, _ in heard} == {200}
    assert len({body for _, _, body in heard}) == 1
    assert len(begun) == 1
    _, piece, *_, end = map(json.loads, run(ask(door, TRAINING))[2].splitlines())
    assert len(begun) == 1, "what is at hand is not computed again"
    assert len(piece["loss"]) == 1000
    assert piece["share"] == 1
    assert end == {"done": True}
