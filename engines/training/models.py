"""The models: each is its name, its sizes and the shapes of its weights. What is computed with these shapes is in network.py.

A dense layer has weights [fan_in, fan_out]. A convolution has weights [rows, columns, channels in, channels out] (HWIO);
pictures are [samples, rows, columns, channels] (NHWC). It keeps the size of the picture, the margin filled with zeros, and is
followed by the largest of each 2 × 2. To add a model, write the function of its shapes and a line in MODELS.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import NamedTuple

from core.types import Param, Values
from core.words import N_

WIDTH = Param("width", "m", 64, 8, 256, "int", "Units in every hidden layer.")
DEPTH = Param("depth", "L", 2, 0, 6, "int", "Hidden layers; without one it is softmax or linear regression.")
CHANNELS = Param("channels", "C", 8, 4, 32, "int", "Channels of every convolution.")
LAYERS = Param("layers", "L", 2, 1, 3, "int", "Convolutions, each followed by the largest of each 2 × 2.")
KERNEL = Param("kernel", "k", 3, 3, 5, "int", "Rows and columns of a filter.")

Shape = tuple[int, ...]  # of the weights of a layer


class Model(NamedTuple):
    """A family of networks.

    Attributes:
      name, summary: English texts. params: its sizes.
      shapes: (shape of a sample, outputs, values) → shapes of the weights, layer by layer.
      pictures: whether it needs samples that are pictures.
    """

    name: str
    summary: str
    params: tuple[Param, ...]
    shapes: Callable[[Sequence[int], int, Values], list[Shape]]
    pictures: bool = False


def mlp(sample: Sequence[int], outputs: int, values: Values) -> list[Shape]:
    """Dense layers, all hidden ones of a width."""
    return list(pairwise([math.prod(sample), *[int(values.width)] * int(values.depth), outputs]))


def cnn(sample: Sequence[int], outputs: int, values: Values) -> list[Shape]:
    """Convolutions of as many channels each, and a dense layer on what is left of the picture."""
    rows, columns, into = picture(sample)
    kernel, channels, shapes = int(values.kernel), int(values.channels), []
    for _ in range(int(values.layers)):
        shapes.append((kernel, kernel, into, channels))
        rows, columns, into = rows // 2, columns // 2, channels
    return [*shapes, (rows * columns * into, outputs)]


def picture(sample: Sequence[int]) -> tuple[int, int, int]:
    """Rows, columns and channels of a sample; what is no picture is a single row."""
    if len(sample) == 1:
        return 1, sample[0], 1
    rows, columns, *channels = sample
    return rows, columns, channels[0] if channels else 1


def products(shapes: Sequence[Shape], sample: Sequence[int]) -> int:
    """Multiply-adds of one sample passing through: a filter is used at every place of a picture."""
    rows, columns, _ = picture(sample)
    count = 0
    for shape in shapes:
        places = rows * columns if len(shape) == 4 else 1
        count += math.prod(shape) * places
        rows, columns = rows // 2, columns // 2
    return count


def units(shapes: Sequence[Shape], sample: Sequence[int]) -> int:
    """Outputs of all hidden layers for one sample: of a convolution the largest of each 2 × 2."""
    rows, columns, _ = picture(sample)
    count = 0
    for shape in shapes[:-1]:
        rows, columns = rows // 2, columns // 2
        count += shape[-1] * (rows * columns if len(shape) == 4 else 1)
    return count


MODELS: dict[str, Model] = {
    "mlp": Model(N_("Dense layers"), N_("Every unit sees all that comes from the layer before."), (WIDTH, DEPTH), mlp),
    "cnn": Model(
        N_("Convolutions"),
        N_("Small filters that are the same at every place of a picture, and a dense layer at the end."),
        (CHANNELS, LAYERS, KERNEL),
        cnn,
        pictures=True,
    ),
}
