"""Shelves of what was computed: each has its bytes, and all together have theirs."""

from core import shelf
from core.shelf import Shelf


def test_the_least_recently_used_goes_and_the_last_one_never_does():
    one = Shelf[bytes](100, len)
    for name in "abc":
        one.put(name, bytes(30))
    assert one.find("a")
    one.put("d", bytes(30))
    assert list(one.kept) == ["c", "a", "d"]
    one.put("large", bytes(500))
    assert list(one.kept) == ["large"]
    assert one.bytes == 500
    one.empty()
    assert one.bytes == 0


def test_where_all_hold_too_much_the_fullest_other_gives_way(monkeypatch):
    shelves = [Shelf[bytes](1000, len) for _ in range(3)]
    monkeypatch.setattr(shelf, "_SHELVES", shelves)
    monkeypatch.setattr(shelf, "TOGETHER", 1000)
    first, second, third = shelves
    for key in range(4):
        first.put(key, bytes(150))
    second.put("a", bytes(300))
    assert [one.bytes for one in shelves] == [600, 300, 0]
    third.put("a", bytes(400))
    assert [one.bytes for one in shelves] == [300, 300, 400], "the oldest two of the fullest shelf went"
    assert list(first.kept) == [2, 3]
    second.put("b", bytes(700))
    assert [one.bytes for one in shelves] == [0, 1000, 0], "what has just been put stays"
