"""`python -m web.serve --workers 4`: the app with several workers, each a process of its own behind one address.

Uvicorn supervises them: one that dies is started again. What a worker has begun when it is told to end, it finishes. Where the
system can, it deals the visitors out: at one common socket the worker that wakes first takes as many as wait, and of two
hundred who came together one had 36 and the other 158. The settings of Streamlit are those of `.streamlit/config.toml` here
too, as this starts in the project's folder.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import shutil
import socket
import sys
import tempfile
from typing import Any

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.supervisors.multiprocess import Multiprocess

from web.version import ROOT

HURRY = 15.0  # seconds in which a request has to be complete, counted from its first byte or from the connection
FINISH = 30  # seconds that a worker has to finish what it has begun
LARGEST_MESSAGE = 2**20  # bytes of a message from a page to its session: a query has 16 000


class Dealt(socket.socket):
    """A socket that is bound anew in each process it is handed to. Linux spreads connections over those that listen."""

    def __init__(self, family: int, address: Any):
        super().__init__(family)
        self.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        self.bind(address)

    def __reduce__(self) -> tuple[type[Dealt], tuple[int, Any]]:
        return Dealt, (self.family, self.getsockname())


def bound(config: uvicorn.Config) -> socket.socket:
    """The socket of all workers; the program ends with a message where the address is taken."""
    common = config.bind_socket()
    if sys.platform != "linux":
        return common
    address = common.getsockname()
    common.close()
    dealt = Dealt(common.family, address)
    dealt.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 0)  # another program is refused also while no worker listens
    return dealt


class Impatient(HttpToolsProtocol):
    """HTTP as Uvicorn speaks it, with a limit on how long a client may take to ask: half a request does not stay for ever."""

    hurry: asyncio.TimerHandle | None = None
    handed_over = False  # to the protocol of a websocket

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        self.access_log = False  # the app writes a line of its own
        self._wait()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        between = self.cycle is None or self.cycle.response_complete
        if between and self.hurry is None and not self.handed_over and not self.transport.is_closing():
            self._wait()

    def on_headers_complete(self) -> None:
        self._calm()
        super().on_headers_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        self._calm()
        super().connection_lost(exc)

    def handle_websocket_upgrade(self) -> None:
        self._calm()
        self.handed_over = True
        super().handle_websocket_upgrade()

    def _wait(self) -> None:
        self.hurry = self.loop.call_later(HURRY, self.transport.close)

    def _calm(self) -> None:
        if self.hurry is not None:
            self.hurry.cancel()
            self.hurry = None


def options(host: str, port: int, workers: int) -> dict[str, Any]:
    """What Uvicorn is started with."""
    return dict(
        host=host, port=port, workers=workers, loop="auto", http=Impatient, ws="websockets-sansio", access_log=False,
        ws_max_size=LARGEST_MESSAGE, ws_per_message_deflate=False, timeout_graceful_shutdown=FINISH, server_header=False,
    )  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(prog="web.serve", description=__doc__)
    parser.add_argument("--host", default="0.0.0.0")
    parser.add_argument("--port", type=int, default=8501)
    parser.add_argument("--workers", type=int, default=max(os.cpu_count() or 1, 1))
    asked = parser.parse_args()
    os.chdir(ROOT)
    sys.path.insert(0, str(ROOT))
    counted = tempfile.mkdtemp(prefix="descent-lab-")
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = counted  # web.telemetry.FOLDER: before that is loaded
    try:
        how = options(asked.host, asked.port, asked.workers)
        if asked.workers > 1:
            config = uvicorn.Config("app:app", **how)
            Multiprocess(config, [bound(config)]).run()
        else:
            uvicorn.run("app:app", **how)
    finally:
        shutil.rmtree(counted, ignore_errors=True)


if __name__ == "__main__":
    main()
