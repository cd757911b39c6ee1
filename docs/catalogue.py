"""Writes docs/catalogue.md from the registries: `make docs`. With `--check`, only says whether it is up to date."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

from activations import ACTIVATIONS
from core.types import Activation, Initializer, Landscape, Norm, Optimizer, Param, Schedule, Wrapper, defaults
from datasets import DATASETS
from engines.descent import experiment as ex
from engines.descent.codec import number_text
from engines.signal import network
from initializers import INITIALIZERS
from landscapes import LANDSCAPES
from norms import NORMS
from optimizers import OPTIMIZERS
from schedules import SCHEDULES
from wrappers import WRAPPERS

TARGET = Path(__file__).with_name("catalogue.md")
HEAD = """# Catalogue

Written by `make docs` from the files in `landscapes/`, `optimizers/`, `schedules/`, `wrappers/`, `activations/`,
`initializers/`, `norms/` and `datasets/`; not to be edited by hand.
Every key and parameter below is also the spelling in the address and in the API.
"""


def text() -> str:
    parts = (_surfaces(), _optimizers(), _schedules(), _wrappers(), _activations(), _initializers(), _norms(), _datasets())
    return "\n".join([HEAD, *chain(*parts)])


def _surfaces() -> Iterator[str]:
    yield "## Surfaces\n"
    for s in LANDSCAPES.values():
        yield from _opening(s, [s.latex])
        minima = "; ".join(f"({x:.6g}, {y:.6g})" for x, y in s.minima(defaults(s.params)))
        yield f"Minima: {minima or 'none, the loss has no lower bound'}. Start: ({s.start[0]:g}, {s.start[1]:g}).\n"
        yield from _table(s.params)
        yield s.look_for + "\n"


def _optimizers() -> Iterator[str]:
    yield "## Optimizers\n"
    for o in OPTIMIZERS.values():
        yield from _opening(o, o.latex)
        yield from _table(o.all_params)
        values = {p.key: bool(p.default) if p.scale == "bool" else number_text(p.default) for p in o.all_params}
        code = [template.format(**values) for template in (o.torch, o.optax) if template]
        if code:
            yield "\n".join(["```python", *code, "```\n"])
        if o.difference:
            yield f"Difference: {o.difference}\n"


def _schedules() -> Iterator[str]:
    yield "## Schedules\n"
    for s in SCHEDULES.values():
        yield from _opening(s, [s.latex])
        yield from _table(ex.schedule_params(s.key))


def _wrappers() -> Iterator[str]:
    yield "## Around a rule\n"
    yield "Any run may have these behind its schedule, as in `sgd:lr=0.1~cosine~clip_norm~ema`. They act in this order.\n"
    for w in WRAPPERS.values():
        yield from _opening(w, w.latex)
        yield from _table(w.params)
        yield from _code(w, w.torch, w.optax)


def _activations() -> Iterator[str]:
    yield "## Activations\n"
    for a in ACTIVATIONS.values():
        yield from _opening(a, [a.latex])
        centred = "centred on zero" if a.zero_centred else "not centred on zero"
        yield f"Range: ${a.range}$, {centred}. Cost: {a.cost}\n"
        yield from _table(a.params)
        yield from _code(a, a.torch, a.jax)


def _initializers() -> Iterator[str]:
    yield "## Initializers\n"
    for i in INITIALIZERS.values():
        yield from _opening(i, [i.latex])
        yield from _table(i.params)
        yield from _code(i, i.torch, i.jax)


def _norms() -> Iterator[str]:
    yield "## Normalizations\n"
    for n in NORMS.values():
        yield from _opening(n, [n.latex])
        if n.axes:
            yield f"Averages over {', '.join(n.axes)}{', within a group of channels' if n.grouped else ''}.\n"
        yield from _table(n.params)
        yield from _code(n, n.torch)


def _datasets() -> Iterator[str]:
    yield "## Data\n"
    for d in DATASETS.values():
        yield f"### {d.name} · `{d.key}`\n"
        yield d.summary + "\n"
        kind = f"{len(d.classes)} classes" if d.classes else "a number to predict"
        shape = " × ".join(map(str, d.shape))
        yield f"{d.samples} samples of {shape}, {kind}; {d.train} of them train. Source: {d.source}. {d.licence}\n".replace(
            "..", "."
        )
        yield from _table(d.params)


def _code(item: Wrapper | Activation | Initializer | Norm, *templates: str) -> Iterator[str]:
    templates = tuple(template.replace("{lr}", "lr") for template in templates)  # that of whichever rule it is
    code = network.code(ex.spec(item.key, item.params), item.params, templates)
    if code:
        yield "\n".join(["```python", *code, "```\n"])
    if not isinstance(item, Norm) and item.difference:
        yield f"Difference: {item.difference}\n"


def _opening(item: Landscape | Optimizer | Schedule | Wrapper | Activation | Initializer | Norm, formulas) -> Iterator[str]:
    yield f"### {item.name} · `{item.key}`\n"
    yield item.summary + "\n"
    yield "\n\n".join(f"$$ {formula} $$" for formula in formulas) + "\n"
    if item.reference:
        yield f"Reference: {item.reference}.\n"


def _table(params: tuple[Param, ...]) -> Iterator[str]:
    if params:
        rows = [f"| `{p.key}` | ${p.symbol}$ | {number_text(p.default, p)} | {_range(p)} | {p.help} |" for p in params]
        yield "\n".join(["| key | symbol | default | range | |", "|---|---|---|---|---|", *rows]) + "\n"


def _range(p: Param) -> str:
    if p.scale == "bool":
        return "true or false"
    scale = {"log": ", logarithmic", "int": ", whole"}.get(p.scale, "")
    return f"{number_text(p.low, p)} … {number_text(p.high, p)}{scale}"


def main() -> None:
    new = text()
    if "--check" in sys.argv[1:]:
        if not TARGET.exists() or TARGET.read_text(encoding="utf-8") != new:
            raise SystemExit("docs/catalogue.md is out of date: run `make docs`")
    else:
        TARGET.write_text(new, encoding="utf-8")


if __name__ == "__main__":
    main()
