"""The layers of a network, as text and as values: `conv:filters=96,kernel=11,stride=4`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from core.problems import Problem
from core.query import Reader, number_text
from core.types import Param, Spec
from core.words import N_

FILTERS = Param("filters", "f", 64, 1, 16384, "int", "Filters, which are the channels that come out.")
KERNEL = Param("kernel", "k", 3, 1, 64, "int", "Side of the square that a unit looks at.")
STRIDE = Param("stride", "s", 1, 1, 64, "int", "Steps from one place to the next.")
PADDING = Param("padding", "p", 0, 0, 4096, "int", "Zeros that are put around the input, on each side.")
DILATION = Param("dilation", "d", 1, 1, 4096, "int", "Distance between two places that a kernel looks at.")
GROUPS = Param("groups", "g", 1, 1, 16384, "int", "Groups of channels that do not see one another.")
NORM = Param("norm", "n", 0, 0, 1, "bool", "Batch norm follows: gain and shift of each channel in place of a bias.")
UNITS = Param("units", "u", 10, 1, 1_000_000, "int", "Outputs, each of which sees all inputs.")
BACK = Param("back", "b", 2, 1, 32, "int", "Layers that the shortcut jumps over.")
PROJECT = Param("project", "w", 0, 0, 1, "bool", "The shortcut has a convolution with a kernel of one, to as many channels.")

KINDS: dict[str, tuple[Param, ...]] = {
    "conv": (FILTERS, KERNEL, STRIDE, PADDING, DILATION, GROUPS, NORM),
    "pool": (KERNEL, STRIDE, PADDING),
    "transposed": (FILTERS, KERNEL, STRIDE, PADDING, DILATION, GROUPS, NORM),
    "add": (BACK, PROJECT, STRIDE, NORM),
    "flatten": (),
    "dense": (UNITS,),
}
NEEDED = {"conv": ("filters", "kernel"), "pool": ("kernel",), "transposed": ("filters", "kernel"), "dense": ("units",)}


class Size(NamedTuple):
    """What a layer puts out."""

    height: int
    width: int
    channels: int

    @property
    def numbers(self) -> int:
        return self.height * self.width * self.channels

    def __str__(self) -> str:
        return f"{self.height}×{self.width}×{self.channels}"


def read(text: str, reader: Reader) -> Spec | None:
    """One layer; what is wrong with it goes to the reader. A pool without a stride moves by its kernel, as PyTorch's does."""
    before = len(reader.problems)
    layer = reader.spec("layer", N_("layer"), text, tuple(KINDS), lambda key: KINDS[key])
    if layer is None or len(reader.problems) > before:
        return None
    given = {part.partition("=")[0].strip() for part in text.partition(":")[2].split(",")}
    missing = [name for name in NEEDED.get(layer.key, ()) if name not in given]
    if missing:
        example = f"{layer.key}:" + ",".join(f"{n}={_row(layer.key, n).default:g}" for n in NEEDED[layer.key])
        message = N_("{kind} needs {missing}, as in {example}")
        reader.problems.append(
            Problem("layer", message, dict(kind=layer.key, missing=", ".join(missing), example=example), list(missing))
        )
        return None
    if layer.key == "pool" and "stride" not in given:
        return Spec("pool", {**layer.values, "stride": layer.values["kernel"]})
    return layer


def text(layer: Spec) -> str:
    """The shortest text that `read` reads back as this layer."""
    left_out = {p.key: p.default for p in KINDS[layer.key]}
    if layer.key == "pool":
        left_out["stride"] = layer.values["kernel"]
    needed = NEEDED.get(layer.key, ())
    parts = [
        f"{p.key}={number_text(layer.values[p.key], p)}"
        for p in KINDS[layer.key]
        if p.key in needed or layer.values[p.key] != left_out[p.key]
    ]
    return layer.key + (":" + ",".join(parts) if parts else "")


def whole(layer: Spec, name: str) -> int:
    """A number of a layer, as the integer it is."""
    return int(layer.values[name])


def _row(kind: str, name: str) -> Param:
    rows: Sequence[Param] = KINDS[kind]
    return next(p for p in rows if p.key == name)
