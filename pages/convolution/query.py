"""A network of convolutions, the unit of it that is looked at, and a convolution to walk through: one frozen value.

input=227x227x3&layer=conv:filters=96,kernel=11,stride=4&layer=pool:kernel=3,stride=2&unit=1,27,27&batch=32&kernel=3
photo=china&filter=1:0010000100001000010000100
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from core.problems import Problem, impossible, outside
from core.query import Reader, grouped, number_text
from core.types import Param, Spec
from core.words import N_
from datasets._photographs import PHOTOGRAPHS
from engines.convolution import filters as bank
from engines.convolution import layers as kinds
from engines.convolution.arithmetic import ImpossibleError, Kernel, Row, rows
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
NONE = "none"
PHOTOS = (NONE, *PHOTOGRAPHS)
PLAIN, LEARNED = BANKS = ("plain", "learned")
FIELDS = ("input", "layer", "unit", "photo", "bank", "filter", *(p.key for p in NUMBERS))
_FILTER = re.compile(rf"(\d{{1,3}}):([{bank.SIGNS}]{{{bank.SIDE**2}}})")
_SIZE = re.compile(r"\d{1,6}([x×]\d{1,6}){1,2}")


@dataclass(frozen=True)
class Stack:
    """A network and what is looked at.

    Attributes:
      input: its size. one_dimensional: a signal, written as length x channels. layers: in order.
      unit: (layer from 1 on, or 0 for the input; row; column), or None for the middle of the last map.
      batch: examples at once. side … dilation: of the small convolution.
      photo: one of PHOTOS, walked through in place of the small input. bank: one of BANKS, the six filters over it.
      filters: (number from 1 on, its 25 signs) of those that were drawn, in order.
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
    photo: str = NONE
    bank: str = PLAIN
    filters: tuple[tuple[int, str], ...] = ()

    @property
    def rows(self) -> list[Row]:
        return rows(self.input, self.layers, self.one_dimensional)

    @property
    def window(self) -> Kernel:
        return Kernel(self.kernel, self.stride, self.padding, self.dilation)


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
    unit, filters = _unit(reader, done), _filters(reader)
    photo, bank_of = _choice(reader, "photo", PHOTOS), _choice(reader, "bank", BANKS)
    return replace(stack, unit=unit, photo=photo, bank=bank_of, filters=filters, **numbers), reader.problems


def _choice(reader: Reader, field: str, possible: tuple[str, ...]) -> str:
    """One of these, the first where nothing is said."""
    text = reader.one(field)
    if text is None or text in possible:
        return text or possible[0]
    reader.problems.append(impossible(field, text, possible))
    return possible[0]


def _filters(reader: Reader) -> tuple[tuple[int, str], ...]:
    """Of a number that is given twice, the last."""
    drawn: dict[int, str] = {}
    for text in reader.given.get("filter", [])[:MOST]:
        match = _FILTER.fullmatch(text.strip())
        if not match:
            message = N_(
                "filter must be its number and 25 signs, row by row: 0 to 9, and a to i for −1 to −9, as in {example}, "
                "not “{value}”"
            )
            reader.problems.append(
                Problem("filter", message, dict(example=f"1:{bank.spelled(bank.FILTERS[0].pattern)}", value=text[:40]))
            )
        elif not 1 <= int(match[1]) <= bank.COUNT:
            reader.problems.append(outside("filter", "filter", match[1], 1, bank.COUNT, True))
        else:
            drawn[int(match[1])] = match[2]
    return tuple(sorted(drawn.items()))


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
    layers: list[Spec] = []
    for text in texts[:MOST]:
        layer = kinds.read(text, reader)
        if layer is None:  # what follows would be another network
            break
        layers.append(layer)
    return tuple(layers)


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
    if stack.photo != usual.photo:
        out.append(("photo", stack.photo))
    if stack.bank != usual.bank:
        out.append(("bank", stack.bank))
    out += [("filter", f"{number}:{signs}") for number, signs in stack.filters]
    return out + [
        (p.key, number_text(getattr(stack, p.key), p)) for p in NUMBERS if getattr(stack, p.key) != getattr(usual, p.key)
    ]


def steps(stack: Stack) -> int | None:
    """The last place of the convolution that is walked through, counted from 0."""
    if stack.photo != NONE:
        return bank.PLACES - 1
    side = stack.side + 2 * stack.padding - stack.dilation * (stack.kernel - 1) - 1
    places = (side // stack.stride + 1) ** 2 if side >= 0 else 0
    return places - 1 if places > 1 else None


def input_text(stack: Stack) -> str:
    return "x".join(map(str, stack.input[1:] if stack.one_dimensional else stack.input))
