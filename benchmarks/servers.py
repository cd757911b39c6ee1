"""Streamlit servers on free ports, each in its own process that ends with its `with` block."""

from __future__ import annotations

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
    """`streamlit run script`; `cache` is where it keeps compiled code. `born` is when its process was started."""

    def __init__(self, script: str, cache: str):
        self.script, self.cache, self.port = script, cache, free_port()
        self.url = f"http://127.0.0.1:{self.port}/"

    def __enter__(self) -> Server:
        command = [sys.executable, "-m", "streamlit", "run", self.script, "--server.port", str(self.port)]
        command += ["--server.address", "127.0.0.1", "--server.headless", "true", "--server.fileWatcherType", "none"]
        self.born = time.perf_counter()
        self.process = subprocess.Popen(
            command,
            cwd=ROOT,
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
        stat, end, quiet = Path(f"/proc/{self.process.pid}/stat"), time.perf_counter() + limit, 0
        if not stat.exists():  # not Linux: no cheap way to ask
            time.sleep(60)
            return
        while quiet < 3 and time.perf_counter() < end:
            before = _ticks(stat)
            time.sleep(0.5)
            quiet = quiet + 1 if _ticks(stat) - before <= 2 else 0  # hundredths of a second


def _ticks(stat: Path) -> int:
    """Processor time used so far, in hundredths of a second."""
    fields = stat.read_text().rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])
