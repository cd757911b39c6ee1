"""A client as cheap as can be, so that a load test measures the server: HTTP/1.1 kept alive, and Streamlit's websocket."""

from __future__ import annotations

import asyncio
import base64
import os
import re
import struct
from typing import Any, NamedTuple

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

HEAD_END = b"\r\n\r\n"
LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.I)


class Got(NamedTuple):
    """An answer: `head` with its status line, and the body as it was sent."""

    status: int
    head: bytes
    body: bytes


class Http(asyncio.Protocol):
    """One connection, one request at a time. Every answer has to say how long it is."""

    def __init__(self):
        self.buffer, self.waiting, self.need = bytearray(), None, -1

    def connection_made(self, transport: Any) -> None:
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        if self.need < 0:
            end = self.buffer.find(HEAD_END)
            if end < 0:
                return
            self.head = bytes(self.buffer[: end + 2])
            self.status = int(self.head[9:12])
            length = LENGTH.search(self.head)
            self.need = end + 4 + (int(length[1]) if length and self.status != 304 else 0)
        if len(self.buffer) >= self.need and self.waiting and not self.waiting.done():
            body = bytes(self.buffer[len(self.head) + 2 : self.need])
            del self.buffer[: self.need]
            self.need = -1
            self.waiting.set_result(Got(self.status, self.head, body))

    def connection_lost(self, exc: Exception | None) -> None:
        if self.waiting and not self.waiting.done():
            self.waiting.set_exception(exc or ConnectionError("closed before the answer was complete"))

    async def get(self, path: str, headers: str = "") -> Got:
        if self.transport.is_closing():
            raise ConnectionError("closed")
        self.waiting = asyncio.get_running_loop().create_future()
        self.transport.write(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n{headers}\r\n".encode())
        return await self.waiting

    def close(self) -> None:
        self.transport.close()


async def connect(port: int) -> Http:
    _, protocol = await asyncio.get_running_loop().create_connection(Http, "127.0.0.1", port)
    return protocol


async def run_script(port: int, query: str) -> int:
    """Open a Streamlit session as a browser does, run its script, and read until it has ended. Returns the bytes that came.

    RuntimeError where the script shows an exception.
    """
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=2**22)
    try:
        key = base64.b64encode(os.urandom(16)).decode()
        asked = f"""GET /_stcore/stream HTTP/1.1
Host: localhost:{port}
Origin: http://localhost:{port}
Connection: Upgrade
Upgrade: websocket
Sec-WebSocket-Version: 13
Sec-WebSocket-Key: {key}
Sec-WebSocket-Protocol: streamlit, PLACEHOLDER_AUTH_TOKEN

"""
        writer.write(asked.replace("\n", "\r\n").encode())
        head = await reader.readuntil(HEAD_END)
        if not head.startswith(b"HTTP/1.1 101"):
            raise ConnectionError(head.split(b"\r\n")[0].decode())
        ask = BackMsg()
        ask.rerun_script.query_string = query
        ask.rerun_script.page_script_hash = ""
        _write_frame(writer, ask.SerializeToString())
        total = 0
        while True:
            kind, payload = await _read_frame(reader)
            total += len(payload)
            if kind == 8:
                raise ConnectionError("the session was closed before its script had ended")
            if kind == 2:
                message = ForwardMsg()
                message.ParseFromString(payload)
                if message.delta.new_element.HasField("exception"):
                    raise RuntimeError(message.delta.new_element.exception.message)
                if message.WhichOneof("type") == "script_finished":
                    return total
    finally:
        writer.close()


def _write_frame(writer: asyncio.StreamWriter, payload: bytes) -> None:
    """A binary message; what a client sends is masked."""
    mask, size = os.urandom(4), len(payload)
    head = struct.pack("!BB", 0x82, 0x80 | size) if size < 126 else struct.pack("!BBH", 0x82, 0x80 | 126, size)
    writer.write(head + mask + bytes(byte ^ mask[i % 4] for i, byte in enumerate(payload)))


async def _read_frame(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    """Kind and content of a message; what a server sends is not masked. Pings are told apart by their kind, 9."""
    first, second = await reader.readexactly(2)
    size = second & 0x7F
    if size == 126:
        (size,) = struct.unpack("!H", await reader.readexactly(2))
    elif size == 127:
        (size,) = struct.unpack("!Q", await reader.readexactly(8))
    return first & 0x0F, await reader.readexactly(size)
