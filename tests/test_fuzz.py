"""Random addresses of every route, most valid and many not, in this process. `make fuzz` asks 10,000 of a real server."""

from collections import Counter
from itertools import islice
from threading import Event

import pytest

from benchmarks.addresses import addresses, paths
from web import warm
from web.front import Front
from web.routes import ROUTES

COUNT = 120


def test_every_route_is_among_them():
    assert {path for path, _ in paths()} == {route.path for route in ROUTES if "{" not in route.path}


def test_the_same_seed_gives_the_same_addresses():
    assert list(islice(addresses(3), 20)) == list(islice(addresses(3), 20)) != list(islice(addresses(4), 20))


@pytest.mark.parametrize("films", [False, True])
def test_no_address_breaks_anything(client, films, monkeypatch):
    """An exception in a handler is raised here, so every answer that comes is one that was meant."""
    assert isinstance(client.app, Front)
    statuses: Counter[int] = Counter()
    monkeypatch.setattr(warm, "READY", Event())
    warm.READY.set()  # or /readyz says 503
    for address in islice(addresses(7, lambda path: path.endswith(".gif") == films), 6 if films else COUNT):
        reply = client.get(address)
        for _ in range(9):  # on a machine with much else to do compiling may take longer than the patience of a line
            reply = client.get(address) if reply.status == 503 else reply
        statuses[reply.status] += 1
        assert reply.status in (200, 400, 404), address
        assert b"Traceback" not in reply.body, address
        if reply.status == 400 and reply.headers["content-type"] == "application/json":
            assert reply.json()["error"], address
        assert reply.headers["x-content-type-options"] == "nosniff"
    assert films or min(statuses[200], statuses[400]) > COUNT / 8, statuses
