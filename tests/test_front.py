"""The door of the server: what is answered before Streamlit, once for all who ask, in bounded lines and bounded memory."""

import asyncio
import base64
import gc
import gzip
import hashlib
import json
import os
import re
import secrets
import sys
import threading
import weakref
from functools import partial
from urllib.parse import quote

import numpy as np
import pytest
from prometheus_client import REGISTRY
from starlette.responses import PlainTextResponse
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from core.page import AT_ONCE, LONG, QUICK
from engines.signal import statistics
from pages import PAGES
from ui import visit
from web import front, lanes, memory, once, reply, running, telemetry, warm
from web.front import Front
from web.lanes import BusyError, Lane
from web.reply import Answer, Kept

LONG_WAIT = 30  # seconds after which a wait counts as one without end
ADDRESSES = [
    "/api/descent?steps=2",
    "/embed",
    "/export.csv?steps=2",
    "/api/nowhere",
    "/api/descent?steps=x",
    "/healthz",
    "/metrics",
]


async def ask(app, path: str, method: str = "GET", gone: asyncio.Event | None = None, **headers: str):
    """Status, headers and body of an answer; `gone` is set when the client hangs up."""
    path, _, query = path.partition("?")
    scope = {
        "type": "http", "method": method, "path": path, "query_string": query.encode(), "http_version": "1.1", "root_path": "",
        "scheme": "http", "server": ("test", 80),
        "headers": [(name.replace("_", "-").encode(), text.encode()) for name, text in headers.items()],
    }  # fmt: skip
    sent, asked = [], []

    async def receive():
        if not asked:
            asked.append(True)
            return {"type": "http.request", "body": b"", "more_body": False}
        await (gone or asyncio.Event()).wait()
        return {"type": "http.disconnect"}

    async def send(message):
        sent.append(message)

    await app(scope, receive, send)
    if not sent:
        return None, {}, b""
    named = {k.decode(): v.decode() for k, v in sent[0]["headers"]}
    return sent[0]["status"], named, b"".join(part.get("body", b"") for part in sent[1:])


async def forever():
    """What comes from a client that says no more and stays."""
    await asyncio.Event().wait()
    return {"type": "http.disconnect"}


@pytest.fixture
def door():
    async def never(scope, receive, send):
        raise AssertionError("Streamlit was asked")

    return Front(never)


@pytest.fixture
def streamlit():
    return Front(PlainTextResponse("Streamlit"), page='<script>one()</script><script type="module" src="./x.js"></script>')


# ----------------------------------------------------------------------------------------------- who answers, and with what


@pytest.mark.parametrize("path", ADDRESSES)
def test_our_addresses_never_reach_streamlit_and_set_no_cookie(door, path):
    status, headers, _ = asyncio.run(ask(door, path))
    assert status in (200, 400, 404)
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert "default-src 'none'" in headers["content-security-policy"]
    assert "set-cookie" not in headers


def test_other_addresses_are_streamlits_with_a_policy_of_their_own(streamlit):
    status, headers, body = asyncio.run(ask(streamlit, "/nowhere"))
    assert (status, body) == (200, b"Streamlit")
    assert asyncio.run(ask(streamlit, "/schedules"))[1]["content-security-policy"] == headers["content-security-policy"]
    policy = dict(part.strip().split(" ", 1) for part in headers["content-security-policy"].split(";"))
    digest = base64.b64encode(hashlib.sha256(b"one()").digest()).decode()
    assert policy["script-src"] == f"'self' blob: 'wasm-unsafe-eval' 'sha256-{digest}'"
    assert "unsafe-inline" not in policy["script-src"] + policy["default-src"]
    assert (policy["object-src"], policy["frame-ancestors"], policy["connect-src"]) == ("'none'", "'self'", "'self'")
    assert headers["x-frame-options"] == "SAMEORIGIN"


def test_nothing_can_be_uploaded(door):
    assert asyncio.run(ask(door, "/_stcore/upload_file/abc/def", "PUT"))[0] == 405
    assert asyncio.run(ask(door, "/_stcore/upload_file/abc/def"))[0] == 404


def test_an_unknown_address_of_ours_is_404_with_the_nearest(door):
    status, _, body = asyncio.run(ask(door, "/api/desent"))
    assert status == 404
    assert "/api/descent" in json.loads(body)["error"]
    assert "/api/descent" in json.loads(body)["allowed"]


def test_only_reading(door):
    status, headers, _ = asyncio.run(ask(door, "/api/descent", "POST"))
    assert (status, headers["allow"]) == (405, "GET, HEAD")
    whole, (status, headers, body) = (asyncio.run(ask(door, "/api/descent?steps=3", method)) for method in ("GET", "HEAD"))
    assert (status, body, headers["content-length"]) == (200, b"", str(len(whole[2])))


def test_a_base_path_is_taken_off():
    app = Front(PlainTextResponse("Streamlit"), base="lab")
    assert asyncio.run(ask(app, "/lab/healthz"))[2] == b"ok"
    assert asyncio.run(ask(app, "/lab/assets/player/page.js"))[0] == 200
    assert asyncio.run(ask(app, "/lab/nowhere"))[2] == b"Streamlit"
    assert b"dl-layer" in asyncio.run(ask(app, "/lab/"))[2]


def test_answers_are_packed_for_those_who_can_read_it(door):
    path = "/api/descent?steps=60&run=sgd:lr=0.0101"
    plain, packed = (asyncio.run(ask(door, path, accept_encoding=kind)) for kind in ("identity", "gzip, br"))
    assert gzip.decompress(packed[2]) == plain[2]
    assert (packed[1]["content-encoding"], packed[1]["vary"]) == ("gzip", "Accept-Encoding")
    assert "content-encoding" not in plain[1]
    binary = asyncio.run(ask(door, path + "&format=bin", accept_encoding="gzip"))
    assert binary[1]["content-encoding"] == "identity"
    again = asyncio.run(ask(door, path, if_none_match=packed[1]["etag"]))
    assert again[::2] == (304, b"")


def test_what_is_wrong_is_found_also_while_computing(door):
    status, _, body = asyncio.run(ask(door, "/api/tune?runs=7&run=sgd"))
    assert (status, json.loads(body)["field"]) == (400, "runs")


# --------------------------------------------------------------------------------------------------------- no work twice


def counted(monkeypatch, page="race"):
    """How often a page's numbers are computed."""
    computed, usual = [], PAGES[page].compute
    monkeypatch.setitem(PAGES[page].__dict__, "compute", lambda value: computed.append(value) or usual(value))
    return computed


def test_a_class_that_opens_one_link_costs_one_answer(door, monkeypatch):
    computed = counted(monkeypatch)
    path = "/api/descent?steps=9&run=sgd:lr=0.0123"

    async def crowd():
        return await asyncio.gather(*(ask(door, path) for _ in range(50)))

    assert len({body for _, _, body in asyncio.run(crowd())}) == 1
    assert len(computed) == 1
    asyncio.run(ask(door, path))
    asyncio.run(ask(door, path + "&format=bin"))
    assert len(computed) == 1


def test_what_is_said_in_known_words_takes_no_thread(door, monkeypatch):
    taken, usual = [], lanes.NUMBERS.submit
    monkeypatch.setattr(lanes.NUMBERS, "submit", lambda work: taken.append(work) or usual(work))
    path = "/api/descent?format=bin&steps=40&run=sgd:lr={}"
    asyncio.run(ask(door, path.format(0.01)))
    assert taken
    taken.clear()
    asyncio.run(ask(door, path.format("0.0117")))
    assert not taken
    asyncio.run(ask(door, path.format("0.0118").replace("=40", "=4900")))  # beyond what takes no time
    assert len(taken) == 1
    asyncio.run(ask(door, path.format("0.0118") + "&run=adam"))
    assert len(taken) == 3  # words that are new are read in a thread, and computed in one


def test_the_numbers_in_a_formula_are_part_of_its_words():
    def words(formula: str, rate: str) -> bytes:
        return front._words(f"/api/descent?formula={quote(formula)}&run=sgd:lr={rate}".encode())

    assert words("x**2+y", "0.1") == words("x**2+y", "0.2")
    assert words("x**2+y", "0.1") != words("x**3+y", "0.1")


def test_every_page_says_how_long_it_takes():
    for page in PAGES.values():
        assert page.pace(page.parse([])[0]) in (AT_ONCE, QUICK, LONG)
        assert all(question.pace in (AT_ONCE, QUICK, LONG) for question in page.questions)
    assert set(lanes.PACES) == {AT_ONCE, QUICK, LONG}


# ----------------------------------------------------------------------------------------------------------------- lines


def blocked(monkeypatch, lane: str, threads: int = 1, waiting: int = 1, patience: float = LONG_WAIT):
    """A line of another size whose threads are held up until the gate opens; and how many have begun."""
    small, gate, begun = Lane(lane, threads, waiting, patience, again=7), threading.Event(), []

    def hold():
        begun.append(1)
        gate.wait(LONG_WAIT)

    return small, gate, begun, hold


def test_a_full_line_says_so_at_once_and_the_others_go_on(door, monkeypatch):
    small, gate, _, hold = blocked(monkeypatch, "pictures")
    monkeypatch.setattr("web.pictures.PICTURES", small)
    held = [small.submit(hold), small.submit(hold)]

    async def both():
        full = await asyncio.wait_for(ask(door, "/export.png?size=200x200&steps=2&lang=zh"), LONG_WAIT)
        return full, await ask(door, "/api/descent?steps=2"), await ask(door, "/healthz")

    try:
        full, numbers, health = asyncio.run(both())
    finally:
        gate.set()
    status, headers, body = full
    assert (status, headers["retry-after"], headers["cache-control"]) == (503, "7", "no-store")
    assert "7" in json.loads(body)["error"]
    assert re.search("[一-鿿]", json.loads(body)["error"])
    assert (numbers[0], health[0]) == (200, 200)
    for future in held:
        future.result(LONG_WAIT)
    assert asyncio.run(ask(door, "/export.png?size=200x200&steps=2"))[0] == 200  # and there is room again


def test_who_waits_too_long_is_sent_away_and_finds_the_answer_later(door, monkeypatch):
    slow, gate = Lane("numbers", 1, 4, patience=0.2, again=1), threading.Event()
    kept, made = Kept(), []

    def make() -> bytes:
        gate.wait(LONG_WAIT)
        made.append(1)
        return b"here"

    async def twice():
        with pytest.raises(BusyError):
            await kept.fetch("key", slow, make, forever)
        gate.set()
        return await kept.fetch("key", slow, make, forever)

    assert asyncio.run(twice()) == b"here"
    assert len(made) == 1


def test_what_nobody_waits_for_any_more_is_not_begun(monkeypatch):
    small, gate, _, hold = blocked(monkeypatch, "long", waiting=5)
    kept, made = Kept(), []

    async def hang_up():
        held, gone = small.submit(hold), asyncio.Event()

        async def receive():
            await gone.wait()
            return {"type": "http.disconnect"}

        work = lambda: made.append(1) or b""  # noqa: E731
        waiting = [asyncio.create_task(kept.fetch(key, small, work, receive)) for key in "aab"]
        await asyncio.sleep(0.05)
        assert small.inside == 3
        gone.set()
        assert await asyncio.gather(*waiting) == [None] * 3
        gate.set()
        await asyncio.wrap_future(held)
        await asyncio.sleep(0.05)

    asyncio.run(hang_up())
    assert (made, small.inside, kept.coming) == ([], 0, {})


def test_a_server_that_lags_sends_away_all_but_who_asks_how_it_is(door, monkeypatch):
    monkeypatch.setattr(memory.PULSE, "lag", 2.0)
    monkeypatch.setattr(memory.PULSE, "answered", 100)
    assert asyncio.run(ask(door, "/api/descent?steps=2"))[0] == 503
    assert asyncio.run(ask(door, "/healthz"))[0] == 200
    assert asyncio.run(ask(door, "/metrics"))[0] == 200


def test_there_are_only_so_many_sessions(monkeypatch):
    monkeypatch.setattr(front, "MOST_SESSIONS", 2)
    end = asyncio.Event()

    async def session(scope, receive, send):
        await end.wait()

    door, closed = Front(session), []

    async def visit():
        async def receive():
            return {"type": "websocket.connect"}

        async def send(message):
            closed.append(message)

        await door({"type": "websocket", "path": "/_stcore/stream"}, receive, send)

    async def class_():
        open_ = [asyncio.create_task(visit()) for _ in range(3)]
        await asyncio.sleep(0.01)
        end.set()
        await asyncio.gather(*open_)
        assert door.sessions == 0

    asyncio.run(class_())
    assert closed == [{"type": "websocket.close", "code": 1013}]


# ---------------------------------------------------------------------------------------------------------------- memory


def test_kept_answers_have_so_many_bytes_and_no_more():
    kept = Kept(most=1000)
    for i in range(50):
        kept.put(i, bytes(100))
        assert kept.bytes == sum(map(len, kept.done.values())) <= 1000
    assert list(kept.done) == list(range(40, 50))
    kept.put("large", bytes(400))  # more than a quarter: it would push out what everybody asks for
    assert "large" not in kept.done
    assert kept.get(40) is not None
    kept.put("new", bytes(100))
    assert 40 in kept.done
    assert 41 not in kept.done
    kept.put("new", bytes(10))
    assert kept.bytes == 910


def test_what_clients_have_not_taken_yet_is_bounded(monkeypatch):
    monkeypatch.setattr(reply, "MOST_SENDING", 3 * reply.PART)
    reading = asyncio.Event()
    scope = {"type": "http", "method": "GET", "headers": []}

    async def slow(message):
        if message["type"] == "http.response.body":
            await reading.wait()

    async def sending(make):
        await Answer(make, {"ETag": secrets.token_hex()}, "application/octet-stream", None, False)(scope, forever, slow)

    async def two():
        first = asyncio.create_task(sending(lambda: bytes(2 * reply.PART)))
        async with asyncio.timeout(10):
            while not reply.KEPT.sending:
                await asyncio.sleep(0.01)
        assert reply.KEPT.sending == 2 * reply.PART
        with pytest.raises(BusyError):
            await sending(lambda: bytes(2 * reply.PART + 1))
        reading.set()
        await first
        assert reply.KEPT.sending == 0

    asyncio.run(two())


def test_a_client_that_takes_nothing_is_given_up(monkeypatch):
    monkeypatch.setattr(reply, "STALLED", 0.05)

    async def stuck(message):
        if message["type"] == "http.response.body":
            await asyncio.Event().wait()

    scope = {"type": "http", "method": "GET", "headers": []}
    asyncio.run(asyncio.wait_for(reply.deliver(scope, stuck, bytes(2 * reply.PART), {}), LONG_WAIT))
    assert reply.KEPT.sending == 0


def test_all_that_is_kept_can_be_thrown_away(door, monkeypatch):
    asyncio.run(ask(door, "/api/descent?steps=20&run=sgd:lr=0.0314"))
    assert once.held() > 0
    assert reply.KEPT.bytes > 0
    asyncio.run(ask(door, "/api/initialization?width=64&depth=2"))
    assert statistics._SHELF.kept
    assert memory.COMPILED.count > 0
    memory.relieve()
    assert (once.held(), reply.KEPT.bytes, memory.COMPILED.count) == (0, 0, 0)
    assert not statistics._SHELF.kept, "nor the weights of a wide network"
    before = memory.COMPILED.count
    asyncio.run(ask(door, "/api/descent?steps=20&run=sgd:lr=0.0314"))
    assert memory.COMPILED.count > before  # the executables had gone too


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a thread has no priority of its own")
def test_work_in_a_line_gives_way_to_the_servers_loop():
    async def priorities():
        return [await lane.run(lambda: os.getpriority(os.PRIO_PROCESS, threading.get_native_id())) for lane in lanes.LANES]

    loops = os.getpriority(os.PRIO_PROCESS, threading.get_native_id())
    assert asyncio.run(priorities()) == [max(loops, lanes.HUMBLE)] * len(lanes.LANES)


def test_the_servers_own_visit_ends_with_the_script_and_says_when_it_cannot(monkeypatch):
    finished = ForwardMsg(script_finished=ForwardMsg.FINISHED_SUCCESSFULLY).SerializeToString()
    heard = []

    def stream(*sent):
        async def app(scope, receive, send):
            heard[:] = [scope["path"], await receive(), await receive()]
            for message in sent:
                await send(message)
            heard.append(await receive())

        return app

    asyncio.run(visit.visit(stream({"type": "websocket.accept"}, {"type": "websocket.send", "bytes": finished})))
    assert heard[0] == "/_stcore/stream"
    assert BackMsg.FromString(heard[2]["bytes"]).WhichOneof("type") == "rerun_script"
    assert heard[3]["type"] == "websocket.disconnect"
    with pytest.raises(ConnectionError, match="1008"):
        asyncio.run(visit.visit(stream({"type": "websocket.close", "code": 1008})))
    monkeypatch.setattr(visit, "PATIENCE", 0.05)
    with pytest.raises(TimeoutError):
        asyncio.run(visit.visit(stream({"type": "websocket.accept"})))


def test_a_server_opens_itself_first_and_bears_that_it_cannot(monkeypatch):
    """Each in a loop of its own beside the thread that warms up: refused, cancelled, and when the loop has ended."""
    said = []
    monkeypatch.setattr(running.telemetry.LINES, "line", lambda **line: said.append(line))

    async def refuses(scope, receive, send):
        await send({"type": "websocket.close", "code": 1008})

    async def visited(app, meanwhile=lambda task: None):
        loop = asyncio.get_running_loop()
        opened = loop.run_in_executor(None, running._opened, partial(visit.visit, app), loop)
        await asyncio.sleep(0.05)
        for task in asyncio.all_tasks() - {asyncio.current_task()}:
            meanwhile(task)
        return await opened

    async def waits(scope, receive, send):
        await asyncio.Event().wait()

    assert asyncio.run(visited(refuses)) is True
    assert "1008" in said[0]["why"]
    assert asyncio.run(visited(waits, lambda task: task.cancel())) is False
    over = asyncio.new_event_loop()
    over.close()
    assert running._opened(partial(visit.visit, refuses), over) is False
    assert len(said) == 1


def test_what_has_settled_is_not_looked_through_until_a_worker_relieves_itself():
    class Knot:
        pass

    knot = Knot()
    knot.itself = knot  # which only the collector finds
    gone = weakref.ref(knot)
    memory.settle()
    assert gc.get_freeze_count() > 10_000
    del knot
    gc.collect()
    assert gone() is not None
    memory.relieve()
    assert gone() is None
    assert gc.get_freeze_count() == 0


@pytest.mark.parametrize(
    ("megabytes", "left", "compiled", "apart"),
    [
        (1000, 800, 0, memory.APART),
        (1200, 800, 0, memory.HURRIED),
        (1200, 1100, 0, memory.APART),  # it does not help much
        (10, 5, memory.MOST_COMPILED + 1, memory.APART),
    ],
)
def test_a_heavy_worker_relieves_itself_and_not_all_the_time(monkeypatch, megabytes, left, compiled, apart):
    relieved, frozen = [], []
    monkeypatch.setattr(memory, "relieve", lambda: relieved.append(1))
    monkeypatch.setattr(memory.gc, "freeze", lambda: frozen.append(1))
    monkeypatch.setattr(memory, "resident", lambda: megabytes * 10**6)
    monkeypatch.setattr(memory.COMPILED, "count", compiled)
    monkeypatch.setenv(memory.LIMIT, "900")

    async def beats():
        pulse = memory.Pulse()
        monkeypatch.setattr(memory.time, "monotonic", lambda: 1000.0)
        await pulse.weigh()
        assert pulse.left == megabytes * 10**6
        pulse.left = left * 10**6
        await pulse.weigh()
        assert len(relieved) == 1
        monkeypatch.setattr(memory.time, "monotonic", lambda: 1000.0 + apart - 0.5)
        await pulse.weigh()
        assert len(relieved) == 1
        monkeypatch.setattr(memory.time, "monotonic", lambda: 1000.0 + apart + 0.5)
        await pulse.weigh()

    asyncio.run(beats())
    assert len(relieved) == len(frozen) == 2


def test_a_result_weighs_what_it_keeps_in_memory():
    large = np.zeros((5001, 9))
    assert once.weight(large[:10]) == large.nbytes  # one that is looked at in part is there as a whole
    assert once.weight([large, large[:5]]) - large.nbytes < 100
    assert once.weight({"a": b"x" * 1000}) >= 1000
    assert once.weight(None) == once.weight(3.5) == 0


def test_a_shelf_has_so_many_bytes():
    @once.once(100, megabytes=0.001)
    def make(n: int) -> bytes:
        made.append(n)
        return bytes(n)

    made: list[int] = []
    for _ in range(2):
        for n in (300, 310, 320):
            make(n)
    assert made == [300, 310, 320]
    make(400)
    assert make.bytes <= 1000
    make(2000)
    make(2000)
    assert made[-2:] == [2000, 2000]  # too large to be kept
    assert make.bytes <= 1000


# ----------------------------------------------------------------------------------------------- what it says of itself


def value(name: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(name, labels) or 0.0


def test_requests_are_counted_by_route_and_status(door):
    before = value("descent_requests_total", route="/api/descent", status="200")
    wrong = value("descent_requests_total", route="/api/descent", status="400")
    asyncio.run(ask(door, "/api/descent?steps=2&run=sgd:lr=0.02"))
    asyncio.run(ask(door, "/api/descent?steps=x"))
    assert value("descent_requests_total", route="/api/descent", status="200") == before + 1
    assert value("descent_requests_total", route="/api/descent", status="400") == wrong + 1
    asyncio.run(ask(door, "/api/" + "x" * 50))  # no address of a stranger becomes a label
    text = asyncio.run(ask(door, "/metrics"))[2].decode()
    assert 'route="unknown"' in text
    assert "xxxx" not in text
    for name in ("descent_request_seconds_bucket", "descent_sent_bytes_total", "descent_in_line", "descent_kept_bytes"):
        assert name in text


def test_one_line_of_json_for_each_request(door, monkeypatch, capfd):
    monkeypatch.setattr(telemetry.LINES, "on", True)
    for path in ("/api/descent?steps=2&run=sgd", "/api/descent?steps=x&a=\u00e9\n", "/healthz"):
        asyncio.run(ask(door, path, cookie="secret", user_agent="someone"))
    lines = [json.loads(line) for line in capfd.readouterr().out.splitlines()]
    assert [(line["path"], line["status"]) for line in lines] == [
        ("/api/descent", 200),
        ("/api/descent", 400),
        ("/healthz", 200),
    ]
    assert all({"time", "method", "query", "bytes", "milliseconds", "worker"} <= line.keys() for line in lines)
    assert "secret" not in str(lines)
    assert "someone" not in str(lines)


def test_a_log_that_cannot_be_written_stops_nothing(door, monkeypatch):
    monkeypatch.setattr(telemetry.LINES, "on", True)
    with open("/dev/full", "wb", buffering=0) as full:
        monkeypatch.setattr(telemetry.LINES, "file", full.fileno())
        assert asyncio.run(ask(door, "/healthz"))[0] == 200


def test_ready_means_that_the_first_page_is_warm(door, monkeypatch):
    monkeypatch.setattr(warm, "READY", threading.Event())
    status, headers, _ = asyncio.run(ask(door, "/readyz"))
    assert (status, headers["retry-after"]) == (503, "1")
    visited = []
    warm._first(lambda: bool(visited.append(warm.READY.is_set())), lambda: visited.append("more"))
    assert visited == [False]
    assert asyncio.run(ask(door, "/readyz"))[0] == 503, "a server that ends meanwhile does not get ready"
    warm._first(lambda: True, lambda: visited.append("more"))
    assert visited[1:] == ["more"]
    assert asyncio.run(ask(door, "/readyz"))[::2] == (200, b"ready")
