"""How fast Descent Lab is, beside the usual ways to do the same.

    python benchmarks/bench.py [--only engine,maps,signal,training,drag,far,bytes,frames,cold]

Times are medians and depend on the machine; the ratios depend on it much less, because both sides are measured by turns
on the same machine in the same minute. Torch is compared where it can be imported, or by the Python that
$BENCH_TORCH_PYTHON names. The browser is $CHROMIUM, or the first Chromium on the path.
"""

from __future__ import annotations

import argparse
import logging
import os
import platform
import signal
import struct
import sys
import tempfile
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).parent.parent))

from benchmarks.servers import Server, read

Rows = list[tuple[str, str, str, str, str]]  # what, ours, theirs, ratio, aim
RULES = ("sgd", "momentum", "nesterov", "adagrad", "rmsprop", "adam", "adamax", "nadam")


def engine_rows(cache: str) -> Rows:
    """`engine.descend` with all it returns, and the compiled loops alone."""
    from benchmarks import engine

    measured, rows = engine.measure(), []
    for key, m in measured["rows"].items():
        rows.append((f"{key}: descend | optax jit + NumPy", us(m["ours"]), us(m["optax"]), f"{m['ratio']:.2f}×", "≤ 1.5×"))
        rows.append((f"{key}: compiled loop alone", us(m["our_loop"]), us(m["optax_loop"]), f"{m['loop_ratio']:.2f}×", ""))
        if "torch" in m:
            rows.append(
                (f"{key}: descend | torch loop", us(m["ours"]), us(m["torch"]), f"{m['torch_ratio']:.0f}× faster", "≥ 300×")
            )
    if not measured["torch"]:
        rows.append(("torch is not installed: BENCH_TORCH_PYTHON names a Python that has it", "", "", "", ""))
    return rows


def map_rows(cache: str) -> Rows:
    """`atlas.basin` and `atlas.stability`, everything compiled."""
    from benchmarks import maps

    aims = ("≤ 150 ms", "≤ 400 ms", "≤ 100 ms")
    return [(name, ms(1e3 * taken), "", "", aim) for (name, taken), aim in zip(maps.measure().items(), aims, strict=True)]


def signal_rows(cache: str) -> Rows:
    """`signal.measure` with all it returns, against the lecture's loop."""
    from benchmarks import signals

    measured, rows = signals.measure(), []
    for name, m in measured["rows"].items():
        rows.append((f"{name}: first time, compiling", ms(1e3 * m["first"]), "", "", "≤ 2 s"))
        for state in ("drawn", "kept"):
            for rival in ("numpy", "torch"):
                if f"{rival}_{state}" in m:
                    ours, theirs = m[f"ours_{state}"], m[f"{rival}_{state}"]
                    label = f"{name}: weights {state} | {'NumPy' if rival == 'numpy' else 'torch'}"
                    aim = "≤ 0.3 s" if "4096" in name and state == "kept" else ""
                    rows.append((label, ms(1e3 * ours), ms(1e3 * theirs), f"{theirs / ours:.1f}× faster", aim))
    for slider, seconds in signals.dragged().items():
        rows.append((f"10 × 512, batch 256: a new {slider}", ms(1e3 * seconds), "", "", "≤ 100 ms"))
    if not measured["torch"]:
        rows.append(("torch is not installed: BENCH_TORCH_PYTHON names a Python that has it", "", "", "", ""))
    return rows


def training_rows(cache: str) -> Rows:
    """What the page answers for complete trainings, compiled before, and from the slider to the picture."""
    from benchmarks import browser, trainings

    measured, rows = trainings.measure(), []
    for name, m in measured["rows"].items():
        aim = trainings.CASES[name][-1]
        rows.append((f"{name} | optax scan", ms(1e3 * m["ours"]), ms(1e3 * m["optax"]), f"{m['optax_ratio']:.2f}×", aim))
        if "torch" in m:
            ratio = f"{m['torch_ratio']:.0f}× faster"
            rows.append((f"{name} | torch loop", ms(1e3 * m["ours"]), ms(1e3 * m["torch"]), ratio, "≥ 20×"))
    rows += [(f"{name}: its data are missing, see README", "", "", "", "") for name in measured["missing"]]
    if not measured["torch"]:
        rows.append(("torch is not installed: BENCH_TORCH_PYTHON names a Python that has it", "", "", "", ""))
    aims = ("≤ 400 ms", "≤ 100 ms", "≤ 300 ms", "≤ 2 s")
    rows += [(name, ms(1e3 * taken), "", "", aim) for (name, taken), aim in zip(trainings.alone().items(), aims, strict=True)]
    rows.append(("slider to picture, digits 64-64, 1000 × 32, SGD", ms(median(browser.trained(cache))), "", "", "≤ 120 ms"))
    return rows


def drag_rows(cache: str) -> Rows:
    from benchmarks import browser

    laps = browser.drag(cache)
    ours, stock, sent, frames = laps["ours"], laps["stock"], laps["bytes"], stock_bytes(200)
    ratio = median(b / a for a, b in zip(ours, stock, strict=True))
    return [
        ("median | stock", ms(median(ours)), ms(median(stock)), f"{ratio:.1f}× faster", "≥ 15×, ≤ 35 ms"),
        ("quickest | stock", ms(min(ours)), ms(min(stock)), f"{min(stock) / min(ours):.1f}× faster", ""),
        ("sent for one move | stock", kb(sent), kb(frames), f"{frames / sent:.0f}× smaller", ""),
    ]


def far_rows(cache: str) -> Rows:
    from benchmarks import browser

    measured = browser.far(cache)
    return [
        ("each move asked for", ms(measured["asked"]), "", "", ""),
        ("once the sweep is there", ms(measured["local"]), "", "", "≤ 20 ms"),
        ("scripts of such a move", ms(measured["script"]), "", "", "≤ 8 ms"),
        ("main thread of such a move, with layout and painting", ms(measured["busy"]), "", "", ""),
        ("until it is there", ms(measured["sweep"]), "", "", ""),
    ]


def bytes_rows(cache: str) -> Rows:
    """The binary answer by HTTP with its default fields: x, f and the norm of the gradient."""
    rows: Rows = []
    with Server("app.py", cache) as app:
        for steps in (200, 1000, 5000):
            for runs in (1, 4, 8):
                query = f"api/descent?format=bin&steps={steps}" + "".join(f"&run={key}" for key in RULES[:runs])
                total, each = payload(app.url + query, steps, runs)
                rows.append(
                    (f"{steps} steps × {runs} runs", kb(total), "", f"{each:.1f} B per step and run", "≤ 16 B + header")
                )
    return rows


def payload(url: str, steps: int, runs: int) -> tuple[int, float]:
    """All bytes of an answer, and those of its arrays per step and run; a run of n steps has n + 1 points."""
    blob = read(url)
    header = 4 + struct.unpack_from("<I", blob)[0]
    return len(blob), (len(blob) - header) / ((steps + 1) * runs)


def stock_bytes(steps: int) -> int:
    """Of the figure that the stock app sends whenever its slider moves."""
    logging.disable(logging.WARNING)  # Streamlit would tell us that no browser is there
    from benchmarks import stock_app

    return len(stock_app.figure(0.01, steps).to_json())


def frames_rows(cache: str) -> Rows:
    from benchmarks import browser

    measured = browser.frames(cache)
    return [
        ("8 runs × 2000 steps: frames a second", f"{measured['per_second']:.0f}", "", "", "60"),
        ("median between frames; 95th percentile", ms(measured["interval"]), ms(measured["p95"]), "", "16.7 ms"),
        ("script per frame; frames that show a new step", ms(measured["script"]), f"{100 * measured['moved']:.0f} %", "", ""),
    ]


def cold_rows(cache: str) -> Rows:
    from benchmarks import browser

    measured = browser.cold(cache)
    return [
        ("process start to first picture, nothing compiled", sec(measured["empty"]), "", "", "≤ 4 s"),
        ("process start to first picture, compiled before", sec(measured["filled"]), "", "", "≤ 4 s"),
        ("server running: a new visitor's first picture", sec(measured["new"]), "", "", ""),
        ("server running: the same visitor again", sec(measured["again"]), "", "", ""),
    ]


def us(seconds: float) -> str:
    return f"{1e6 * seconds:,.0f} µs"


def ms(value: float) -> str:
    return f"{value:.1f} ms"


def sec(value: float) -> str:
    return f"{value:.2f} s"


def kb(value: float) -> str:
    return f"{value / 1000:,.1f} kB"


PARTS = {
    "engine": ("Engine: 1000 steps on Rosenbrock, float64", engine_rows),
    "maps": ("Maps, float64, one rule", map_rows),
    "signal": ("Signals through deep networks: forward and backward statistics, tanh, float32", signal_rows),
    "training": ("Complete trainings, float32", training_rows),
    "drag": ("Slider to picture in Chromium: 5 runs × 200 steps on the taco", drag_rows),
    "far": ("Slider to picture through a line of 200 ms: 5 runs × 200 steps", far_rows),
    "bytes": ("Bytes of /api/descent?format=bin", bytes_rows),
    "frames": ("Frames while playing", frames_rows),
    "cold": ("First picture", cold_rows),
}


def show(title: str, rows: Rows) -> None:
    widths = [max(map(len, column)) for column in zip(*rows, ("", "ours", "theirs", "ratio", "aim"), strict=True)]
    print(f"\n{title}")
    for row in [("", "ours", "theirs", "ratio", "aim"), *rows]:
        first, *rest = (cell.ljust(w) if i == 0 else cell.rjust(w) for i, (cell, w) in enumerate(zip(row, widths, strict=True)))
        print("  " + "  ".join([first, *rest]).rstrip(), flush=True)


def machine() -> str:
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0
    busy = f"\nOther work is running here (load {load:.1f}): take these figures again on a machine at rest." if load > 1 else ""
    return f"{platform.system()} {platform.machine()}, {os.cpu_count()} processors, Python {platform.python_version()}{busy}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default=",".join(PARTS), help="comma-separated parts to run (default: all)")
    chosen = [part for part in parser.parse_args().only.split(",") if part]
    unknown = [part for part in chosen if part not in PARTS]
    if unknown:
        parser.error(f"unknown part {', '.join(unknown)}; choose from {', '.join(PARTS)}")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that servers and browsers end with us
    print(machine())
    with tempfile.TemporaryDirectory() as cache:  # compiled code is kept here between the parts, and nowhere else
        for part in chosen:
            title, measure = PARTS[part]
            show(title, measure(cache))


if __name__ == "__main__":
    main()
