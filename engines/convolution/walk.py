"""A convolution small enough to be worked through number by number."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from engines.convolution.arithmetic import Kernel

# What one can multiply in one's head; the kernel finds edges from left to right where it is 3 wide.
DIGITS = np.array([[2, 0, 1, 3], [1, 1, 0, 2], [0, 3, 2, 1], [3, 1, 0, 0], [1, 2, 2, 0]])
PATTERN = (1, 0, -1, 2, -2)


class Walk(NamedTuple):
    """What is walked through.

    Attributes:
      window: how the kernel moves, along both axes. given: i64[size, size]. kernel: i64[kernel, kernel].
      output: i64[n, n], where n is 0 if the kernel reaches too far.
    """

    window: Kernel
    given: np.ndarray
    kernel: np.ndarray
    output: np.ndarray


def walk(size: int, window: Kernel) -> Walk:
    """The cross-correlation that is called convolution: kernel not flipped, zeros around the input."""
    rows, columns = np.ogrid[:size, :size]
    given = DIGITS[rows % 5, columns % 4]
    taps = np.arange(window.kernel)
    kernel = np.array([[PATTERN[t % 5] * (1 if abs(2 * s - window.kernel + 1) > 1 else 2) for t in taps] for s in taps])
    padded = np.pad(given, window.padding)
    n = max(0, (len(padded) - window.reach - 1) // window.stride + 1)
    at = np.arange(n)[:, None] * window.stride + taps * window.dilation
    patches = padded[at[:, None, :, None], at[None, :, None, :]]
    return Walk(window, given, kernel, np.einsum("ijst,st->ij", patches, kernel))
