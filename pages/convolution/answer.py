"""A network in numbers: what each layer makes of its input, and what one unit sees, as JSON and as a table."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, NamedTuple

import numpy as np

from core import described
from core.described import named
from core.page import Table, Translate
from core.query import encode
from datasets._photographs import photograph
from engines.convolution import field, filters, walk
from engines.convolution.arithmetic import Row
from engines.convolution.field import Seen
from engines.convolution.filters import Filter
from engines.convolution.layers import KINDS, text
from engines.convolution.walk import Walk
from pages.convolution import query
from pages.convolution.learned import QUERY, learned
from pages.convolution.query import Stack

CELLS = 48  # of the drawn gradient, along each side
BYTES = 4  # of a number in float32
HEADS = (
    "layer", "height", "width", "channels", "parameters", "macs", "activations", "receptive_field", "stride", "padding",
)  # fmt: skip


class Filtered(NamedTuple):
    """A photograph u8[32, 32, 3], the filters, and what comes out of them, i64[6, 28, 28]; how well they serve, if learned."""

    pixels: np.ndarray
    filters: tuple[Filter, ...]
    maps: np.ndarray
    accuracy: float | None


@dataclass(frozen=True)
class Result:
    """All that is computed of a network: its rows, the input first; a unit and what it sees; what is walked through."""

    stack: Stack
    rows: list[Row]
    unit: tuple[int, int, int]
    seen: Seen
    walk: Walk
    filtered: Filtered | None


def compute(stack: Stack) -> Result:
    rows = stack.rows
    unit = stack.unit or field.middle(rows)
    seen, walked = field.seen(rows, unit, stack.one_dimensional), walk.walk(stack.side, stack.window)
    return Result(stack, rows, unit, seen, walked, filtered(stack))


def filtered(stack: Stack) -> Filtered | None:
    if stack.photo == query.NONE:
        return None
    pixels = photograph(stack.photo, filters.PIXELS, filters.PIXELS)
    taught = learned() if stack.bank == query.LEARNED else None
    six = filters.with_drawn(taught.filters if taught else filters.FILTERS, stack.filters)
    return Filtered(pixels, six, filters.maps(pixels, six), taught and taught.accuracy)


def document(result: Result, translate: Translate) -> dict[str, Any]:
    """The JSON answer. Parameters count biases; macs are those of convolutions and dense layers, for one example."""
    stack, rows = result.stack, result.rows
    activations = sum(row.output.numbers for row in rows)
    return {
        "query": encode(query.pairs(stack)),
        "input": list(stack.input),
        "text": query.input_text(stack),
        "layers": [_layer(row, translate) for row in rows[1:]],
        "parameters": sum(row.parameters for row in rows),
        "macs": (macs := sum(row.macs for row in rows)),
        "flops": 2 * macs,
        "batch": stack.batch,
        "activations": activations,
        "activation_bytes": activations * BYTES * stack.batch,
        "parameter_bytes": sum(row.parameters for row in rows) * BYTES,
        "unit": _unit(result),
        "effective": _effective(result),
        "walk": _walk(result.walk),
        "photo": stack.photo,
        "bank": stack.bank,
        "filters": [f"{number}:{signs}" for number, signs in stack.filters],
        "filtered": result.filtered and _filtered(result.filtered, translate),
        "kinds": {key: described.rows(params, translate) for key, params in KINDS.items()},
    }


def _layer(row: Row, translate: Translate) -> dict[str, Any]:
    """One entry of `layers`; receptive field and stride along the side where the field is larger, both sides beside them."""
    view = widest(row)
    return {
        "layer": text(row.layer),
        **named(row.layer, KINDS[row.layer.key]),
        "output": list(row.output),
        "grid": list(row.grid),
        "parameters": row.parameters,
        "macs": row.macs,
        "activations": row.output.numbers,
        "receptive_field": view.field,
        "stride": number(view.stride),
        "padding": number(view.padding),
        "fields": [v.field for v in row.views],
        "note": row.note.text(translate) if row.note else "",
    }


def widest(row: Row) -> Any:
    return max(row.views, key=lambda view: (view.field, view.stride))


def number(value: Fraction | None) -> int | float | None:
    """A whole number as one, any other as a float."""
    if value is None:
        return None
    return int(value) if value.denominator == 1 else float(value)


def _unit(result: Result) -> dict[str, Any]:
    """The unit, and from the input up to it the first and last place that it sees, along rows and columns."""
    seen = result.seen
    rows, columns = ([field.ends(mask) for mask in masks] for masks in (seen.rows, seen.columns))
    layer, row, column = result.unit
    pixels = [int(masks[0].sum()) for masks in (seen.rows, seen.columns)]
    return {"layer": layer, "row": row, "column": column, "rows": rows, "columns": columns, "pixels": pixels}


def _effective(result: Result) -> dict[str, Any] | None:
    """Where the gradient arrives: the side of the square that holds most of it, profiles, and a map of what is seen."""
    gradient = result.seen.gradient
    rows, columns = (field.ends(masks[0]) for masks in (result.seen.rows, result.seen.columns))
    if gradient is None or rows is None or columns is None:
        return None
    part = gradient[rows[0] : rows[1] + 1, columns[0] : columns[1] + 1]
    return {
        "size": field.effective_size(gradient),
        "share": field.SHARE,
        "rows": _relative(gradient.sum(1)),
        "columns": _relative(gradient.sum(0)),
        "map": [_relative(row, float(cells.max())) for cells in [_cells(part)] for row in cells],
    }


def _relative(values: np.ndarray, most: float = 0.0) -> list[float]:
    """Shares of the largest, to four digits."""
    most = most or float(values.max()) or 1.0
    return [float(f"{value:.4g}") for value in values / most]


def _cells(part: np.ndarray) -> np.ndarray:
    """The mean of square blocks, so that there are at most CELLS along each side."""
    block = -(-max(part.shape) // CELLS)
    places = [np.arange(0, n, block) for n in part.shape]
    sums = np.add.reduceat(np.add.reduceat(part, places[0], 0), places[1], 1)
    counts = [np.diff([*at.tolist(), n]).astype(float) for at, n in zip(places, part.shape, strict=True)]
    return sums / (counts[0][:, None] * counts[1])


def _walk(walked: Walk) -> dict[str, Any]:
    return {
        "window": walked.window._asdict(),
        "input": walked.given.tolist(),
        "kernel": walked.kernel.tolist(),
        "output": walked.output.tolist(),
        "side": len(walked.output),
    }


def _filtered(photo: Filtered, translate: Translate) -> dict[str, Any]:
    """`pixels`: base64 of u8[32, 32, 3]; weights are [5][5][3]; maps are sums of 75 products; training: where they are from."""
    return {
        "pixels": base64.b64encode(photo.pixels.tobytes()).decode(),
        "size": len(photo.pixels),
        "filters": [
            {"name": translate(f.name), "weights": f.weights.tolist(), "pattern": f.pattern.tolist(), "drawn": f.drawn}
            for f in photo.filters
        ],
        "maps": photo.maps.tolist(),
        "accuracy": photo.accuracy,
        "training": QUERY if photo.accuracy is not None else None,
    }


def table(result: Result) -> Table:
    """One row per layer, the input first."""
    return Table(HEADS, _rows(result))


def _rows(result: Result) -> Iterator[tuple[Any, ...]]:
    for row in result.rows:
        view = widest(row)
        name = text(row.layer) if row.layer.key in KINDS else "input"
        sizes = (*row.output, row.parameters, row.macs, row.output.numbers)
        yield (name, *sizes, view.field, number(view.stride), number(view.padding))
