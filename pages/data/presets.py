"""Data that is known to show its point, for the menu; the first is what the page opens with."""

from typing import Any

import numpy as np

from core.page import Preset
from engines.preprocessing.transforms import TRANSFORMS


def stage(d: Any, transform: str) -> Any:
    """All features of a result under a transform."""
    return d.stages[TRANSFORMS.index(transform)]


def kappa(d: Any, transform: str) -> float:
    """The condition number of all features under a transform."""
    return stage(d, transform).spectrum.condition


def steps(d: Any, transform: str) -> int:
    """Updates of a descent on all features under a transform, until it is at the tolerance."""
    return stage(d, transform).steps


def share(eigenvalues: np.ndarray) -> float:
    """Of the first in the sum of all."""
    return float(eigenvalues[0] / eigenvalues.sum())


PRESETS = (
    Preset(
        "cloud",
        "A cloud off centre",
        "data=cloud",
        "Centring brings the condition number from 118 to 13, standardizing to 3.4: 189 updates become 16.",
        holds=lambda d: (
            [f"{kappa(d, t):.0f}" for t in ("raw", "centred")] == ["118", "13"]
            and f"{kappa(d, 'standardized'):.1f}" == "3.4"
            and (steps(d, "raw"), steps(d, "standardized")) == (189, 16)
        ),
    ),
    Preset(
        "wine",
        "Wine: units that differ",
        "data=wine&pair=6,12",
        "Proline is in hundreds, flavanoids in ones: 38 million updates for all raw features, 41 for standardized ones.",
        holds=lambda d: (
            (np.array([1, 100]) < np.median(d.views[0].points, 0)).all()
            and (np.median(d.views[0].points, 0) < np.array([10, 1000])).all()
            and (round(steps(d, "raw") / 1e6), steps(d, "standardized")) == (38, 41)
        ),
    ),
    Preset(
        "breast_cancer",
        "Breast cancer: thirty features",
        "data=breast_cancer&pair=0,1",
        "Raw, a condition number above 10¹²; standardized it is still near 100,000: the features repeat one another.",
        holds=lambda d: d.chosen.features == 30 and kappa(d, "raw") > 1e12 and 9e4 < kappa(d, "standardized") < 1.1e5,
    ),
    Preset(
        "iris",
        "Iris: all in one unit",
        "data=iris&pair=2,3",
        "All features are in centimetres, so centring does most of it: 2217 updates raw, 146 centred, 68 standardized.",
        holds=lambda d: (
            [steps(d, t) for t in ("raw", "centred", "standardized")] == [2217, 146, 68]
            and all(name.endswith("(cm)") for name in d.names)
        ),
    ),
    Preset(
        "tilted",
        "Two features that agree",
        "data=cloud:correlation=0.97,scale=1,offset=0",
        "Centred and equally wide already, and still a valley of 73 to 1: only whitening takes 119 updates down to 16.",
        holds=lambda d: (
            [round(kappa(d, t)) for t in ("raw", "centred", "standardized")] == [73] * 3
            and (steps(d, "standardized"), steps(d, "whitened")) == (119, 16)
        ),
    ),
    Preset(
        "outliers",
        "A few outliers",
        "data=cloud:correlation=0,scale=1,offset=0,outliers=0.05&transform=standardized",
        "One point in twenty, six times as far out, shrinks the spread of all the others to two thirds or less.",
        holds=lambda d: (d.views[1].points[round(0.05 * d.samples) :].std(0) < 2 / 3).all(),
    ),
    Preset(
        "turning",
        "A line that has to turn",
        "data=cloud:correlation=0,scale=1,offset=10",
        "Far off centre the line turns by 114° in 100 updates and is right for 49 %; standardized, by 1°, and right for 99 %.",
        holds=lambda d: (
            [round(float(view.turned[-1])) for view in d.views] == [114, 1]
            and [round(100 * view.right[-1]) for view in d.views] == [49, 99]
        ),
    ),
    Preset(
        "photographs",
        "Photographs: a mean for each channel",
        "data=photographs&pair=0,2",
        "Less the mean image, each of two photographs is the negative of the other; channel means only shift its colours.",
        holds=lambda d: (
            np.allclose(*(d.pictures.pixels - d.pictures.mean_image) * [[[[1]]], [[[-1]]]]) and d.pictures.mean.size == 3
        ),
    ),
    Preset(
        "colours",
        "Photographs: colours that agree",
        "data=photographs&transform=pca&pair=0,1",
        "Red, green and blue rise and fall together: the first of three directions has 90 % of the variance of the colours.",
        holds=lambda d: round(100 * share(stage(d, "pca").spectrum.eigenvalues)) == 90,
    ),
    Preset(
        "joint",
        "Whitened with its own test set",
        "data=breast_cancer&transform=whitened&pair=0,1",
        "With fewer samples than features, whitened together, a linear model guesses; with three times as many it does not.",
        holds=lambda d: (
            d.joint.samples[0] < 30
            and np.isclose(d.joint.accuracy[0], 0.5)
            and d.joint.samples[-1] == 90
            and d.joint.accuracy[-1] > 0.7
        ),
    ),
    Preset(
        "digits",
        "Digits: the price of whitening",
        "data=digits&transform=whitened&pair=28,36",
        "Round at last; but directions of noise now count as much as any other, and the nearest neighbour is misled.",
        holds=lambda d: (
            abs(kappa(d, "whitened") - 1) < 1e-6
            and d.price.pca[-1] - d.price.whitened[-1] > 0.05
            and d.price.whitened.max() - d.price.whitened[-1] > 0.05
        ),
    ),
    Preset(
        "whitened",
        "Wine, whitened",
        "data=wine&transform=whitened&pair=6,12",
        "A condition number of one: every direction at the same rate, 16 updates to a thousandth at 0.9 of the limit.",
        holds=lambda d: abs(kappa(d, "whitened") - 1) < 1e-6 and steps(d, "whitened") == 16 and d.value.share == 0.9,
    ),
)
