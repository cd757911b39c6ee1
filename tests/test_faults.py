"""What goes wrong around a server: clients that are slow, half there or gone, an end in the middle of work, a full disk.

Each is tried on a real socket, with the protocol that `make serve` speaks; what concerns the start, in a process of its own.
"""

import contextlib
import json
import os
import pickle
import resource
import select
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from starlette.responses import PlainTextResponse

from benchmarks.servers import Workers
from web import serve
from web.front import Front

ROOT = Path(__file__).parent.parent
LONG = 60  # seconds after which a wait counts as one without end
DESCENT = "/api/descent?steps=3&run=sgd:lr={}"
LARGE = "/api/descent?steps=5000&run=sgd:lr=0.001&run=adam&run=momentum:lr=0.001"


@pytest.fixture(scope="module")
def port():
    """A server in this process, with a patience of a second."""
    usual, serve.HURRY = serve.HURRY, 1.0
    options: dict[str, Any] = serve.options("127.0.0.1", 0, 1) | {"log_level": "critical", "lifespan": "off"}
    server = uvicorn.Server(uvicorn.Config(Front(PlainTextResponse("Streamlit")), **options))
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(2048)
        thread = threading.Thread(target=server.run, args=([listening],), daemon=True)
        thread.start()
        yield listening.getsockname()[1]
        server.should_exit = True
        thread.join(LONG)
    serve.HURRY = usual


def connected(port: int) -> socket.socket:
    line = socket.create_connection(("127.0.0.1", port), timeout=LONG)
    line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return line


def request(path: str) -> bytes:
    return f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode()


def read_all(line: socket.socket) -> bytes:
    parts = []
    while part := line.recv(65536):
        parts.append(part)
    return b"".join(parts)


def answered(port: int, path: str) -> tuple[int, bytes]:
    with connected(port) as line:
        line.sendall(request(path))
        head, _, body = read_all(line).partition(b"\r\n\r\n")
        return int(head[9:12]), body


def test_half_a_request_is_closed_and_holds_nobody_up(port):
    halves = [connected(port) for _ in range(50)]
    for i, line in enumerate(halves):
        line.sendall(request(DESCENT.format(0.1))[: 3 + i % 40])  # some in the method, some in the headers
    silent = connected(port)  # says nothing at all
    assert answered(port, DESCENT.format(0.0101))[0] == 200
    for line in [*halves, silent]:
        assert line.recv(100) == b""  # closed, without an answer
        line.close()


def test_half_a_second_request_is_closed_too(port):
    with connected(port) as line:
        line.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert b"200 OK" in line.recv(65536)
        line.sendall(b"GET /heal")
        assert read_all(line) == b""


def test_a_slow_request_that_comes_in_time_is_answered(port):
    with connected(port) as line:
        for byte in request("/healthz"):
            line.sendall(bytes([byte]))
            time.sleep(0.005)
        assert read_all(line).endswith(b"ok")


def test_a_client_that_reads_slowly_gets_all_and_holds_nobody_up(port):
    whole = answered(port, LARGE)
    with connected(port) as line:
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 32768)
        line.sendall(request(LARGE))
        got = line.recv(1000)
        for i in range(5):
            assert answered(port, DESCENT.format(0.011 + i * 1e-4))[0] == 200
        got += read_all(line)
    assert (200, got.partition(b"\r\n\r\n")[2]) == whole


def test_a_thousand_broken_connections_leave_nothing_behind(port):
    before = len(os.listdir("/proc/self/fd"))
    for i in range(1000):
        line = connected(port)
        line.sendall(request(DESCENT.format(0.012 + i % 3 * 1e-4))[: None if i % 2 else 20])
        line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")  # reset, not closed
        line.close()
    assert answered(port, DESCENT.format(0.0121))[0] == 200
    ends = time.monotonic() + LONG
    while len(os.listdir("/proc/self/fd")) > before + 5:
        assert time.monotonic() < ends
        time.sleep(0.05)


@pytest.mark.parametrize(
    "sent",
    [b"\x16\x03\x01\x02\x00\x01", b"GET / HTTP/9.9\r\n\r\n", b"\r\n" * 9, b"GET " + b"a" * 200_000 + b" HTTP/1.1\r\n\r\n"],
)
def test_what_is_no_http_is_refused(port, sent):
    with connected(port) as line:
        line.sendall(sent)
        line.shutdown(socket.SHUT_WR)
        try:
            said = read_all(line)
        except ConnectionResetError:
            said = b""
    assert not said or said.startswith(b"HTTP/1.1 4")
    assert answered(port, "/healthz") == (200, b"ok")


# ------------------------------------------------------------------------------------------------------- the whole server


def running(pid: int) -> bool:
    """Whether a process is there, and not only waiting for someone to take note of its end."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def sockets(port: int) -> list[tuple[str, int]]:
    """Of each socket at a port of this machine its state ("0A" listens), and how many bytes nobody has read yet."""
    rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    return [(row[3], int(row[4].partition(":")[2], 16)) for row in rows if row[1].endswith(f":{port:04X}")]


def test_a_server_that_is_told_to_end_finishes_what_it_has_begun():
    """SIGTERM under load: what it has been asked before is answered in full, and then all workers are gone."""
    with Workers(workers=2) as server, contextlib.ExitStack() as closing:
        port, begun = server.port, time.monotonic()
        while answered(port, "/readyz")[0] != 200:
            assert time.monotonic() < begun + 5 * LONG
            time.sleep(0.1)
        assert answered(port, LARGE)[0] == 200
        begun = time.monotonic()
        assert answered(port, LARGE.replace("0.001", "0.002"))[0] == 200
        count = min(max(int(4 / (time.monotonic() - begun)), 12), 24)  # some seconds of work, however fast the machine is
        asked = [LARGE.replace("0.001", f"0.0{i + 11}") for i in range(count)]
        lines = [closing.enter_context(connected(port)) for _ in asked]
        for line, path in zip(lines, asked, strict=True):
            line.sendall(request(path))
        begun = time.monotonic()
        while any(unread for _, unread in sockets(port)):
            assert time.monotonic() < begun + LONG
            time.sleep(0.002)
        workers = server.processes()[1:]
        assert len(workers) >= 2
        server.process.send_signal(signal.SIGTERM)
        assert len(select.select(lines, [], [], 0)[0]) < count, "nothing was under way any more"
        for path, answer in zip(asked, map(read_all, lines), strict=True):
            head, _, body = answer.partition(b"\r\n\r\n")
            assert head.startswith(b"HTTP/1.1 200"), (path, head[:100])
            assert len(json.loads(body)["runs"][0]["x"]) == 5001
        server.process.wait(LONG)
        ends = time.monotonic() + LONG  # what fills the cache ends between two of its jobs
        while any(running(pid) for pid in workers):
            assert time.monotonic() < ends
            time.sleep(0.1)


def open_files(pid: int) -> int:
    return len(os.listdir(f"/proc/{pid}/fd"))


def test_visitors_are_dealt_out_to_the_workers():
    """Who come together do not all stand before the worker that wakes first."""
    with Workers(workers=2) as server, contextlib.ExitStack() as closing:
        begun = time.monotonic()
        while [state for state, _ in sockets(server.port)].count("0A") < 2:
            assert time.monotonic() < begun + 5 * LONG
            time.sleep(0.1)
        before = {pid: open_files(pid) for pid in server.processes()}
        lines = [closing.enter_context(connected(server.port)) for _ in range(200)]
        for line in lines:
            line.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
        for line in lines:
            assert line.recv(4096).startswith(b"HTTP/1.1 200")
        shares = sorted(open_files(pid) - known for pid, known in before.items())
        assert 140 > shares[-1] >= shares[-2] > 60, shares


@pytest.mark.parametrize("listening", [True, False], ids=["with workers", "before its workers listen"])
def test_an_address_that_another_server_has_is_not_shared(listening):
    with serve.bound(uvicorn.Config("app:app", host="127.0.0.1", port=0)) as taken:
        if listening:
            taken.listen()
        run = [sys.executable, "-m", "web.serve", "--host", "127.0.0.1", "--port", str(taken.getsockname()[1])]
        done = subprocess.run([*run, "--workers", "2"], cwd=ROOT, capture_output=True, text=True, timeout=LONG)
        again = pickle.loads(pickle.dumps(taken))  # as a worker has it
        assert again.getsockname() == taken.getsockname()
        again.close()
    assert done.returncode
    assert "Address already in use" in done.stderr


def test_the_settings_hold_with_several_workers_too():
    """Under Uvicorn Streamlit reads the project's settings as well, and no page sets a cookie."""
    with Workers(workers=1) as server:
        for path in ("", "_stcore/health", "_stcore/host-config"):
            with urllib.request.urlopen(server.url + path) as reply:
                assert reply.headers["set-cookie"] is None
                assert "script-src 'self' blob:" in reply.headers["content-security-policy"]
    code = "import app, streamlit as st; print([st.get_option(o) for o in ('server.fileWatcherType', 'runner.postScriptGC')])"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "['none', False]"


# ------------------------------------------------------------------------------------------------------ where code is kept

COMPUTE = """
import asyncio, json, sys
from web import warm
place = warm.keep_compiled()
if place:
    warm._stamp(place).touch()  # so that no child fills the cache
with warm.in_background(lambda: True):
    assert warm.READY.wait(120)
sys.path.insert(0, "tests")
from conftest import Client
body = Client().get("/api/descent?steps=5&run=sgd:lr=0.045&run=adam").json()
print(json.dumps([str(place), body["runs"][0]["f"]]))
"""


def compute(limit: int | None = None, **environment: str) -> tuple[str, list[float]]:
    """What a new process computes, and where it keeps compiled code; `limit` is the largest file it can write, in bytes."""

    def bounded():
        if limit is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    given = {k: v for k, v in os.environ.items() if k != "DESCENT_LAB_CACHE"} | environment
    run = [sys.executable, "-c", COMPUTE]
    done = subprocess.run(run, cwd=ROOT, env=given, preexec_fn=bounded, capture_output=True, text=True, timeout=10 * LONG)
    assert done.returncode == 0, done.stderr
    place, losses = json.loads(done.stdout.splitlines()[-1])
    return place, losses


@pytest.fixture(scope="module")
def right(tmp_path_factory):
    """A cache that is filled, and the right answer."""
    folder = tmp_path_factory.mktemp("cache")
    place, losses = compute(DESCENT_LAB_CACHE=str(folder))
    assert place == str(folder)
    return folder, losses


def test_a_file_in_place_of_the_folder(right, tmp_path):
    (tmp_path / "file").write_text("not a folder")
    assert compute(DESCENT_LAB_CACHE=str(tmp_path / "file")) == ("None", right[1])


def test_a_home_that_cannot_be_written_to(right):
    assert compute(HOME="/proc") == ("None", right[1])


def test_a_disk_that_is_full(right, tmp_path):
    assert compute(limit=0, DESCENT_LAB_CACHE=str(tmp_path)) == ("None", right[1])


def test_a_disk_that_becomes_full(right, tmp_path):
    """There is room for the probe, and for no executable: each is an error of the system in the middle of writing."""
    assert compute(limit=4096, DESCENT_LAB_CACHE=str(tmp_path)) == (str(tmp_path), right[1])


def test_a_cache_of_another_version_or_half_written(right):
    folder, losses = right
    entries = [file for file in folder.iterdir() if file.name.endswith("-cache")]
    assert entries
    for i, file in enumerate(entries):
        whole = file.read_bytes()
        file.write_bytes([b"", whole[: len(whole) // 2], bytes(1000)][i % 3])
    (folder / "compiled-0.0.1-abcdef").touch()
    assert compute(DESCENT_LAB_CACHE=str(folder)) == (str(folder), losses)
