"""A class of two hundred in front of the server: `make load`. Bounded in time and number, and on this machine only.

It starts the app with some workers on a free port, lets it come to rest, and prints one table. `--folder` names another
checkout, to compare with: without `web/serve.py` it is started by `streamlit run`. `--url` is a server that runs already.
"""

from __future__ import annotations

import argparse
import asyncio
import re
import sys
import time
from collections.abc import Awaitable, Callable, Sequence
from itertools import count
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple
from urllib.parse import quote, urlsplit

import uvicorn

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.servers import Server, Workers  # noqa: E402
from benchmarks.wire import Got, Http, connect, run_script  # noqa: E402

HERTZ, LATEST = 5, 10.0  # of a hand on a slider; seconds after which an answer counts as lost
PATIENT = 30.0  # seconds after which a page counts as lost
_NUMBERS = count(1)


def descent() -> str:
    """An address never asked for before: three runs of 200 steps, as the player asks while a slider moves."""
    rate = 0.01 + next(_NUMBERS) * 1e-8
    runs = f"run=sgd:lr={rate:.10f}&run=momentum:lr=0.01&run=adam:lr=0.3"
    return f"/api/descent?format=bin&fields=lr,gap&surface=taco:kappa=40&start=-8,1&steps=200&{runs}"


def formula() -> str:
    """A formula never typed before."""
    n = next(_NUMBERS)
    text = f"(1-x)**2+{n % 97 + 1}*(y-x**2)**2+sin({n}*x/{n % 89 + 3})" + "+x*y" * (n % 5)
    return f"/api/descent?format=bin&formula={quote(text, safe='')}&start=-1,1&steps=200&run=sgd:lr=0.001&run=adam:lr=0.01"


class Measured:
    """Milliseconds of what was answered; and what was not."""

    def __init__(self):
        self.times: list[float] = []
        self.lost = self.busy = self.bytes = 0
        self.why: dict[str, int] = {}

    async def one(self, work: Awaitable[Any], latest: float = LATEST) -> Any:
        begun = time.perf_counter()
        try:
            got = await asyncio.wait_for(work, latest)
        except (OSError, TimeoutError, EOFError) as error:
            self.lost += 1
            name = type(error).__name__
            self.why[name] = self.why.get(name, 0) + 1
            return None
        if isinstance(got, Got):
            self.bytes += len(got.body)
            if got.status == 503:
                self.busy += 1
                return got
            if got.status != 200:
                self.lost += 1
                self.why[str(got.status)] = self.why.get(str(got.status), 0) + 1
                return None
        self.times.append((time.perf_counter() - begun) * 1e3)
        return got

    def at(self, share: float) -> float:
        return sorted(self.times)[min(int(len(self.times) * share), len(self.times) - 1)] if self.times else float("nan")


class Row(NamedTuple):
    what: str
    rate: float
    measured: Measured


async def drag(port: int, viewers: int, seconds: float) -> Measured:
    """Viewers whose sliders move five times a second, each with one question under way, as the player has it."""
    told, ends = Measured(), time.perf_counter() + seconds

    async def viewer(i: int) -> None:
        line = await connect(port)
        due = time.perf_counter() + i / viewers / HERTZ
        while due < ends:
            await asyncio.sleep(max(due - time.perf_counter(), 0))
            if line.transport.is_closing():  # it was idle for too long
                line = await connect(port)
            if await told.one(line.get(descent())) is None:
                line.close()
                line = await connect(port)
            due = max(due + 1 / HERTZ, time.perf_counter())
        line.close()

    await asyncio.gather(*(viewer(i) for i in range(viewers)))
    return told


async def distinct(port: int, lines: int, seconds: float) -> Measured:
    """As many different descents as are answered, one after the other on each connection."""
    told, ends = Measured(), time.perf_counter() + seconds

    async def client() -> None:
        line = await connect(port)
        while time.perf_counter() < ends:
            await told.one(line.get(descent()))
        line.close()

    await asyncio.gather(*(client() for _ in range(lines)))
    return told


async def all_of(port: int, paths: Sequence[str], headers: str = "") -> None:
    """Several files over six connections, as a browser has them. ConnectionError where one is not answered with 200."""
    todo = list(paths)

    async def some() -> None:
        line = await connect(port)
        try:
            while todo:
                got = await line.get(todo.pop(), headers)
                if got.status != 200:
                    raise ConnectionError(f"status {got.status}")
        finally:
            line.close()

    await asyncio.gather(*(some() for _ in range(min(6, len(todo)))))


async def streamlit_page(port: int, files: bool) -> None:
    """Open the lab: its HTML, its files if it is a first visit, and the session until the script has ended."""
    line = await connect(port)
    page = await line.get("/")
    line.close()
    if page.status != 200:
        raise ConnectionError(f"status {page.status}")
    if files:
        named = re.findall(rb'(?:src|href)="\./(static/[^"]+)"', page.body)
        await all_of(port, ["/" + name.decode() for name in named], "Accept-Encoding: gzip\r\n")
    await run_script(port, "")


async def embedded_page(port: int) -> None:
    """Open what the students' link leads to: the page, and the numbers that it asks for."""
    asked = descent().partition("?")[2]
    await all_of(port, [f"/embed/race?{asked.partition('gap&')[2]}"])
    await all_of(
        port, ["/api/catalogue", "/api/axes?panels=race", "/api/figures", f"/api/descent?{asked}"], "Accept-Encoding: gzip\r\n"
    )


async def opened(port: int, pages: int, seconds: float, page: Callable[[], Awaitable[None]]) -> Measured:
    """Pages opened at even distances."""
    told = Measured()

    async def visitor(i: int) -> None:
        await asyncio.sleep(i * seconds / pages)
        await told.one(page(), PATIENT)

    await asyncio.gather(*(visitor(i) for i in range(pages)))
    return told


async def typed(port: int, clients: int, seconds: float) -> Measured:
    """Clients that send formulas nobody has sent, one after the other."""
    told, ends = Measured(), time.perf_counter() + seconds

    async def client() -> None:
        line = await connect(port)
        while time.perf_counter() < ends:
            got = await told.one(line.get(formula()), PATIENT)
            if got is None:
                line.close()
                line = await connect(port)
            elif got.status == 503:
                await asyncio.sleep(1)
        line.close()

    await asyncio.gather(*(client() for _ in range(clients)))
    return told


async def measure(
    port: int, seconds: float, viewers: int, pages: int, used: Callable[[], float] = lambda: float("nan")
) -> list[Row]:
    """All of it, one after the other; `used` is how many seconds of processor time the server has taken so far."""
    rows = []

    def add(what: str, took: float, told: Measured) -> None:
        rows.append(Row(what, (len(told.times) + told.busy) / took, told))
        say(rows[-1])

    for path in ("/", "/embed/race", "/api/catalogue", "/api/axes?panels=race", "/api/figures"):
        line: Http = await connect(port)
        await line.get(path)
        line.close()
    await distinct(port, 16, 2)  # every worker has seen these words
    before = used()
    add("distinct descents, 16 connections", seconds, await distinct(port, 16, seconds))
    costs = {"distinct descent": (used() - before) / max(len(rows[-1].measured.times), 1)}
    add(f"{viewers} viewers drag at {HERTZ} Hz", seconds, await drag(port, viewers, seconds))
    for what, page in (
        ("the lab", lambda: streamlit_page(port, files=False)),
        ("the lab with its files", lambda: streamlit_page(port, files=True)),
        ("the students' page", lambda: embedded_page(port)),
    ):
        before = used()
        beside, visits = await asyncio.gather(drag(port, viewers // 4, seconds), opened(port, pages, seconds, page))
        dragged = len(beside.times) * costs["distinct descent"]
        costs[f"opening of {what}"] = (used() - before - dragged) / max(len(visits.times), 1)
        add(f"{pages} open {what} in {seconds:g} s", seconds, visits)
        add(f"… while {viewers // 4} viewers drag", seconds, beside)
    add(f"{viewers // 10} viewers drag", seconds, await drag(port, viewers // 10, seconds))
    beside, new = await asyncio.gather(drag(port, viewers // 10, seconds), typed(port, 2, seconds))
    add("… while 2 clients send new formulas", seconds, beside)
    add("the new formulas", seconds, new)
    print()
    for what, cost in costs.items():
        print(f"processor time of the server for one {what}: {cost * 1e3:.1f} ms")
    return rows


def say(row: Row) -> None:
    told = row.measured
    why = ", ".join(f"{name} {n}" for name, n in told.why.items())
    times = f"{median(told.times):.0f} | {told.at(0.95):.0f} | {max(told.times):.0f}" if told.times else "– | – | –"
    print(f"| {row.what} | {row.rate:.0f} | {times} | {told.busy} | {told.lost}{f' ({why})' if why else ''} |", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(prog="make load", description=__doc__)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--seconds", type=float, default=10, help="of each measurement")
    parser.add_argument("--viewers", type=int, default=200)
    parser.add_argument("--pages", type=int, default=200)
    parser.add_argument("--folder", type=Path, default=ROOT, help="the checkout whose app is started")
    parser.add_argument("--url", help="a server on this machine that runs already")
    asked = parser.parse_args()
    if asked.url:
        place = urlsplit(asked.url)
        if place.hostname not in ("127.0.0.1", "localhost"):
            raise SystemExit("a load test goes to this machine only")
        run(place.port or 80, asked)
        return
    start: Server = (
        Workers(asked.folder, asked.workers)
        if (asked.folder / "web" / "serve.py").exists()
        else Server("app.py", folder=asked.folder)
    )
    with start as server:
        server.settle(60)
        run(server.port, asked, server.used)
        print(f"\nresident memory of all processes: {server.resident() / 1e6:.0f} MB")


def run(port: int, asked: argparse.Namespace, *used: Callable[[], float]) -> None:
    print("| what | per second | p50 ms | p95 ms | max ms | 503 | lost |\n|---|---|---|---|---|---|---|")
    with asyncio.Runner(loop_factory=uvicorn.Config("", loop="auto").get_loop_factory()) as runner:
        rows = runner.run(measure(port, asked.seconds, asked.viewers, asked.pages, *used))
    alone, beside = rows[-3].measured, rows[-2].measured
    print(f"\nnew formulas make the others' p95 {beside.at(0.95) / alone.at(0.95):.1f} times what it is without them")


if __name__ == "__main__":
    main()
