"""Ten thousand addresses of every route and page, most valid and many not: `make fuzz`. None may break the server.

Broken is: a status of 500 or more but 503, a traceback in an answer, an answer that does not come, a page whose script fails.
What takes long is printed; beyond `--limit` it fails, beyond three times that for what is drawn or saved as a file.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import re
import sys
import time
from collections import Counter
from itertools import islice
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.addresses import addresses, query  # noqa: E402
from benchmarks.servers import Workers  # noqa: E402
from benchmarks.wire import Got, Http, connect, run_script  # noqa: E402
from core.query import encode  # noqa: E402
from pages import PAGES  # noqa: E402

HANGS = 60.0  # seconds after which an answer is given up
DRAWN = re.compile(r"/export|/thumb|\.(png|svg|gif)")
TURNS = 8  # of asking a server that says it is busy


class Fuzz:
    """What came of it."""

    def __init__(self, port: int, limit: float):
        self.port, self.limit = port, limit
        self.statuses: Counter[int] = Counter()
        self.slow: list[tuple[float, str]] = []
        self.broken: list[str] = []

    async def ask(self, line: Http, address: str) -> Http:
        """One address; the connection to go on with."""
        for _ in range(TURNS):
            begun = time.perf_counter()
            try:
                got = await asyncio.wait_for(line.get(address, "Accept-Encoding: gzip\r\n"), HANGS)
            except (OSError, TimeoutError) as error:
                line.close()
                if not isinstance(error, ConnectionError) or time.perf_counter() - begun > 0.5:
                    self.broken.append(f"{type(error).__name__} {address[:300]}")
                    return await connect(self.port)
                line = await connect(self.port)  # it was idle for too long
                continue
            self.note(address, got, time.perf_counter() - begun)
            if got.status != 503:
                break
            await asyncio.sleep(1)
        return line

    def note(self, address: str, got: Got, took: float) -> None:
        self.statuses[got.status] += 1
        self.slow = sorted([*self.slow, (took, address[:200])])[-5:]
        if (got.status >= 500 and got.status != 503) or b"Traceback" in got.body:
            self.broken.append(f"status {got.status} {address[:300]}")
        if took > self.limit * (3 if DRAWN.search(address.partition("?")[0]) else 1):
            self.broken.append(f"{took:.1f} s {address[:300]}")

    async def page(self, draw: random.Random) -> None:
        """A session of Streamlit, whatever its address says."""
        page = draw.choice(list(PAGES.values()))
        text = encode(query(draw, page))
        try:
            await asyncio.wait_for(run_script(self.port, text), HANGS)
        except (OSError, TimeoutError, EOFError, RuntimeError) as error:
            self.broken.append(f"{type(error).__name__} {error} /{page.path}?{text[:300]}")

    async def run(self, count: int, seed: int, lines: int) -> None:
        todo, draw = islice(addresses(seed), count), random.Random(seed)

        async def client() -> None:
            line = await connect(self.port)
            for address in todo:
                line = await self.ask(line, address)
                if draw.random() < 0.02:
                    await self.page(draw)
            line.close()

        await asyncio.gather(*(client() for _ in range(lines)))


def main() -> None:
    parser = argparse.ArgumentParser(prog="make fuzz", description=__doc__)
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--lines", type=int, default=2, help="connections at a time")
    parser.add_argument("--limit", type=float, default=2.0, help="seconds")
    asked = parser.parse_args()
    with Workers(workers=1) as server:
        server.settle(60)
        fuzz = Fuzz(server.port, asked.limit)
        asyncio.run(fuzz.run(asked.count, asked.seed, asked.lines))
        print(f"{asked.count} addresses:", ", ".join(f"{n} × {status}" for status, n in sorted(fuzz.statuses.items())))
        print(f"resident memory: {server.resident() / 1e6:.0f} MB; the slowest:")
        print(*(f"  {took:.2f} s {address}" for took, address in fuzz.slow), sep="\n")
    if fuzz.broken:
        raise SystemExit("\n".join(["broken:", *fuzz.broken[:40]]))


if __name__ == "__main__":
    main()
