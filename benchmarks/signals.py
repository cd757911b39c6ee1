"""Signals through deep networks against the lecture's own loop in NumPy and the same in torch: forward and backward.

All sides take the same statistics of every layer: mean, std and 30-bin histogram of the outputs and of the gradients that
arrive there, the share of saturated and of dead units, and the norm of the weight gradient. "Drawn" is with new weights,
which is what the lecture's loop does; "kept" is with the weights of the time before.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from statistics import median
from typing import Any

import numpy as np

from benchmarks.rival import Rival
from core.types import Spec
from engines.signal import statistics as signal
from engines.signal.network import Network, network

# Name → network, and how often it is measured.
CASES: dict[str, tuple[Network, int]] = {
    "10 × 500, batch 1000": (network("tanh", "lecun", width=500, depth=10, batch=1000), 9),
    "10 × 500, batch 256": (network("tanh", "lecun", width=500, depth=10, batch=256), 15),
    "6 × 4096, batch 16": (network("tanh", "lecun", width=4096, depth=6, batch=16), 3),
}


def lecture(n: Network, weights: list[np.ndarray] | None = None) -> tuple[list[float], list[np.ndarray]]:
    """The loop of the lecture with its gradient, float64 as NumPy draws it. Returns the std of each layer, and the weights."""
    h, kept, used, rows = np.random.randn(n.batch, n.width), [], [], []
    for layer in range(n.depth):
        w = weights[layer] if weights else np.random.randn(n.width, n.width) / np.sqrt(n.width)
        before, h = h, np.tanh(h @ w)
        slope = 1 - h**2
        kept.append((before, slope))
        used.append(w)
        rows.append([h.mean(), h.std(), np.mean(np.abs(h) > 0.99), np.mean((slope == 0).all(0)), *np.histogram(h, 30, (-1, 1))])
    gradient = np.random.randn(n.batch, n.width)
    for layer in reversed(range(n.depth)):
        before, slope = kept[layer]
        local = gradient * slope
        rows[layer] += [gradient.mean(), gradient.std(), *np.histogram(gradient, 30), np.linalg.norm(before.T @ local)]
        gradient = local @ used[layer].T
    return [float(row[1]) for row in rows], used


def timed(call: Callable[[], Any]) -> tuple[float, Any]:
    began = time.perf_counter()
    answer = call()
    return time.perf_counter() - began, answer


def measure() -> dict[str, Any]:
    """Medians in seconds per case and side, drawn and kept; `torch` is None where torch is not installed."""
    torch, rows = Rival("torch_signal.py"), {}
    try:
        for name, (n, repeats) in CASES.items():
            rows[name] = compare(n, repeats, torch if torch.version else None)
    finally:
        torch.close()
    return {"torch": torch.version, "rows": rows}


def compare(n: Network, repeats: int, torch: Rival | None) -> dict[str, float]:
    """All sides by turns. Compiling is not part of it: `first` is our first time, compiling and all."""
    laps: dict[str, list[float]] = {}

    def note(name: str, seconds: float, stds: Any) -> None:
        laps.setdefault(name, []).append(seconds)
        if not np.allclose(stds, wanted, rtol=0.1):  # different draws of the same network
            raise SystemExit(f"{name}: the layers' stds are {stds}, ours {wanted}; the comparison would mean nothing")

    first, measured = timed(lambda: signal.measure(n))
    wanted = measured.std
    weights = lecture(n)[1]
    for _ in range(repeats):
        signal._SHELF.kept.clear()
        for state in ("drawn", "kept"):
            seconds, measured = timed(lambda: signal.measure(n))
            note(f"ours_{state}", seconds, measured.std)
            seconds, (stds, _) = timed(lambda state=state: lecture(n, weights if state == "kept" else None))
            note(f"numpy_{state}", seconds, stds)
            if torch:
                told = torch.ask(width=n.width, depth=n.depth, batch=n.batch, kept=state == "kept")
                note(f"torch_{state}", told["seconds"], told["std"])
    return {"first": first} | {name: median(lap) for name, lap in laps.items()}


def dragged() -> dict[str, float]:
    """Median seconds from a value of a slider to its numbers, at 10 × 512 and the default batch; nothing compiles."""
    base = network("tanh", "normal", width=512)
    signal.measure(base)
    sliders = {
        "std": [replace(base, init=Spec("normal", {"std": float(value)})) for value in np.geomspace(0.01, 1, 12)],
        "seed": [replace(base, seed=seed) for seed in range(1, 13)],
    }
    return {name: median(timed(lambda n=n: signal.measure(n))[0] for n in steps) for name, steps in sliders.items()}
