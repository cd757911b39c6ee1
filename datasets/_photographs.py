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
    from PIL import Image  # here, as scikit-learn: both take long to import, and few pages need them
    from sklearn.datasets import load_sample_image

    whole = Image.fromarray(load_sample_image(f"{key}.jpg"))
    scale = min(whole.height / height, whole.width / width)
    left, top = (whole.width - scale * width) / 2, (whole.height - scale * height) / 2
    box = (left, top, left + scale * width, top + scale * height)
    small = np.array(whole.resize((width, height), Image.Resampling.BOX, box))
    small.flags.writeable = False
    return small
