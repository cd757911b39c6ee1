"""A page to copy: `cp -r pages/_template pages/<key>`, then change every name. What a field means: core/page.py.

This one draws a straight line, so that there is something to drag, to embed, to export and to test.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from core.page import Page, Table, Translate
from core.picture import Line, Panel, Picture
from core.problems import Problem
from core.query import Reader, encode, grouped, number_text
from core.types import Param
from pages._template.presets import PRESETS

SLOPE = Param("slope", "m", 1.0, -5.0, 5.0, "linear", "How steep the line is.")
X = np.linspace(-1.0, 1.0, 101)


@dataclass(frozen=True)
class Value:
    """What the address says."""

    slope: float = SLOPE.default


@dataclass(frozen=True)
class Result:
    """What is computed from it: y f64[101] over X."""

    value: Value
    y: np.ndarray


def parse(pairs: Iterable[tuple[str, str]]) -> tuple[Value, list[Problem]]:
    reader = Reader(grouped(pairs), [SLOPE.key])
    return Value(slope=reader.number(SLOPE.key, SLOPE)), reader.problems


def pairs(value: Value) -> list[tuple[str, str]]:
    return [] if value.slope == SLOPE.default else [(SLOPE.key, number_text(value.slope, SLOPE))]


def compute(value: Value) -> Result:
    return Result(value, value.slope * X)


def document(result: Result, _translate: Translate) -> dict[str, Any]:
    query = encode(pairs(result.value))
    return {"query": query, "slope": result.value.slope, "x": X.tolist(), "y": result.y.tolist()}


def table(result: Result) -> Table:
    return Table(("x", "y"), zip(X.tolist(), result.y.tolist(), strict=True))


def picture(result: Result, _show: str, translate: Translate) -> Picture:
    panel = Panel(x="x", y="y", lines=(Line(X, result.y),))
    return Picture(rows=((panel,),), title=translate("A straight line"))


page = Page(
    key="_template",
    title="A straight line",
    summary="A page to copy: one slider, one line.",
    parse=parse,
    pairs=pairs,
    compute=compute,
    document=document,
    table=table,
    picture=picture,
    shows=("line",),
    presets=PRESETS,
    numbers=(SLOPE,),
    sliders=lambda value: [(SLOPE.key, SLOPE)],
    moved=lambda value, name, number: replace(value, **{name: number}),
    offline=lambda value: [SLOPE.key],
    panels={"_template": ("y",)},
    columns=1,
)
