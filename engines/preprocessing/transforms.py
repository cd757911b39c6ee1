"""Centring, standardizing, PCA and whitening, with statistics from any samples, and the spectrum of what comes out.

The curvature of ½·MSE of a linear model is XᵀX/n, whatever the targets: its eigenvalues are the squared singular values of
X over n, which keeps small ones exact where the matrix itself would lose them.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

TRANSFORMS = ("raw", "centred", "standardized", "pca", "whitened")


class Statistics(NamedTuple):
    """Of samples f64[n, d].

    Attributes:
      mean, std: f64[d], dividing by n; std is 1 where a feature never changes.
      variances: f64[r] of the principal components, the largest first, those that are not 0 for rounding's sake.
      components: f64[d, r], orthonormal.
    """

    mean: np.ndarray
    std: np.ndarray
    variances: np.ndarray
    components: np.ndarray


def statistics(x: np.ndarray) -> Statistics:
    mean, std = x.mean(0), x.std(0)
    _, singular, rows = np.linalg.svd(x - mean, full_matrices=False)
    kept = singular > singular.max(initial=0.0) * max(x.shape) * np.finfo(float).eps
    components = rows[kept].T
    components = components * np.where(components.sum(0) < 0, -1.0, 1.0)  # a sign that does not depend on the library
    return Statistics(mean, np.where(std > 0, std, 1.0), singular[kept] ** 2 / len(x), components)


def transformed(x: np.ndarray, transform: str, by: Statistics) -> np.ndarray:
    """Samples [n, d] under one of TRANSFORMS, by statistics that may be those of other samples.

    PCA and whitening leave out directions in which nothing varies, so they may have fewer columns.
    """
    if transform == "raw":
        return x
    centred = x - by.mean
    if transform == "centred":
        return centred
    if transform == "standardized":
        return centred / by.std
    rotated = centred @ by.components
    return rotated if transform == "pca" else rotated / np.sqrt(by.variances)


class Spectrum(NamedTuple):
    """Of XᵀX/n.

    Attributes:
      eigenvalues: f64[d], the largest first; 0 where the samples leave a direction out.
      condition: the largest over the smallest; None where the smallest is 0.
      rate: the largest rate at which gradient descent on ½·MSE does not grow, 2 over the largest.
    """

    eigenvalues: np.ndarray
    condition: float | None
    rate: float


def spectrum(x: np.ndarray) -> Spectrum:
    """Of samples f64[n, d] as they are."""
    return _spectrum(np.linalg.svd(x, compute_uv=False), x)


def decomposed(x: np.ndarray, y: np.ndarray) -> tuple[Spectrum, np.ndarray]:
    """The spectrum, and of targets f64[n] the square of their part along the singular vector of each eigenvalue, f64[d]."""
    vectors, singular, _ = np.linalg.svd(x, full_matrices=False)
    parts = np.zeros(x.shape[1])
    parts[: len(singular)] = (vectors.T @ y) ** 2
    spectrum = _spectrum(singular, x)
    return spectrum, np.where(spectrum.eigenvalues > 0, parts, 0.0)


def _spectrum(singular: np.ndarray, x: np.ndarray) -> Spectrum:
    singular = np.where(singular > singular.max() * max(x.shape) * np.finfo(float).eps, singular, 0.0)
    values = np.zeros(x.shape[1])
    values[: len(singular)] = singular**2 / len(x)
    smallest = float(values[-1])
    return Spectrum(values, float(values[0] / smallest) if smallest else None, float(2 / values[0]))
