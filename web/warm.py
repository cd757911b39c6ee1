"""Compiles ahead of time, in the background, so that the first pick of any pair is as fast as the second."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import jax

from core.page import FIRST, Wish
from pages import PAGES
from web.version import ROOT, digest

READY = threading.Event()  # what opens first is compiled, and has been opened
COMPILED = ("core", "engines", "landscapes", "optimizers", "wrappers", "activations", "norms", "pages")


def folder() -> Path | None:
    """Where compiled code is kept: $DESCENT_LAB_CACHE or the user's cache folder; None where neither can be written to."""
    with contextlib.suppress(OSError, RuntimeError):  # a full disk, a file in its place, nobody's home
        place = Path(os.environ.get("DESCENT_LAB_CACHE") or Path.home() / ".cache" / "descent-lab")
        place.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=place) as probe:
            probe.write(bytes(4096))
            probe.flush()
        return place
    return None


def keep_compiled() -> Path | None:
    """Keep compiled code between starts, where there is a place for it; without one every start compiles anew."""
    place = folder()
    if place is None:
        jax.config.update("jax_enable_compilation_cache", False)
        return None
    jax.config.update("jax_compilation_cache_dir", str(place))
    jax.config.update("jax_persistent_cache_min_compile_time_secs", 0.0)
    jax.config.update("jax_persistent_cache_min_entry_size_bytes", -1)
    return place


def opening() -> None:
    """Compile what the first picture needs."""
    page = PAGES[FIRST]
    page.compute(page.parse(())[0])


def typing() -> None:
    """Trace what any formula needs: two seconds of the interpreter's lock, in which everybody's slider would stand still."""
    page = PAGES[FIRST]
    assert page.arrays
    page.arrays(page.compute(page.parse([("formula", "x**2+y**2")])[0]), Wish())


def jobs() -> Iterator[Callable[[], object]]:
    """All there is to compile; the page that opens first has the most, and comes last."""
    for page in reversed(PAGES.values()):
        yield from page.warm()


def _stamp(place: Path) -> Path:
    """The file that says this source is compiled into the cache."""
    return place / f"compiled-{jax.__version__}-{digest(*COMPILED)}"


@contextmanager
def in_background(visit: Callable[[], bool], *more: Callable[[], object]) -> Iterator[None]:
    """Warm up beside a running server, without being felt there.

    A thread compiles what the opening picture needs and opens its page by `visit`, then calls `more`. All the rest goes to a
    child process of the lowest priority, because tracing holds the interpreter's lock: it fills the cache on disk, from which
    a first pick then takes some 60 ms.
    """
    place = keep_compiled()
    threading.Thread(target=_first, args=(visit, *more), name="warm-up", daemon=True).start()
    child = None
    if place and not _stamp(place).exists():
        child = subprocess.Popen([sys.executable, "-m", "web.warm"], cwd=ROOT)
    try:
        yield
    finally:
        if child:
            child.terminate()


def _first(visit: Callable[[], bool], *more: Callable[[], object]) -> None:
    """What a visitor needs first; then `more`, which a server can do without."""
    opening()
    if not visit():  # the server ends
        return
    READY.set()
    for job in more:
        job()


@contextmanager
def _alone(place: Path) -> Iterator[bool]:
    """Whether no other worker's child is at it."""
    if sys.platform == "win32":
        yield True
        return
    import fcntl

    with (place / "warming").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            yield False
        else:
            yield True


def fill_cache() -> None:
    """What the child does, one for all workers; it ends between two jobs when it is told to, or when its server is gone."""
    place = keep_compiled()
    if place:
        with (
            contextlib.suppress(OSError),
            _alone(place) as alone,
        ):  # on a disk that is full, what is left is compiled when asked for
            if alone:
                _fill(place)


def _fill(place: Path) -> None:
    if hasattr(os, "nice"):
        os.nice(19)
    stamp, server, asked = _stamp(place), os.getppid(), threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: asked.set())  # an entry cut off half-way would stay broken
    for job in jobs():
        if asked.is_set() or os.getppid() != server:
            return
        job()
        jax.clear_caches()  # the disk has it; a gigabyte of compiled code would stay in memory
    stamp.touch()


if __name__ == "__main__":
    fill_cache()
