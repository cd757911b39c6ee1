"""What a server says of itself: /metrics for Prometheus, and one line of JSON for each request.

With several workers each counts for itself in a folder that the first process makes (web.serve), and whoever is asked adds up.
No line and no number holds who asked: no address of a network, no cookie, no browser.
"""

from __future__ import annotations

import contextlib
import json
import os
import time
from pathlib import Path
from typing import Any

import prometheus_client as prometheus
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, multiprocess
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

FOLDER = "PROMETHEUS_MULTIPROC_DIR"  # the environment: where several workers count; set before this module is loaded
LOG = "DESCENT_LAB_LOG"  # the environment: `off` for no line per request
SECONDS = (0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)

REQUESTS = Counter("descent_requests", "Answers by route and status.", ["route", "status"])
TOOK = Histogram("descent_request_seconds", "From the request to the end of its answer.", ["route"], buckets=SECONDS)
SENT = Counter("descent_sent_bytes", "Bytes of bodies.", ["route"])
REFUSED = Counter("descent_refused", "Answers 503 by the line that was full.", ["lane"])
IN_LINE = Gauge("descent_in_line", "Work that waits or is under way.", ["lane"], multiprocess_mode="livesum")
SESSIONS = Gauge("descent_sessions", "Open pages of Streamlit.", multiprocess_mode="livesum")
RESIDENT = Gauge("descent_resident_bytes", "Memory of all workers.", multiprocess_mode="livesum")
KEPT = Gauge("descent_kept_bytes", "Answers and results that are kept.", ["shelf"], multiprocess_mode="livesum")
COMPILED = Gauge("descent_compiled", "Executables since they were last thrown away.", multiprocess_mode="livesum")
RELIEVED = Counter("descent_relieved", "How often everything kept was thrown away to stay within the memory.")
LAG = Gauge("descent_lag_seconds", "How late the server's loop is.", multiprocess_mode="livesum")


def begin() -> None:
    """Count anew: what a worker that is gone has left as its present state is no longer true."""
    if FOLDER not in os.environ:
        return
    for file in Path(os.environ[FOLDER]).glob("gauge_live*_*.db"):
        pid = int(file.stem.rpartition("_")[2])
        if pid != os.getpid() and not alive(pid):
            file.unlink(missing_ok=True)


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def end() -> None:
    if FOLDER in os.environ:
        multiprocess.mark_process_dead(os.getpid())


def metrics(request: Request) -> Response:
    """/metrics, of all workers."""
    registry: CollectorRegistry = prometheus.REGISTRY
    if FOLDER in os.environ:
        registry = CollectorRegistry()
        multiprocess.MultiProcessCollector(registry)
    headers = {"Cache-Control": "no-store"}
    return Response(prometheus.generate_latest(registry), headers=headers, media_type=prometheus.CONTENT_TYPE_LATEST)


class Telling:
    """The lines, each in one piece. A log that cannot be written (full disk, closed pipe) costs its lines, not the server."""

    def __init__(self):
        self.on, self.file = os.environ.get(LOG, "on") != "off", 1  # standard output, past Python's buffer

    def line(self, **said: Any) -> None:
        if self.on:
            with contextlib.suppress(OSError):
                os.write(self.file, (json.dumps(said) + "\n").encode())


LINES = Telling()


class Watch:
    """One request from its beginning to the end of its answer."""

    __slots__ = ("begun", "bytes", "lane", "route", "status")

    def __init__(self, route: str):
        self.route, self.status, self.bytes, self.lane, self.begun = route, 0, 0, "", time.perf_counter()

    def done(self, scope: Any) -> None:
        """Count it, and write its line. Status 499: the client had gone before there was an answer."""
        took, status = time.perf_counter() - self.begun, self.status or 499
        REQUESTS.labels(self.route, status).inc()
        TOOK.labels(self.route).observe(took)
        SENT.labels(self.route).inc(self.bytes)
        if self.lane:
            REFUSED.labels(self.lane).inc()
        LINES.line(
            time=time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
            method=scope["method"],
            path=scope["path"],
            query=scope["query_string"].decode("utf-8", "replace")[:2000],
            status=status,
            bytes=self.bytes,
            milliseconds=round(took * 1e3, 2),
            **({"full": self.lane} if self.lane else {}),
            worker=os.getpid(),
        )


ROUTES = [Route("/metrics", metrics)]
