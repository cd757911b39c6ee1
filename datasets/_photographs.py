"""The two photographs that come with scikit-learn, made small: for what is shown of real images."""

from __future__ import annotations

import functools

import numpy as np

PHOTOGRAPHS = ("china", "flower")


@functools.lru_cache(maxsize=8)
def photograph(key: str, height: int, width: int) -> np.ndarray:
    """u8[height, width, 3]: the middle of a photograph in that proportion, every pixel the mean of those that it covers.

    The array must not be written to.
    """
    from sklearn.datasets import load_sample_image  # here, because importing it takes a second that few pages need

    whole = load_sample_image(f"{key}.jpg").astype(np.float64)
    each = min(whole.shape[0] / height, whole.shape[1] / width)  # pixels along a side of what one stands for
    rows, columns = _means(height, each, len(whole)), _means(width, each, whole.shape[1])
    small = np.einsum("hi,ijc,wj->hwc", rows, whole, columns, optimize=True)
    small = np.rint(small).astype(np.uint8)
    small.flags.writeable = False
    return small


def _means(count: int, each: float, whole: int) -> np.ndarray:
    """f64[count, whole]: row i holds what part each place has in the mean over the i-th of `count` stretches in the middle."""
    starts = (whole - count * each) / 2 + each * np.arange(count)[:, None]
    places = np.arange(whole)
    return np.clip(np.minimum(starts + each, places + 1) - np.maximum(starts, places), 0, 1) / each
