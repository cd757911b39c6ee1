"""Compiles ahead of time, in the background, so that the first pick of any pair is as fast as the second."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from urllib.parse import parse_qsl

import jax
import numpy as np

from core.types import Landscape
from engines.activation import learning
from engines.descent import codec, engine
from engines.descent import experiment as ex
from engines.descent.results import Descent
from engines.descent.window import GRID
from engines.signal import network
from engines.signal.statistics import measure
from landscapes import LANDSCAPES
from optimizers import OPTIMIZERS
from pages.activations import query as gallery
from pages.schedules.presets import PRESETS as SCHEDULE_PRESETS
from pages.schedules.seeds import Courses
from web.version import ROOT, digest


def keep_compiled() -> Path:
    """Keep compiled code between starts, in $DESCENT_LAB_CACHE or the user's cache folder."""
    folder = Path(os.environ.get("DESCENT_LAB_CACHE") or Path.home() / ".cache" / "descent-lab")
    jax.config.update("jax_compilation_cache_dir", str(folder))
    jax.config.update("jax_persistent_cache_min_compile_time_secs", 0.0)
    jax.config.update("jax_persistent_cache_min_entry_size_bytes", -1)
    return folder


def surface(landscape: Landscape) -> None:
    """Compile what a surface needs whatever the optimizer: its grid, its curvature, its minima."""
    values = {p.key: p.default for p in landscape.params}
    engine.grid(landscape, values, landscape.domain, *GRID)
    for count in (201, engine.MAX_STEPS + 1):
        engine.curvature(landscape, values, np.zeros((count, 2)))
    engine.loss_at(landscape, values, (0.0, 0.0))


def pair(landscape: Landscape, optimizer: str) -> None:
    """Compile one pair of surface and optimizer."""
    rule = OPTIMIZERS[optimizer]
    values = {p.key: p.default for p in landscape.params}
    engine.descend(landscape, values, rule, {p.key: p.default for p in rule.params}, np.full(1, 1e-3), landscape.start)


def opening() -> None:
    """Compile what the first picture needs."""
    surface(LANDSCAPES["taco"])
    Descent(ex.default())


def jobs() -> Iterator[Callable[[], object]]:
    """All there is to compile, what is picked most often first."""
    yield lambda: measure(network.default())
    yield lambda: [learning.dying(spec) for spec in gallery.default().activations]
    yield from (partial(_course, preset.query) for preset in SCHEDULE_PRESETS)
    first = [run.optimizer.key for run in ex.default().runs]
    for kind in ("uniform", "gaussian"):
        yield partial(engine.noise, kind, 1.0, 0)
    for landscape in LANDSCAPES.values():
        yield partial(surface, landscape)
        yield from (partial(pair, landscape, key) for key in first)
    for landscape in LANDSCAPES.values():
        yield from (partial(pair, landscape, key) for key in OPTIMIZERS if key not in first)


def _course(query: str) -> None:
    """Compile what a preset of the page of schedules needs."""
    Courses(codec.parse(parse_qsl(query), ex.HORIZON)[0])


def _stamp() -> Path:
    """The file that says this source is compiled into the cache."""
    return (
        keep_compiled()
        / f"compiled-{jax.__version__}-{digest('core', 'engines', 'landscapes', 'optimizers', 'activations', 'norms')}"
    )


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
