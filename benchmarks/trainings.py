"""Complete trainings as the page answers them, against the same loop in optax under jit and in torch.

Ours is what the first answer holds: every update with its loss and the norm of its gradient, the weights at 25 steps, and loss
and accuracy of both parts of the data there. The others take down the loss and the norm of each update, and nothing else.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from itertools import count
from pathlib import Path
from statistics import median
from typing import Any
from urllib.parse import parse_qsl

import jax
import jax.numpy as jnp
import numpy as np
import optax

from benchmarks.engine import seconds
from benchmarks.rival import Rival
from core.page import Wish
from datasets import DATASETS
from engines.training import codec, data, network, plane, replay, results, sharpness
from engines.training.experiment import Training
from pages.training import answer
from pages.training.presets import PRESETS

REPEATS, TORCH_REPEATS = 15, 5
PROBE = 20  # losses must agree so far, to 1e-3; later rounding decides
DIGITS = "data=digits&model=mlp:width=64,depth=2&steps=1000&batch=32"
MNIST = "data=mnist_5k&model=mlp:width=100,depth=2&steps=1000&batch=64"
# Name → its query with a rate, its rule and rate, and the aim.
CASES = {
    "digits 64-64, 1000 × 32, SGD": (DIGITS, "sgd", 0.1, "≤ 60 ms"),
    "digits 64-64, 1000 × 32, Adam": (DIGITS, "adam", 0.001, "≤ 60 ms"),
    "MNIST-5k 100-100, 1000 × 64, SGD": (MNIST, "sgd", 0.1, "≤ 0.5 s"),
}
EIGHT = DIGITS + "".join(f"&run=sgd:lr={{{i}}}" for i in range(8))
STEPS = [preset for preset in PRESETS if preset.name[0].isdigit()]  # the seven steps of the lectures
OPTAX = {"sgd": optax.sgd, "adam": lambda lr: optax.adam(lr, eps=1e-7)}
WARM = 2  # laps that do not count, which compile


def read(query: str) -> Training:
    value, problems = codec.parse(parse_qsl(query))
    assert not problems, problems
    return value


def respond(t: Training) -> Any:
    """The answer before it becomes bytes, computed and not recalled."""
    results._SHELF.kept.clear()
    return answer.arrays(answer.compute(t), Wish())


def other(rate: float) -> Callable[[], float]:
    """Rates next to one another, so that nothing is known beforehand."""
    turns = count()
    return lambda: rate * (1 + 1e-4 * next(turns))


def in_optax(t: Training, rule: Callable[[Any], Any]) -> Callable[[float], np.ndarray]:
    """The loss of every update from the same weights with the same batches, for a rate: one compiled lax.scan."""
    (run,) = t.runs
    made, seen = results.begun(t, run), data.data(t)
    start = network.named(made.form, made.flat)
    layers, chosen = len(made.form.shapes), data.batches(t)

    def loss(parts: Any, rows: Any) -> Any:
        h = seen_x[rows]
        for i in range(1, layers):
            h = jax.nn.relu(h @ parts[f"W{i}"] + parts[f"b{i}"])
        scores = h @ parts[f"W{layers}"] + parts[f"b{layers}"]
        return optax.softmax_cross_entropy_with_integer_labels(scores, seen_y[rows]).mean()

    seen_x, seen_y = jnp.asarray(seen.x[: t.train]), jnp.asarray(seen.y[: t.train])

    @jax.jit
    def go(start: Any, rate: Any, batches: Any) -> Any:
        steps = rule(rate)

        def body(so_far: Any, rows: Any) -> Any:
            parts, state = so_far
            value, gradient = jax.value_and_grad(loss)(parts, rows)
            moves, state = steps.update(gradient, state, parts)
            return (optax.apply_updates(parts, moves), state), (value, optax.global_norm(gradient))

        return jax.lax.scan(body, (start, steps.init(start)), batches)

    return lambda rate: jax.tree.map(np.asarray, go(start, np.float32(rate), chosen))[1][0]


def compare(query: str, rule: str, rate: float, torch: Rival | None) -> dict[str, float]:
    """Medians in seconds and median ratios, all sides by turns with the same rate; compiling is not part of it."""
    alone = lambda lr: read(f"{query}&run={rule}:lr={lr!r}")  # noqa: E731
    theirs, moved = in_optax(alone(rate), OPTAX[rule]), other(rate)
    laps: dict[str, list[float]] = {"ours": [], "optax": []}
    same("optax", results.trained(alone(rate)).loss, theirs(rate))
    for turn in range(WARM + REPEATS):
        t, lr = alone(next_rate := moved()), next_rate
        both = {"ours": lambda t=t: respond(t), "optax": lambda lr=lr: theirs(lr)}
        for name in list(both)[:: -1 if turn % 2 else 1]:
            laps[name].append(seconds(both[name]))
    laps = {name: lap[WARM:] for name, lap in laps.items()}
    medians = {name: median(lap) for name, lap in laps.items()}
    medians["optax_ratio"] = median(a / b for a, b in zip(laps["ours"], laps["optax"], strict=True))
    return medians | (in_torch(alone(rate), rule, rate, alone, moved, torch) if torch else {})


def in_torch(t: Training, rule: str, rate: float, alone: Any, moved: Any, torch: Rival) -> dict[str, float]:
    run = results.trained(t)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "training.npz"
        np.savez(file, allow_pickle=False, **replay.arrays(t, [run]))
        same("torch", run.loss, torch.ask(file=str(file), rule=rule, lr=rate)["loss"])
        pairs = []
        for _ in range(TORCH_REPEATS):
            lr = moved()
            told = torch.ask(file=str(file), rule=rule, lr=lr)["seconds"]
            pairs.append((told, seconds(lambda lr=lr: respond(alone(lr)))))
    return {"torch": median(a for a, _ in pairs), "torch_ratio": median(a / b for a, b in pairs)}


def same(library: str, ours: Any, theirs: Any) -> None:
    if not np.allclose(ours[:PROBE], theirs[:PROBE], rtol=1e-3):
        raise SystemExit(f"{library} trains otherwise than we do: {ours[:PROBE]} and {theirs[:PROBE]}")


def measure() -> dict[str, Any]:
    """Rows of CASES by name, those without their data left out and named in `missing`; `torch` is None where there is none."""
    torch, rows, missing = Rival("torch_training.py"), {}, []
    try:
        for name, (query, rule, rate, _) in CASES.items():
            if DATASETS[dict(parse_qsl(query))["data"].partition(":")[0]].missing():
                missing.append(name)
            else:
                rows[name] = compare(query, rule, rate, torch if torch.version else None)
    finally:
        torch.close()
    return {"torch": torch.version, "rows": rows, "missing": missing}


def alone() -> dict[str, float]:
    """Median seconds of what has no rival here, compiled, and not recalled."""
    moved = other(0.1)
    edge = "data=digits&model=mlp:width=32,depth=2&train=256&batch=256&steps=3000&sharpness=1&run=sgd:lr="
    flat = read(f"{DIGITS}&run=sgd:lr=0.1&plane=pca:size=64")

    def landscape() -> Any:
        plane.plane.cache_clear()
        return plane.plane(flat)

    def sharp() -> Any:
        sharpness._SHELF.kept.clear()
        return respond(read(f"{edge}{moved()!r}"))

    return {
        "8 runs of digits 64-64, 1000 × 32, SGD": lap(lambda: respond(read(EIGHT.format(*(moved() for _ in range(8))))), 5),
        **slowest(),
        "landscape 64 × 64 of digits 64-64": lap(landscape, 7),
        "edge of stability, 32-32, 256 samples, 3000 steps": lap(sharp, 3),
    }


def slowest() -> dict[str, float]:
    """Of the seven steps that one which takes longest."""
    laps = {preset.name: lap(lambda query=preset.query: respond(read(query)), 5) for preset in STEPS}
    name = max(laps, key=laps.__getitem__)
    return {f"slowest of the seven steps: {name}": laps[name]}


def lap(call: Callable[[], Any], repeats: int) -> float:
    call()  # compiles
    return median(seconds(call) for _ in range(repeats))
