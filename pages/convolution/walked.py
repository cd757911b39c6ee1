"""What is walked through, as panels that move: a small convolution number by number, or a photograph under six filters."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from core.picture import Cells, Panel
from engines.convolution.filters import SIDE
from engines.convolution.walk import Walk
from pages.convolution.answer import Filtered, Result

PALE, AROUND, LIT, SEEN = (246, 246, 243), (228, 228, 224), (246, 200, 165), (255, 255, 255)
BELOW, ABOVE = (0, 90, 170), (213, 94, 0)  # of 0
DIM = 0.45  # of a photograph outside of the window

Translate = Callable[[str], str]


def walked(result: Result, translate: Translate) -> tuple[tuple[Panel, ...], ...]:
    """Rows of panels: input, kernel and output, or the photograph and the maps of all filters."""
    if result.filtered:
        return _photograph(result.filtered, translate)
    return (_numbers(result.walk, translate),) if len(result.walk.output) else ()


def _cells(colours: Callable[[int], np.ndarray], last: int, words: Callable[[int], list[list[str]]] | None = None) -> Cells:
    """Rows are turned over: those of a picture are counted from the top."""
    rows, columns = colours(last).shape[:2]
    turned = (lambda step: words(step)[::-1]) if words else None
    return Cells(np.arange(float(columns)), np.arange(float(rows)), colours(last)[::-1], lambda s: colours(s)[::-1], turned)


def _texts(numbers: np.ndarray) -> list[list[str]]:
    return [[str(number).replace("-", "\u2212") for number in row] for row in numbers]


def _numbers(walk: Walk, translate: Translate) -> tuple[Panel, ...]:
    _ = translate
    window, n = walk.window, len(walk.output)
    padded = np.pad(walk.given, window.padding)
    plain = np.full((*padded.shape, 3), AROUND, np.uint8)
    inside = slice(window.padding, window.padding + len(walk.given))
    plain[inside, inside] = PALE
    taps = np.arange(window.kernel) * window.dilation

    def given(step: int) -> np.ndarray:
        colours = plain.copy()
        row, column = divmod(min(step, n * n - 1), n)
        colours[np.ix_(row * window.stride + taps, column * window.stride + taps)] = LIT
        return colours

    def output(step: int) -> np.ndarray:
        order = np.arange(n * n).reshape(n, n)
        return np.where((order == step)[..., None], LIT, np.where((order < step)[..., None], SEEN, PALE)).astype(np.uint8)

    def sums(step: int) -> list[list[str]]:
        return [[t if i * n + j <= step else "" for j, t in enumerate(r)] for i, r in enumerate(_texts(walk.output))]

    kernel = np.full((*walk.kernel.shape, 3), PALE, np.uint8)
    parts = (
        (_("input"), _cells(given, n * n - 1, lambda step: _texts(padded))),
        (_("kernel"), _cells(lambda step: kernel, 0, lambda step: _texts(walk.kernel))),
        (_("output"), _cells(output, n * n - 1, sums)),
    )
    return tuple(Panel(title=name, cells=cells, equal=True) for name, cells in parts)


def _photograph(photo: Filtered, translate: Translate) -> tuple[tuple[Panel, ...], ...]:
    n = photo.maps.shape[1]

    def face(step: int) -> np.ndarray:
        row, column = divmod(min(step, n * n - 1), n)
        colours = (DIM * photo.pixels + (1 - DIM) * 255).astype(np.uint8)
        at = slice(row, row + SIDE), slice(column, column + SIDE)
        colours[at] = photo.pixels[at]
        return colours

    photograph = Panel(title=translate("photograph"), cells=_cells(face, n * n - 1), equal=True)
    maps = [_map(photo.maps[i], translate(one.name)) for i, one in enumerate(photo.filters)]
    return (photograph, *maps[:2]), tuple(maps[2:])


def _map(values: np.ndarray, name: str) -> Panel:
    shares = values / max(1, np.abs(values).max())
    ends = np.where(shares[..., None] < 0, BELOW, ABOVE)
    whole = (255 + np.abs(shares)[..., None] * (ends - 255)).astype(np.uint8)
    order = np.arange(values.size).reshape(values.shape)

    def colours(step: int) -> np.ndarray:
        return np.where((order <= step)[..., None], whole, np.array(AROUND)).astype(np.uint8)

    return Panel(title=name, cells=_cells(colours, values.size - 1), equal=True)
