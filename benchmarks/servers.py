"""Streamlit servers on free ports, each in its own process that ends with its `with` block."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

ROOT = Path(__file__).parent.parent
PATIENCE = 300  # seconds until a server has to answer, and has to come to rest


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def read(url: str) -> bytes:
    with urllib.request.urlopen(url, timeout=60) as reply:
        return reply.read()


class Server:
    """`streamlit run script` in `folder`; `cache` is where it keeps compiled code. `born` is when its process was started."""

    def __init__(self, script: str, cache: str = "", folder: Path = ROOT):
        self.script, self.folder, self.port = script, folder, free_port()
        self.cache = cache or os.environ.get("DESCENT_LAB_CACHE", str(ROOT / ".cache" / "jax"))
        self.url = f"http://127.0.0.1:{self.port}/"

    def command(self) -> list[str]:
        command = [sys.executable, "-m", "streamlit", "run", self.script, "--server.port", str(self.port)]
        return [*command, "--server.address", "127.0.0.1", "--server.headless", "true", "--server.fileWatcherType", "none"]

    def __enter__(self) -> Server:
        command = self.command()
        self.born = time.perf_counter()
        self.process = subprocess.Popen(
            command,
            cwd=self.folder,
            env={**os.environ, "DESCENT_LAB_CACHE": self.cache},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self.wait()
        return self

    def wait(self) -> None:
        """Until the server answers."""
        while True:
            if self.process.poll() is not None:
                raise SystemExit(f"streamlit run {self.script} ended with status {self.process.returncode}")
            try:
                read(f"{self.url}_stcore/health")
                return
            except OSError:
                if time.perf_counter() - self.born > PATIENCE:
                    self.__exit__()
                    raise SystemExit(f"streamlit run {self.script} does not answer on {self.url}") from None
                time.sleep(0.02)

    def __exit__(self, *_) -> None:
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait(10)

    def settle(self, limit: float = PATIENCE) -> None:
        """Wait until the process idles: the warm-up in its background is over."""
        end, quiet = time.perf_counter() + limit, 0
        if not Path("/proc/self/stat").exists():  # not Linux: no cheap way to ask
            time.sleep(60)
            return
        while quiet < 3 and time.perf_counter() < end:
            before = sum(_ticks(pid) for pid in self.processes())
            time.sleep(0.5)
            quiet = quiet + 1 if sum(_ticks(pid) for pid in self.processes()) - before <= 4 else 0  # hundredths of a second

    def processes(self) -> list[int]:
        """The server's process and all that it has started."""
        pids = [self.process.pid]
        for pid in pids:
            for children in Path(f"/proc/{pid}/task").glob("*/children"):
                with contextlib.suppress(OSError):
                    pids += [int(child) for child in children.read_text().split()]
        return pids

    def used(self) -> float:
        """Seconds of processor time that all of them have taken."""
        return sum(_ticks(pid) for pid in self.processes()) / 100

    def resident(self) -> int:
        """Bytes of memory of all of them."""
        total = 0
        for pid in self.processes():
            with contextlib.suppress(OSError):
                total += int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
        return total


class Workers(Server):
    """`python -m web.serve`: the app of `folder` with several workers."""

    def __init__(self, folder: Path = ROOT, workers: int = 2, cache: str = ""):
        super().__init__("app.py", cache, folder)
        self.workers = workers

    def command(self) -> list[str]:
        command = [sys.executable, "-m", "web.serve", "--host", "127.0.0.1", "--port", str(self.port)]
        return [*command, "--workers", str(self.workers)]


def _ticks(pid: int) -> int:
    """Processor time used so far, in hundredths of a second."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0
    return int(fields[11]) + int(fields[12])
