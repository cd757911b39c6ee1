"""Contour lines and regions of a grid by marching squares.

A cell has four corners; which of them lie at or above the level says through which of its sides the line runs. A side is
crossed where linear interpolation says so, and lines are joined from side to side. Places are in columns and rows of the
grid: (0, 0) is its first entry, (1, 0) the next one in the same row.
"""

from __future__ import annotations

import numpy as np

# Corners of a cell are bits: 1 at (r, c), 2 at (r, c+1), 4 at (r+1, c+1), 8 at (r+1, c). Its sides are 0 to 3: from corner
# 1 to 2, from 2 to 4, from 8 to 4, from 1 to 8. For each set of corners above the level: the pairs of sides that are joined.
_JOINED = {
    1: ((3, 0),), 2: ((0, 1),), 3: ((3, 1),), 4: ((1, 2),), 6: ((0, 2),), 7: ((3, 2),),
    8: ((2, 3),), 9: ((2, 0),), 11: ((2, 1),), 12: ((1, 3),), 13: ((1, 0),), 14: ((0, 3),),
}  # fmt: skip
# Two opposite corners are above: joined through the middle, or apart.
_SADDLES = {5: (((0, 1), (2, 3)), ((3, 0), (1, 2))), 10: (((3, 0), (1, 2)), ((0, 1), (2, 3)))}


def lines(z: np.ndarray, level: float) -> list[np.ndarray]:
    """Lines [n, 2] along which z [rows, columns] is `level`; closed ones end where they begin. None runs beside a NaN."""
    whole = np.isfinite(z)
    whole = whole[:-1, :-1] & whole[1:, :-1] & whole[1:, 1:] & whole[:-1, 1:]
    pairs = _pairs(z, level, whole)
    return [_places(chain, z, level) for chain in _chains(pairs)]


def regions(z: np.ndarray, level: float) -> list[np.ndarray]:
    """Closed outlines [n, 2] of where z [rows, columns] is at least `level`, to be filled by the even-odd rule.

    Outside the grid and where z is NaN, nothing is; the outlines run along the border there.
    """
    low = np.where(np.isfinite(z), z, -np.inf)
    padded = np.pad(low, 1, constant_values=-np.inf)
    found = [
        _places(chain, padded, level) for chain in _chains(_pairs(padded, level, np.ones(np.array(padded.shape) - 1, bool)))
    ]
    return [places - 1 for places in found]


def _pairs(z: np.ndarray, level: float, cells: np.ndarray) -> np.ndarray:
    """Sides [n, 2] of `cells` that one piece of a line joins. Sides are numbered over the grid: first those along rows."""
    rows, columns = z.shape
    above = (z >= level).astype(int)
    kind = above[:-1, :-1] + 2 * above[:-1, 1:] + 4 * above[1:, 1:] + 8 * above[1:, :-1]
    with np.errstate(invalid="ignore"):
        middle = (z[:-1, :-1] + z[:-1, 1:] + z[1:, 1:] + z[1:, :-1]) / 4 >= level
    found = []

    def add(where: np.ndarray, joined: tuple[tuple[int, int], ...]) -> None:
        r, c = np.nonzero(where & cells)
        beside = rows * columns + r * columns + c
        sides = np.stack([r * columns + c, beside + 1, (r + 1) * columns + c, beside])
        found.extend(sides[list(pair)].T for pair in joined)

    for number, joined in _JOINED.items():
        add(kind == number, joined)
    for number, (through, apart) in _SADDLES.items():
        add((kind == number) & middle, through)
        add((kind == number) & ~middle, apart)
    return np.concatenate(found)


def _chains(pairs: np.ndarray) -> list[list[int]]:
    """Pairs that share a side, strung together. Every side is in at most two."""
    beside: dict[int, list[int]] = {}
    for a, b in pairs.tolist():
        beside.setdefault(a, []).append(b)
        beside.setdefault(b, []).append(a)
    ends = [side for side, others in beside.items() if len(others) == 1]
    found = []
    for first in [*ends, *beside]:  # open lines from an end, then what is left: closed ones
        if not beside[first]:
            continue
        chain, here = [first], first
        while beside[here]:
            there = beside[here].pop()
            beside[there].remove(here)
            chain.append(there)
            here = there
        found.append(chain)
    return found


def _places(chain: list[int], z: np.ndarray, level: float) -> np.ndarray:
    """Where a chain of sides is crossed."""
    rows, columns = z.shape
    sides = np.array(chain)
    upright = sides >= rows * columns
    r, c = np.divmod(np.where(upright, sides - rows * columns, sides), columns)
    r2, c2 = r + upright, c + ~upright
    a, b = z[r, c], z[r2, c2]
    with np.errstate(invalid="ignore", divide="ignore"):
        share = (level - a) / (b - a)
    share = np.where(np.isneginf(a), 1.0, np.where(np.isneginf(b), 0.0, share))  # beside nothing: at the last entry
    return np.stack([c + share * (c2 - c), r + share * (r2 - r)], axis=1)
