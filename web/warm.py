"""Compiles ahead of time, in the background, so that the first pick of any pair is as fast as the second."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import jax

from core.page import FIRST
from pages import PAGES
from web.version import ROOT, digest

COMPILED = ("core", "engines", "landscapes", "optimizers", "activations", "norms", "pages")


def keep_compiled() -> Path:
    """Keep compiled code between starts, in $DESCENT_LAB_CACHE or the user's cache folder."""
    folder = Path(os.environ.get("DESCENT_LAB_CACHE") or Path.home() / ".cache" / "descent-lab")
    jax.config.update("jax_compilation_cache_dir", str(folder))
    jax.config.update("jax_persistent_cache_min_compile_time_secs", 0.0)
    jax.config.update("jax_persistent_cache_min_entry_size_bytes", -1)
    return folder


def opening() -> None:
    """Compile what the first picture needs."""
    page = PAGES[FIRST]
    page.compute(page.parse(())[0])


def jobs() -> Iterator[Callable[[], object]]:
    """All there is to compile; the page that opens first has the most, and comes last."""
    for page in reversed(PAGES.values()):
        yield from page.warm()


def _stamp() -> Path:
    """The file that says this source is compiled into the cache."""
    return keep_compiled() / f"compiled-{jax.__version__}-{digest(*COMPILED)}"


@contextmanager
def in_background(*more: Callable[[], object]) -> Iterator[None]:
    """Warm up beside a running server, without being felt there.

    A thread compiles what the opening picture needs, and calls `more`. All the rest goes to a child process of the
    lowest priority, because tracing holds the interpreter's lock: it fills the cache on disk, from which a first pick
    then takes some 60 ms.
    """
    stamp = _stamp()
    threading.Thread(target=lambda: [job() for job in (opening, *more)], name="warm-up", daemon=True).start()
    child = None if stamp.exists() else subprocess.Popen([sys.executable, "-m", "web.warm"], cwd=ROOT)
    try:
        yield
    finally:
        if child:
            child.terminate()


def fill_cache() -> None:
    """What the child does; it stops between two jobs when it is told to, or when its server is gone."""
    if hasattr(os, "nice"):
        os.nice(19)
    stamp, server, asked = _stamp(), os.getppid(), threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: asked.set())  # an entry cut off half-way would stay broken
    for job in jobs():
        if asked.is_set() or os.getppid() != server:
            return
        job()
        jax.clear_caches()  # the disk has it; a gigabyte of compiled code would stay in memory
    stamp.touch()


if __name__ == "__main__":
    fill_cache()
