"""One app and one Chromium for all browser tests of a worker; a fresh profile for every visit.

The player is the same on `/` and on `/embed`, which opens in half the time. A test goes to `/` for what the page adds, and
to `/embed` for the player itself.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from lab import Lab, Troubles
from playwright.sync_api import Browser, expect, sync_playwright

ROOT = Path(__file__).parents[2]
PATIENCE = 60_000  # ms: two workers, two servers that warm up and two browsers may share two cores
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
FLAGS = [
    "--no-sandbox", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader",
    # Without a graphics card only WebGL needs to pretend that there is one: all else is drawn faster without.
    "--disable-gpu-compositing", "--disable-gpu-rasterization", "--disable-accelerated-2d-canvas",
]  # fmt: skip
# Or the race would play by itself, a line would greet, and what to look for would be open.
SEEN = "for (const what of ['seen', 'greeted', 'looked']) localStorage.setItem(`descent-lab-${what}`, '1')"


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    """The address of an app of our own."""
    port = _free_port()
    log = tmp_path_factory.mktemp("server") / "log.txt"
    options = {"server.port": port, "server.address": "127.0.0.1", "server.headless": "true", "server.fileWatcherType": "none"}
    command = [sys.executable, "-m", "streamlit", "run", "app.py", *(f"--{key}={value}" for key, value in options.items())]
    env = {**os.environ, "DESCENT_LAB_CACHE": os.environ.get("DESCENT_LAB_CACHE") or str(ROOT / ".cache" / "jax")}
    more = {"preexec_fn": _end_with_us} if sys.platform == "linux" else {}
    with log.open("wb") as output:
        process = subprocess.Popen(command, cwd=ROOT, env=env, stdout=output, stderr=subprocess.STDOUT, **more)
        try:
            _wait_until_up(f"http://127.0.0.1:{port}", process, log)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _end_with_us() -> None:
    """On Linux, tests that are killed leave no server behind."""
    ctypes.CDLL(None).prctl(1, signal.SIGTERM)  # PR_SET_PDEATHSIG


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _wait_until_up(address: str, process: subprocess.Popen, log: Path) -> None:
    end = time.monotonic() + 90
    while time.monotonic() < end and process.poll() is None:
        try:
            with urllib.request.urlopen(f"{address}/healthz", timeout=5) as reply:
                if reply.read() == b"ok":
                    return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    pytest.fail(f"the app did not answer at {address}/healthz; it said:\n{log.read_text(errors='replace')[-3000:]}")


@pytest.fixture(scope="session")
def browser():
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=_chromium(playwright), args=FLAGS)
        yield launched
        launched.close()


def _chromium(playwright) -> str:
    asked = os.environ.get("CHROMIUM")
    if asked and not shutil.which(asked):
        pytest.fail(f"CHROMIUM={asked} is not a program that can be started")
    chromium = asked or next(filter(shutil.which, NAMES), None) or playwright.chromium.executable_path
    if not shutil.which(chromium):
        pytest.fail(
            "The browser tests need Chromium, and there is none. `make test` installs one. By hand: "
            "`python -m playwright install chromium`, or install Chromium or Chrome and set CHROMIUM to its path."
        )
    return shutil.which(chromium)


@pytest.fixture
def visit(browser, server):
    """`visit("/?run=sgd", locale="zh-CN")`: open an address of the app as somebody new, and return what they see.

    What goes wrong meanwhile fails the test: script errors, console errors, failed requests and answers of 400 and more,
    but for those that the test has announced with `lab.troubles.expect(…)`.
    """
    visits = Visits(browser, server)
    yield visits
    visits.leave()


class Visits:
    def __init__(self, browser: Browser, server: str):
        self.browser, self.server, self.open = browser, server, []

    def __call__(self, path: str = "/", *, first: bool = False, ready: bool = True, script: str = "", **options) -> Lab:
        """Open a path of the app.

        Args:
          first: this profile was never here before. ready: wait for the picture.
          script: what the page runs before anything of its own. options: of the profile, in Playwright's words.
        """
        viewport = {"width": 1440, "height": 900}
        context = self.browser.new_context(**{"viewport": viewport, "locale": "en-US", "color_scheme": "light", **options})
        context.set_default_timeout(PATIENCE)
        context.add_init_script(script if first else f"{SEEN};{script}")
        page, troubles = context.new_page(), Troubles()
        troubles.watch(page)
        self.open.append((context, troubles))
        lab = Lab(page, troubles, self.server)
        lab.go(path, ready)
        return lab

    def leave(self) -> None:
        troubles = [trouble for _, watched in self.open for trouble in watched.unexpected()]
        for context, watched in self.open:
            watched.ended = True
            context.close()
        assert not troubles, "while the page was open:\n" + "\n".join(troubles)


expect.set_options(timeout=PATIENCE)
