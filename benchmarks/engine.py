"""The engine against optax under jit and against a plain torch loop: 1000 steps of four optimizers on Rosenbrock."""

from __future__ import annotations

import time
from collections.abc import Callable
from statistics import median
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import optax

from benchmarks.rival import Rival
from engines.descent import engine
from landscapes import LANDSCAPES
from optimizers import OPTIMIZERS

STEPS, REPEATS, TORCH_REPEATS = 1000, 200, 7
PROBE = 100  # both sides must agree here; later some of these paths are chaotic and rounding decides
ROSENBROCK = LANDSCAPES["rosenbrock"]

# Learning rate, optax's equivalent, and the arguments of torch's, all with the same constants.
SAME: dict[str, tuple[float, Callable[[float], Any], dict[str, float]]] = {
    "sgd": (1e-3, optax.sgd, {}),
    "momentum": (5e-4, lambda lr: optax.sgd(lr, momentum=0.9), {"momentum": 0.9}),
    "rmsprop": (
        1e-3,
        lambda lr: optax.rmsprop(lr, decay=0.9, eps=1e-7, eps_in_sqrt=False),
        {"alpha": 0.9, "eps": 1e-7},
    ),
    "adam": (0.02, lambda lr: optax.adam(lr, b1=0.9, b2=0.999, eps=1e-7), {"betas": (0.9, 0.999), "eps": 1e-7}),
}


def ours(key: str, rate: float) -> Callable[[], np.ndarray]:
    """`engine.descend` as the app calls it. It returns the path."""
    rule, rates = OPTIMIZERS[key], np.full(STEPS, rate)
    hyper = {p.key: p.default for p in rule.params}
    return lambda: engine.descend(ROSENBROCK, {}, rule, hyper, rates, ROSENBROCK.start).x


def bare(call: Callable[[], Any]) -> Callable[[], Any]:
    """Only the compiled loop inside `call`: no padding, conversion to NumPy, cutting or search for divergence."""
    caught: list[Any] = []
    loop = engine._loop

    def catch(*pair):
        compiled = loop(*pair)
        return lambda *args: (caught.append((compiled._jitted, args)), compiled(*args))[1]

    engine._loop = catch
    try:
        call()
    finally:
        engine._loop = loop
    jitted, args = caught[0]
    return lambda: jax.block_until_ready(jitted(*args))


def rival(make: Callable[[float], Any], rate: float) -> tuple[Callable[[], Any], Callable[[], np.ndarray]]:
    """The same path by optax in a jitted lax.scan: the loop alone, and with its path, losses and gradients as NumPy."""
    rule = make(rate)

    @jax.jit
    def run(start):
        def body(carry, _):
            x, state = carry
            loss, gradient = jax.value_and_grad(ROSENBROCK.fn)(x, None)
            move, state = rule.update(gradient, state, x)
            return (optax.apply_updates(x, move), state), (x, loss, gradient)

        (end, _), (xs, losses, gradients) = jax.lax.scan(body, (start, rule.init(start)), None, STEPS)
        loss, gradient = jax.value_and_grad(ROSENBROCK.fn)(end, None)
        return jnp.vstack([xs, end]), jnp.append(losses, loss), jnp.vstack([gradients, gradient])

    start = np.asarray(ROSENBROCK.start)
    return lambda: jax.block_until_ready(run(start)), lambda: jax.tree.map(np.asarray, run(start))[0]


def seconds(call: Callable[[], Any]) -> float:
    began = time.perf_counter()
    call()
    return time.perf_counter() - began


def in_torch(torch: Rival, key: str, rate: float, kwargs: dict[str, float]) -> dict[str, Any]:
    """One timed descent."""
    return torch.ask(key=key, kwargs={"lr": rate, **kwargs}, start=ROSENBROCK.start, steps=STEPS)


def measure() -> dict[str, Any]:
    """Medians in seconds and median ratios per optimizer; `torch` is None where torch is not installed."""
    torch, rows = Rival("torch_loop.py"), {}
    try:
        for key, (rate, make, kwargs) in SAME.items():
            rows[key] = compare(key, rate, make, kwargs, torch if torch.version else None)
    finally:
        torch.close()
    return {"torch": torch.version, "rows": rows}


def compare(
    key: str, rate: float, make: Callable[[float], Any], kwargs: dict[str, float], torch: Rival | None
) -> dict[str, float]:
    mine, (their_loop, theirs) = ours(key, rate), rival(make, rate)
    calls = {"ours": mine, "optax": theirs, "our_loop": bare(mine), "optax_loop": their_loop}
    same(key, "optax", mine()[PROBE], theirs()[PROBE])
    laps: dict[str, list[float]] = {name: [] for name in calls}
    for turn in range(REPEATS):
        for name in list(calls)[:: -1 if turn % 2 else 1]:
            laps[name].append(seconds(calls[name]))
    medians = {name: median(lap) for name, lap in laps.items()}
    medians["ratio"] = median(a / b for a, b in zip(laps["ours"], laps["optax"], strict=True))
    medians["loop_ratio"] = median(a / b for a, b in zip(laps["our_loop"], laps["optax_loop"], strict=True))
    if torch:
        same(key, "torch", mine()[PROBE], in_torch(torch, key, rate, kwargs)["probe"])
        pairs = [(in_torch(torch, key, rate, kwargs)["seconds"], seconds(mine)) for _ in range(TORCH_REPEATS)]
        medians["torch"], medians["torch_ratio"] = median(a for a, _ in pairs), median(a / b for a, b in pairs)
    return medians


def same(key: str, library: str, a: Any, b: Any) -> None:
    if not np.allclose(a, b, rtol=1e-9):
        raise SystemExit(
            f"{key}: after {PROBE} steps our engine is at {a}, {library} at {b}; the comparison would mean nothing"
        )
