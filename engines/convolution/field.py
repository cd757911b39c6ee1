"""What one unit sees of every layer below it, and how its gradient is spread over what it sees.

The gradient of a unit by the pixels, squared and averaged over random weights, takes a walk of its own. With independent
weights of mean 0 and variance 1/fan-in, two different ways from a pixel to the unit use different weights, so they do not
correlate and what they bring adds up; each layer hands the sum over its channels on in equal shares to all places of its
kernel. So the mean over all seeds needs no seed: it is exact for a linear network. It is the effective receptive field of
Luo, Li, Urtasun, Zemel, “Understanding the effective receptive field in deep convolutional neural networks” (2016). A max
pool hands all on to one place, each as likely as the other; a shortcut hands on as much as the branch.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from engines.convolution.arithmetic import FLAT, Kernel, Row, source, windows
from engines.convolution.layers import whole

MOST = 3e8  # additions: more are not done while somebody waits
SHARE = 0.95  # of the gradient, in what is called the effective size


class Seen(NamedTuple):
    """What a unit sees.

    Attributes:
      rows, columns: bool[n] per layer from the input up to the unit's: the places that it sees, along each axis.
      gradient: f64[height, width] over the input: the expected squared gradient, as shares of what leaves the unit; what
        ends in padding is lost. None where it would take too long.
    """

    rows: list[np.ndarray]
    columns: list[np.ndarray]
    gradient: np.ndarray | None


def middle(stack: Sequence[Row]) -> tuple[int, int, int]:
    """The unit that is looked at where nobody has said which: the middle one of the last map, if it has more than one."""
    maps = [i for i, row in enumerate(stack) if row.layer.key not in FLAT]
    last = max((i for i in maps if max(stack[i].grid) > 1), default=maps[-1])
    height, width = stack[last].grid
    return last, height // 2, width // 2


def seen(stack: Sequence[Row], unit: tuple[int, int, int], one_dimensional: bool) -> Seen:
    """From a unit (layer, row, column) down to the input."""
    layer, row, column = unit
    rows = _along(stack, 0, layer, row, one_dimensional)
    columns = _along(stack, 1, layer, column, one_dimensional)
    return Seen(rows, columns, _gradient(stack, unit, one_dimensional))


def _along(stack: Sequence[Row], axis: int, layer: int, place: int, one_dimensional: bool) -> list[np.ndarray]:
    """The places that are seen along one axis, for every layer up to the unit's."""
    masks = [np.zeros(row.grid[axis], bool) for row in stack[: layer + 1]]
    masks[layer][place] = True
    for i in range(layer, 0, -1):
        for below, mask in _handed_on(stack, i, (axis,), masks[i].astype(float), one_dimensional):
            masks[below] |= mask > 0
    return masks


def _gradient(stack: Sequence[Row], unit: tuple[int, int, int], one_dimensional: bool) -> np.ndarray | None:
    layer, row, column = unit
    if sum(_work(r, one_dimensional) for r in stack[1 : layer + 1]) > MOST:
        return None
    parts = [np.zeros(r.grid) for r in stack[: layer + 1]]
    parts[layer][row, column] = 1.0
    for i in range(layer, 0, -1):
        for below, part in _handed_on(stack, i, (0, 1), parts[i], one_dimensional):
            parts[below] += part
        if (total := parts[i].sum()) > 1e100:  # shortcuts double it: only shares matter
            for j in range(i):
                parts[j] /= total
    total = parts[0].sum()
    return parts[0] / total if total else parts[0]


def _work(row: Row, one_dimensional: bool) -> int:
    taps = sum(w.kernel for w in windows(row.layer, one_dimensional)) if "kernel" in row.layer.values else 1
    return taps * max(row.given.height * row.given.width, row.grid[0] * row.grid[1])


def _handed_on(
    stack: Sequence[Row], i: int, axes: tuple[int, ...], part: np.ndarray, one_dimensional: bool
) -> list[tuple[int, np.ndarray]]:
    """What row i hands on to the rows below it: (number of the row, what it gets), along the axes that `part` has."""
    row, below = stack[i], stack[i - 1].grid
    key = row.layer.key
    if key == "flatten":
        return [(i - 1, part)]
    if key == "dense":
        shape = [below[axis] for axis in axes]
        return [(i - 1, np.full(shape, part.sum() / np.prod(shape)))]
    if key == "add":
        start = source(stack[:i], row.layer)
        stride = whole(row.layer, "stride")
        steps = (1 if one_dimensional else stride, stride)
        short = np.zeros([stack[start].grid[axis] for axis in axes])
        short[tuple(slice(None, None, steps[axis]) for axis in axes)] = part
        return [(i - 1, part), (start, short)]
    spread = _transposed if key == "transposed" else _spread
    for number, axis in enumerate(axes):
        window = windows(row.layer, one_dimensional)[axis]
        part = np.moveaxis(spread(np.moveaxis(part, number, 0), window, below[axis]), 0, number)
    return [(i - 1, part)]


def _spread(part: np.ndarray, window: Kernel, size: int) -> np.ndarray:
    """Along the first axis: each of the places that an output looks at gets an equal share of it."""
    given = np.zeros((size, *part.shape[1:]))
    places = np.arange(len(part)) * window.stride - window.padding
    for tap in range(window.kernel):
        at = places + tap * window.dilation
        inside = (at >= 0) & (at < size)
        given[at[inside]] += part[inside] / window.kernel
    return given


def _transposed(part: np.ndarray, window: Kernel, size: int) -> np.ndarray:
    """The same for a transposed convolution: output i is made of inputs (i + padding − tap·dilation)/stride."""
    given = np.zeros((size, *part.shape[1:]))
    taps = np.arange(window.kernel) * window.dilation
    exact = np.arange(len(part))[:, None] + window.padding - taps
    used = exact % window.stride == 0
    share = np.maximum(used.sum(1), 1)
    for tap in range(window.kernel):
        at = exact[:, tap] // window.stride
        inside = used[:, tap] & (at >= 0) & (at < size)
        given[at[inside]] += (part[inside].T / share[inside]).T
    return given


def ends(mask: np.ndarray) -> tuple[int, int] | None:
    """The first and the last place that is seen, or None where nothing is."""
    places = np.flatnonzero(mask)
    return (int(places[0]), int(places[-1])) if len(places) else None


def effective_size(gradient: np.ndarray) -> int:
    """The side of the smallest square about the centre of the gradient that holds SHARE of it."""
    shares = [gradient.sum(1), gradient.sum(0)]
    row, column = (round(float(np.arange(len(s)) @ s)) for s in shares)
    sums = np.pad(gradient.cumsum(0).cumsum(1), ((1, 0), (1, 0)))
    height, width = gradient.shape

    def inside(half: int) -> float:
        a, b = max(0, row - half), min(height, row + half + 1)
        c, d = max(0, column - half), min(width, column + half + 1)
        return float(sums[b, d] - sums[a, d] - sums[b, c] + sums[a, c])

    low, high = 0, max(height, width)
    while low < high:
        half = (low + high) // 2
        low, high = (low, half) if inside(half) >= SHARE - 1e-12 else (half + 1, high)
    return min(2 * low + 1, max(height, width))
