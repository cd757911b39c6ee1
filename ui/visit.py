"""The first visitor is the server itself: what Streamlit loads and looks up once, it does before anybody waits."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

Message = MutableMapping[str, Any]
PATIENCE = 60.0  # seconds; a script runs for some ten milliseconds once everything is loaded


async def visit(app: Callable[..., Awaitable[None]], base: str = "") -> None:
    """Open the page that opens first as a browser does, and leave when its script has ended.

    base: the path that all addresses are under (server.baseUrlPath), without slashes at its ends. ConnectionError where
    Streamlit does not want us, TimeoutError where the script does not end.
    """
    path = f"/{base}/_stcore/stream" if base else "/_stcore/stream"
    ask = BackMsg()
    ask.rerun_script.query_string = ""
    closed: list[Message] = []
    coming: asyncio.Queue[Message] = asyncio.Queue()
    coming.put_nowait({"type": "websocket.connect"})
    coming.put_nowait({"type": "websocket.receive", "bytes": ask.SerializeToString()})

    async def send(message: Message) -> None:
        if message["type"] == "websocket.close":
            closed.append(message)
        if closed or ForwardMsg.FromString(message.get("bytes") or b"").WhichOneof("type") == "script_finished":
            coming.put_nowait({"type": "websocket.disconnect", "code": 1000})

    scope = {
        "type": "websocket",
        "asgi": {"version": "3.0"},
        "scheme": "ws",
        "http_version": "1.1",
        "path": path,
        "raw_path": path.encode(),
        "root_path": "",
        "query_string": b"",
        "headers": [(b"host", b"localhost")],
        "client": ("127.0.0.1", 0),
        "server": ("127.0.0.1", 0),
        "subprotocols": ["streamlit"],
    }
    async with asyncio.timeout(PATIENCE):
        await app(scope, coming.get, send)
    if closed:
        raise ConnectionError(f"Streamlit closed the session at {path}: {closed[0]}")
