"""Ten minutes of random addresses of every page: `make soak`. Prints the memory of each minute; it must not keep growing."""

from __future__ import annotations

import argparse
import asyncio
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.fuzz import Fuzz  # noqa: E402
from benchmarks.servers import Server, Workers  # noqa: E402

GROWTH = 50e6  # bytes that minute 10 may be above minute 2
MOST = 1.5e9  # bytes of one worker at any time
LOOK = 2.0  # seconds between two looks


async def watched(server: Server, fuzz: Fuzz, minutes: float, lines: int) -> list[float]:
    """The largest memory of each minute."""
    asking = asyncio.create_task(fuzz.run(10**9, int(time.time()), lines))
    peaks: list[float] = []
    try:
        for minute in range(1, int(minutes) + 1):
            peak, ends = 0.0, time.monotonic() + 60
            while time.monotonic() < ends:
                await asyncio.sleep(LOOK)
                peak = max(peak, server.resident())
            peaks.append(peak)
            print(f"| {minute} | {peak / 1e6:.0f} | {sum(fuzz.statuses.values())} |", flush=True)
    finally:
        asking.cancel()
        await asyncio.gather(asking, return_exceptions=True)
    return peaks


def main() -> None:
    parser = argparse.ArgumentParser(prog="make soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--lines", type=int, default=4, help="connections at a time")
    asked = parser.parse_args()
    with Workers(workers=1) as server:
        server.settle(60)
        fuzz = Fuzz(server.port, limit=float("inf"))
        print("| minute | largest resident memory, MB | answers so far |\n|---|---|---|")
        peaks = asyncio.run(watched(server, fuzz, asked.minutes, asked.lines))
    if fuzz.broken:
        raise SystemExit("\n".join(["broken:", *fuzz.broken[:40]]))
    if max(peaks) > MOST or (len(peaks) > 2 and peaks[-1] > peaks[1] + GROWTH):
        raise SystemExit(f"too much: {max(peaks) / 1e6:.0f} MB at most, {peaks[-1] / 1e6:.0f} MB in the last minute")


if __name__ == "__main__":
    main()
