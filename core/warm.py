"""Compiles ahead of time, in the background, so that the first pick of any pair is as fast as the second."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import jax
import numpy as np

from core import engine
from core import experiment as ex
from core.results import Descent
from core.types import Landscape
from core.window import GRID
from landscapes import LANDSCAPES
from optimizers import OPTIMIZERS

log = logging.getLogger(__name__)


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


def everything(pause: float = 0.0) -> None:
    """Compile the rest, what is picked most often first, with `pause` seconds of rest after each."""
    first = [run.optimizer.key for run in ex.default().runs]
    later = [key for key in OPTIMIZERS if key not in first]
    for kind in ("uniform", "gaussian"):
        engine.noise(kind, 1.0, 0)
    for landscape in LANDSCAPES.values():
        surface(landscape)
        for key in first:
            pair(landscape, key)
            time.sleep(pause)
    for landscape in LANDSCAPES.values():
        for key in later:
            pair(landscape, key)
            time.sleep(pause)


@contextmanager
def in_background() -> Iterator[None]:
    """Warm up beside a running server, without being felt there.

    Tracing holds the interpreter's lock, so the compiling is done by a child process of the lowest priority that fills the
    cache on disk; afterwards a thread of ours takes one pair at a time from there, with long rests.
    """
    keep_compiled()
    child = subprocess.Popen([sys.executable, "-m", "core.warm"], cwd=Path(__file__).parent.parent)

    def load() -> None:
        opening()
        if child.wait() == 0:
            everything(pause=0.3)
            log.info("every pair of surface and optimizer is compiled")

    threading.Thread(target=load, name="warm-up", daemon=True).start()
    try:
        yield
    finally:
        child.terminate()


if __name__ == "__main__":
    if hasattr(os, "nice"):
        os.nice(19)
    keep_compiled()
    everything()
