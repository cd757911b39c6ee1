"""What a person waits for, measured inside Chromium: slider to picture, frames, the first picture."""

from __future__ import annotations

import os
import random
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.proxy import Delay
from benchmarks.servers import Server

APP, STOCK = "app.py", "benchmarks/stock_app.py"
# Without a graphics card Chromium paints on the processor; its emulated OpenGL is slower still, and only 3-D needs it.
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]  # fmt: skip
WARM_UP, SAMPLES = 5, 40
WAIT = 90_000  # milliseconds until a page has to show its picture
FIVE = "steps=200&run=sgd:lr=0.01&run=momentum:lr=0.01&run=nesterov:lr=0.01&run=rmsprop:lr=0.1&run=adam:lr=0.3"
EIGHT = "steps=2000&" + "&".join(
    f"run={run}"
    for run in ("sgd:lr=0.045", "momentum:lr=0.01", "nesterov:lr=0.01", "adagrad", "rmsprop", "adam:lr=0.05", "adamax", "nadam")
)


def chromium_path() -> str:
    names = ("chromium", "chromium-browser", "google-chrome", "chrome")
    path = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, names)), None)
    if not path or not Path(path).exists():
        raise SystemExit("no Chromium found: install one (apt-get install chromium), or set CHROMIUM to its path")
    return path


@contextmanager
def chromium() -> Iterator[Any]:
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        raise SystemExit("the browser benchmarks need playwright: pip install -r requirements-dev.txt") from None
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=FLAGS)
        try:
            yield browser
        finally:
            browser.close()


def page_of(browser: Any) -> Any:
    """A new visitor with nothing cached, at 1440 × 900. Motion is reduced, so that nothing plays until asked."""
    page = browser.new_context(viewport=dict(width=1440, height=900), reduced_motion="reduce").new_page()
    page.add_init_script(path=Path(__file__).with_name("page.js"))
    page.set_default_timeout(WAIT)
    return page


def open_app(browser: Any, server: Server, query: str, path: str = "") -> Any:
    page = page_of(browser)
    page.goto(f"{server.url}{path}?{query}")
    page.wait_for_selector('[data-player] input[data-param="run0.lr"]')
    return page


def drag(cache: str) -> dict[str, Any]:
    """Milliseconds from slider to picture, ours and stock by turns, on the same scene of 5 runs × 200 steps.

    `bytes` is what our page was sent for one move.
    """
    with chromium() as browser, Server(APP, cache) as app, Server(STOCK, cache) as stock:
        ours, theirs = open_app(browser, app, FIVE), page_of(browser)
        theirs.goto(stock.url)
        theirs.wait_for_selector(".scatterlayer .js-line")
        theirs.focus("[data-testid=stSlider] input")
        app.settle()
        laps: dict[str, list[float]] = {"ours": [], "stock": []}
        for k in range(WARM_UP + SAMPLES):
            time.sleep(0.2 + 0.05 * random.random())  # at rest, and at any phase of the display's clock
            laps["ours"].append(ours.evaluate("bench.ours", 501 + k))
            time.sleep(0.2 + 0.05 * random.random())
            theirs.evaluate("bench.stock()")
            theirs.keyboard.press("ArrowRight")
            laps["stock"].append(theirs.evaluate("bench.answer"))
        received = ours.evaluate("bench.received()")
    return {name: lap[WARM_UP:] for name, lap in laps.items()} | {"bytes": received}


def trained(cache: str) -> list[float]:
    """Milliseconds from slider to picture of a complete training: digits, 64-64, 1000 updates of 32, one run."""
    with chromium() as browser, Server(APP, cache) as app:
        page = open_app(browser, app, "run=sgd:lr=0.1", "training")
        app.settle()
        laps = []
        for k in range(WARM_UP + SAMPLES // 2):
            time.sleep(0.2 + 0.05 * random.random())
            laps.append(page.evaluate("bench.ours", 501 + k))
    return laps[WARM_UP:]


def far(cache: str, latency: float = 0.2) -> dict[str, float]:
    """Milliseconds from slider to picture through a line of 200 ms: each move asked for, and along a sweep once it is there,
    with what such a move takes of the main thread.
    """
    laps: dict[str, list[float]] = {"asked": [], "local": [], "busy": [], "script": []}
    with chromium() as browser, Server(APP, cache) as app, Delay(app.port, latency) as line:
        page = page_of(browser)
        page.goto(f"http://127.0.0.1:{line.port}/embed?{FIVE}")
        page.wait_for_selector('[data-player] input[data-param="run0.lr"]')
        app.settle()
        for k in range(WARM_UP + SAMPLES // 4):
            laps["asked"].append(page.evaluate("bench.ours", 501 + k))
        began = time.perf_counter()
        page.evaluate("bench.grab()")
        sweep = time.perf_counter() - began
        metrics = page.context.new_cdp_session(page)
        metrics.send("Performance.enable")
        for k in range(WARM_UP + SAMPLES):
            time.sleep(0.05 + 0.02 * random.random())
            before = busy(metrics)
            laps["local"].append(page.evaluate("bench.ours", 100 + 16 * k))
            laps["busy"].append(1000 * (busy(metrics) - before))
            laps["script"].append(page.evaluate("bench.script"))
    return {name: median(lap[WARM_UP:]) for name, lap in laps.items()} | {"sweep": 1000 * sweep}


def busy(metrics: Any) -> float:
    """Seconds for which the main thread of a page has been busy so far, with scripts, layout and painting."""
    return {row["name"]: row["value"] for row in metrics.send("Performance.getMetrics")["metrics"]}["TaskDuration"]


def frames(cache: str, seconds: float = 4.0) -> dict[str, float]:
    """Playing 8 runs × 2000 steps: medians per frame in milliseconds, and the share of frames that showed another step."""
    with chromium() as browser, Server(APP, cache) as app:
        page = open_app(browser, app, EIGHT)
        app.settle()
        rows = page.evaluate("bench.frames", seconds)
    interval = [row["interval"] for row in rows]
    return {
        "interval": median(interval),
        "p95": sorted(interval)[int(0.95 * len(interval))],
        "script": median(row["script"] for row in rows),
        "per_second": 1000 * len(rows) / sum(interval),
        "moved": sum(row["moved"] for row in rows) / len(rows),
    }


def first_picture(page: Any, server: Server) -> float:
    """Seconds from navigation to the first drawn trajectories."""
    began = time.perf_counter()
    page.goto(server.url, wait_until="commit")
    page.wait_for_selector("[data-player]")
    return time.perf_counter() - began


def cold(cache: str, repeats: int = 3) -> dict[str, float]:
    """Medians in seconds: process start to first picture with an empty and a filled cache, and visits once it runs."""
    laps: dict[str, list[float]] = {"empty": [], "filled": [], "new": [], "again": []}
    with Server(APP, cache) as app:
        app.settle()  # which fills the cache
    with chromium() as browser:
        for _ in range(repeats):
            with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as empty, Server(APP, empty) as app:
                first_picture(page_of(browser), app)
                laps["empty"].append(time.perf_counter() - app.born)
            with Server(APP, cache) as app:
                page = page_of(browser)
                first_picture(page, app)
                laps["filled"].append(time.perf_counter() - app.born)
                app.settle()
                for name, visitor in (("new", page_of(browser)), ("again", page)):
                    laps[name].append(first_picture(visitor, app))
    return {name: median(lap) for name, lap in laps.items()}
