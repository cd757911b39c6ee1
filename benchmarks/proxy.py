"""A TCP relay that delays every byte, in a thread of its own: the network of a crowded lecture hall."""

from __future__ import annotations

import asyncio
import contextlib
import threading


class Delay:
    """Relays 127.0.0.1:`port` to `target`, each direction late by half of `latency` seconds; for a `with` block."""

    def __init__(self, target: int, latency: float):
        self.target, self.half, self.port = target, latency / 2, 0
        self.loop = asyncio.new_event_loop()

    def __enter__(self) -> Delay:
        ready = threading.Event()
        self.thread = threading.Thread(target=self._run, args=(ready,), daemon=True)
        self.thread.start()
        ready.wait()
        return self

    def _run(self, ready: threading.Event) -> None:
        asyncio.set_event_loop(self.loop)
        server = self.loop.run_until_complete(asyncio.start_server(self._relay, "127.0.0.1", 0))
        self.port = server.sockets[0].getsockname()[1]
        ready.set()
        self.loop.run_forever()
        for task in (tasks := asyncio.all_tasks(self.loop)):
            task.cancel()
        self.loop.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))
        self.loop.close()

    async def _relay(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(asyncio.CancelledError):
            there = await asyncio.open_connection("127.0.0.1", self.target)
            await asyncio.gather(self._pump(reader, there[1]), self._pump(there[0], writer), return_exceptions=True)

    async def _pump(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        """Forward what comes in, each piece late by the same time and in order."""
        pending: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()

        async def send() -> None:
            while True:
                due, data = await pending.get()
                await asyncio.sleep(max(0.0, due - self.loop.time()))
                if not data:
                    sink.close()
                    return
                sink.write(data)
                await sink.drain()

        sending = asyncio.ensure_future(send())
        try:
            while data := await source.read(65536):
                pending.put_nowait((self.loop.time() + self.half, data))
            pending.put_nowait((self.loop.time() + self.half, b""))
            await sending
        finally:
            sending.cancel()

    def __exit__(self, *_) -> None:
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(5)
