"""A Python script that reproduces an experiment with nothing but JAX: the sources that ran, with their values filled in."""

from __future__ import annotations

import inspect
import json
from collections import defaultdict
from collections.abc import Iterable

from core.query import encode, number_text
from core.types import Param, Query, Spec
from engines.descent import codec
from engines.descent import experiment as ex
from engines.descent.experiment import WARMUP, Experiment, Run
from engines.formula import python_source as formula_code
from engines.formula import surface as formula
from export import script_runner as replay
from export import sources
from landscapes import LANDSCAPES
from optimizers import OPTIMIZERS
from schedules import SCHEDULES

_HEAD = '''"""A descent, reproduced: {what}.

    python descent.py > descent.csv

Written by Descent Lab from the sources that ran, for the query

    {query}

Needs JAX and nothing else (JAX brings NumPy along): pip install jax
Prints what /export.csv gives; the numbers agree to the last few bits, which differ between processors.
"""
'''
_USUAL = (
    "import csv",
    "import sys",
    "from collections.abc import Callable",
    "from types import SimpleNamespace",
    "from typing import Any, NamedTuple",
    "import jax",
    "import jax.numpy as jnp",
    "import numpy as np",
)
_OPENING = """jax.config.update("jax_enable_x64", True)  # double precision, before any array exists

Array, Values = jax.Array, Any
MAX_STEPS = {max_steps}
COLUMNS = {columns}"""
_PARTS = (replay.numbers, replay.noise, replay.rates, replay.descend, replay.write, replay.main)


def script(experiment: Experiment) -> str:
    """The whole script; it writes the CSV of web.wire.table."""
    e, imports = experiment, list(_USUAL)
    surface, more = _surface(e)
    imports += more
    functions = [surface]
    rules, courses = {run.optimizer.key for run in e.runs}, {run.schedule.key for run in e.runs}
    used = [(key, rule, "Optimizer", ("init", "update")) for key, rule in OPTIMIZERS.items() if key in rules]
    used += [(f"{key}_schedule", course, "Schedule", ("fn",)) for key, course in SCHEDULES.items() if key in courses]
    for what in used:
        text, more = sources.function(*what)
        functions.append(text)
        imports += more
    head = _HEAD.format(what=_what(e), query=encode(codec.pairs(e)) or "(the default)")
    parts = [
        head + "from __future__ import annotations\n\n" + _sorted(imports),
        _OPENING.format(max_steps=replay.MAX_STEPS, columns=json.dumps(replay.COLUMNS)),
        *(inspect.getsource(part).rstrip() for part in (Query, *_PARTS)),
        *functions,
        _experiment(e),
    ]
    return "\n\n\n".join(parts) + "\n"


def _what(e: Experiment) -> str:
    surface = "a formula" if e.formula else LANDSCAPES[e.surface.key].name
    return f"{surface} from ({e.start[0]:g}, {e.start[1]:g}), {', '.join(codec.run_text(run) for run in e.runs)}"


def _sorted(imports: Iterable[str]) -> str:
    """Each name once: the standard library, then JAX and NumPy."""
    whole, names = set(), defaultdict(set)
    for line in imports:
        if line.startswith("import "):
            whole.add(line)
        else:
            origin, _, listed = line.removeprefix("from ").partition(" import ")
            names[origin] |= set(listed.split(", "))
    lines = [*sorted(whole), *(f"from {origin} import {', '.join(sorted(names[origin]))}" for origin in sorted(names))]
    others = [line for line in lines if line.split()[1].split(".")[0] in ("jax", "numpy")]
    return "\n".join(line for line in lines if line not in others) + "\n\n" + "\n".join(others)


def _surface(e: Experiment) -> tuple[str, list[str]]:
    if not e.formula:
        return sources.function("surface", LANDSCAPES[e.surface.key], "Landscape", ("fn", "sample"))
    expression = formula_code.python(formula.parse(e.formula).tree)
    body = f"    def loss(point, values):\n        x, y = point\n        return {expression}\n\n    return loss, None"
    return f"def surface():\n{body}", []


def _experiment(e: Experiment) -> str:
    """The experiment itself: its numbers, and one call per run."""
    lines = [
        f"START, STEPS, SEED = {e.start!r}, {e.steps}, {e.seed}",
        f"VALUES = numbers({_values(e.surface, ex.surface_params(e.surface.key))})",
        f'NOISE = noise("{e.noise.key}", {number_text(e.noise.values.get("scale", 0.0))}, SEED, STEPS)',
        "RUNS = [  # the rule, its parameters, the learning rate of every update",
        *(line for run in e.runs for line in _run(run)),
        "]",
        "",
        'if __name__ == "__main__":',
        "    SURFACE = surface()",
        "    FOUND = [",
        "        (rule.__name__, course, descend(SURFACE, VALUES, rule(), knobs, course, START, NOISE, SEED))",
        "        for rule, knobs, course in RUNS",
        "    ]",
        "    main(FOUND)",
    ]
    return "\n".join(lines)


def _run(run: Run) -> list[str]:
    rule, course = run.optimizer, run.schedule
    params = ex.schedule_params(course.key)
    warmup = course.values[WARMUP.key] if WARMUP in params else 0  # some schedules see to it themselves
    rise = f", rise={number_text(warmup)}" if warmup else ""
    values = _values(course, [p for p in params if p != WARMUP])
    schedule = f"rates({course.key}_schedule(), {number_text(rule.values['lr'])}, STEPS{rise}{', ' + values if values else ''})"
    parts = (rule.key, f"numbers({_values(rule, OPTIMIZERS[rule.key].params)})", schedule)
    return ["    (", *(f"        {part}," for part in parts), "    ),"]


def _values(spec: Spec, params: Iterable[Param]) -> str:
    return ", ".join(f"{p.key}={number_text(spec.values[p.key])}" for p in params)
