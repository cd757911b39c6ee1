"""A network of convolutions, the unit of it that is looked at, and a small convolution to walk through: one frozen value.

input=227x227x3&layer=conv:filters=96,kernel=11,stride=4&layer=pool:kernel=3,stride=2&unit=1,27,27&batch=32&kernel=3
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from core.problems import Problem, outside
from core.query import Reader, grouped, number_text
from core.types import Param, Spec
from core.words import N_
from engines.convolution import layers as kinds
from engines.convolution.arithmetic import ImpossibleError, Row, Window, rows
from engines.convolution.layers import Size

MOST = 200  # layers
SIDE = Param("input", "n", 32, 1, 4096, "int", "Pixels along a side of the input.")
CHANNELS = Param("input", "c", 3, 1, 16384, "int", "Channels of the input.")
BATCH = Param("batch", "N", 1, 1, 4096, "int", "Examples whose outputs are kept at once.")
SMALL_SIDE = Param("side", "n", 5, 3, 9, "int", "Side of the small input.")
KERNEL = Param("kernel", "k", 3, 1, 5, "int", "Side of its kernel.")
STRIDE = Param("stride", "s", 1, 1, 3, "int", "Steps from one place to the next.")
PADDING = Param("padding", "p", 0, 0, 3, "int", "Zeros around it.")
DILATION = Param("dilation", "d", 1, 1, 3, "int", "Distance between two places that the kernel looks at.")
SMALL = (SMALL_SIDE, KERNEL, STRIDE, PADDING, DILATION)
NUMBERS = (BATCH, *SMALL)
INPUT = Size(32, 32, 3)
FIELDS = ("input", "layer", "unit", *(p.key for p in NUMBERS))
_SIZE = re.compile(r"\d{1,6}([x×]\d{1,6}){1,2}")


@dataclass(frozen=True)
class Stack:
    """A network and what is looked at.

    Attributes:
      input: its size. one_dimensional: a signal, written as length x channels. layers: in order.
      unit: (layer from 1 on, or 0 for the input; row; column), or None for the middle of the last map.
      batch: examples at once. side … dilation: of the small convolution.
    """

    input: Size = INPUT
    one_dimensional: bool = False
    layers: tuple[Spec, ...] = ()
    unit: tuple[int, int, int] | None = None
    batch: int = int(BATCH.default)
    side: int = int(SMALL_SIDE.default)
    kernel: int = int(KERNEL.default)
    stride: int = int(STRIDE.default)
    padding: int = int(PADDING.default)
    dilation: int = int(DILATION.default)

    @property
    def rows(self) -> list[Row]:
        return rows(self.input, self.layers, self.one_dimensional)

    @property
    def window(self) -> Window:
        return Window(self.kernel, self.stride, self.padding, self.dilation)


def parse(pairs: Iterable[tuple[str, str]]) -> tuple[Stack, list[Problem]]:
    """Read the decoded pairs of a query string; the layers up to the first that does not fit are used."""
    reader = Reader(grouped(pairs), FIELDS)
    size, one_dimensional = _input(reader)
    stack = Stack(size, one_dimensional, _layers(reader))
    try:
        done = stack.rows
    except ImpossibleError as error:
        reader.problems.append(error.problem)
        stack = replace(stack, layers=stack.layers[: error.problem.args["number"] - 1])
        done = stack.rows
    numbers = {p.key: int(reader.number(p.key, p)) for p in NUMBERS}
    return replace(stack, unit=_unit(reader, done), **numbers), reader.problems


def _input(reader: Reader) -> tuple[Size, bool]:
    text = reader.one("input")
    usual = Stack()
    if text is None:
        return usual.input, usual.one_dimensional
    if not _SIZE.fullmatch(text.strip()):
        message = N_("input must be height x width x channels, as in 227x227x3, or length x channels, not “{value}”")
        reader.problems.append(Problem("input", message, dict(value=text[:40])))
        return usual.input, usual.one_dimensional
    *sides, channels = map(int, re.split("[x×]", text.strip()))
    for number, param in (*((side, SIDE) for side in sides), (channels, CHANNELS)):
        if not param.accepts(number):
            reader.problems.append(outside("input", "input", str(number), param.low, param.high, True))
            return usual.input, usual.one_dimensional
    flat = len(sides) == 1
    return Size(1 if flat else sides[0], sides[-1], channels), flat


def _layers(reader: Reader) -> tuple[Spec, ...]:
    texts = reader.given.get("layer", [])
    if len(texts) > MOST:
        message = N_("{count} layers are given; the limit is {limit}")
        reader.problems.append(Problem("layer", message, dict(count=len(texts), limit=MOST), [0, MOST]))
    found: list[Spec] = []
    for text in texts[:MOST]:
        layer = kinds.read(text, reader)
        if layer is None:  # what follows would be another network
            break
        found.append(layer)
    return tuple(found)


def _unit(reader: Reader, done: list[Row]) -> tuple[int, int, int] | None:
    text = reader.one("unit")
    if text is None:
        return None
    parts = text.split(",")
    if len(parts) != 3 or not all(part.strip().isdigit() and len(part) < 7 for part in parts):
        message = N_("unit must be layer,row,column, as in 1,0,0, not “{value}”")
        reader.problems.append(Problem("unit", message, dict(value=text[:40])))
        return None
    layer, row, column = map(int, parts)
    if layer >= len(done):
        reader.problems.append(outside("unit", "layer", str(layer), 0, len(done) - 1, True))
        return None
    for name, number, count in zip(("row", "column"), (row, column), done[layer].grid, strict=True):
        if number >= count:
            reader.problems.append(outside("unit", name, str(number), 0, count - 1, True))
            return None
    return layer, row, column


def pairs(stack: Stack) -> list[tuple[str, str]]:
    """The shortest pairs that `parse` reads back as this network."""
    usual = Stack()
    out = []
    if (stack.input, stack.one_dimensional) != (usual.input, usual.one_dimensional):
        out.append(("input", input_text(stack)))
    out += [("layer", kinds.text(layer)) for layer in stack.layers]
    if stack.unit:
        out.append(("unit", ",".join(map(str, stack.unit))))
    return out + [
        (p.key, number_text(getattr(stack, p.key), p)) for p in NUMBERS if getattr(stack, p.key) != getattr(usual, p.key)
    ]


def input_text(stack: Stack) -> str:
    return "x".join(map(str, stack.input[1:] if stack.one_dimensional else stack.input))
