"""Compiles ahead of time, in the background, so that the first pick of any pair is as fast as the second."""

from __future__ import annotations

import logging
import os
import threading
import time
from pathlib import Path

import jax
import numpy as np

from core import engine
from core import experiment as ex
from core.results import Descent
from core.types import Landscape
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
    engine.grid(landscape, values, 141, 101)
    for count in (201, engine.MAX_STEPS + 1):
        engine.curvature(landscape, values, np.zeros((count, 2)))
    engine.loss_at(landscape, values, (0.0, 0.0))


def pair(landscape: Landscape, optimizer: str) -> None:
    """Compile one pair of surface and optimizer."""
    rule = OPTIMIZERS[optimizer]
    values = {p.key: p.default for p in landscape.params}
    engine.descend(landscape, values, rule, {p.key: p.default for p in rule.params}, np.full(1, 1e-3), landscape.start)


def everything(pause: float = 0.0) -> None:
    """The opening picture first, then what is picked most often, then the rest. `pause` seconds of rest between two."""
    began = time.monotonic()
    surface(LANDSCAPES["taco"])
    Descent(ex.default())
    for kind in ("uniform", "gaussian"):
        engine.noise(kind, 1.0, 0)
    opening = [run.optimizer.key for run in ex.default().runs]
    rest = [key for key in OPTIMIZERS if key not in opening]
    for group in (opening, rest):
        for landscape in LANDSCAPES.values():
            if group is opening:
                surface(landscape)
            for key in group:
                pair(landscape, key)
                time.sleep(pause)
    log.info("all %d pairs compiled after %.1f s", len(LANDSCAPES) * len(OPTIMIZERS), time.monotonic() - began)


def in_background() -> threading.Thread:
    """Start `everything` on a thread that ends with the process."""
    keep_compiled()
    thread = threading.Thread(target=everything, args=(0.005,), name="warm-up", daemon=True)
    thread.start()
    return thread
