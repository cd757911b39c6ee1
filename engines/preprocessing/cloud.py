"""A cloud of points in the plane that can be stretched, tilted, moved and spoilt."""

from __future__ import annotations

import numpy as np

from core.types import Param, Spec

SAMPLES = 300
FAR = 6.0  # how far an outlier is moved away from the middle, as a factor
CORRELATION = Param("correlation", r"\rho", 0.5, -0.99, 0.99, "linear", "Correlation of the two features.")
SCALE = Param("scale", "s", 3.0, 0.01, 100.0, "log", "Spread of the second feature; that of the first is 1.")
OFFSET = Param("offset", "m", 3.0, -20.0, 20.0, "linear", "Mean of both features, in units of their spread.")
OUTLIERS = Param("outliers", r"\varepsilon", 0.0, 0.0, 0.2, "linear", "Share of the points that lie far out.")
PARAMS = (CORRELATION, SCALE, OFFSET, OUTLIERS)


def cloud(spec: Spec, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Points f64[SAMPLES, 2], and classes by the side of a line they are on, for which both directions of the cloud matter.

    A slider moves the points and draws none anew.
    """
    rng = np.random.default_rng(seed)
    first, second = rng.standard_normal((2, SAMPLES))
    rho = spec.values["correlation"]
    plain = np.stack([first, rho * first + np.sqrt(1 - rho**2) * second], 1)
    classes = (first + second > 0).astype(np.int64)
    plain[: round(spec.values["outliers"] * SAMPLES)] *= FAR
    return (plain + spec.values["offset"]) * [1.0, spec.values["scale"]], classes
