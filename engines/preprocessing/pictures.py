"""What is subtracted from photographs before training: the mean image, or one mean for each channel."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from datasets._photographs import PHOTOGRAPHS, photograph


class Pictures(NamedTuple):
    """Photographs, and statistics of them as a training set.

    Attributes:
      pixels: u8[n, height, width, 3].
      mean_image: f64[height, width, 3], a mean for every pixel: Krizhevsky, Sutskever, Hinton (2012).
      mean, std: f64[3], one for each channel: Simonyan, Zisserman (2014) subtract the mean, He et al. (2015) in torchvision
        divide by the spread as well.
    """

    pixels: np.ndarray
    mean_image: np.ndarray
    mean: np.ndarray
    std: np.ndarray


def pictures(height: int, width: int) -> Pictures:
    pixels = np.stack([photograph(name, height, width) for name in PHOTOGRAPHS])
    numbers = pixels.astype(np.float64)
    return Pictures(pixels, numbers.mean(0), numbers.mean((0, 1, 2)), numbers.std((0, 1, 2)))
