"""The figures on data before training."""

import numpy as np

from pages.lectures.card import Card

CARDS = (
    Card(
        "raw_and_standardized",
        "Raw, centred, normalised",
        "The same points before and after, and under them the loss that they make: 189 updates become 16.",
        "data",
        ("000", "002", "003"),
        "data",
        "data=cloud",
        "cloud",
        holds=lambda d: [view.steps for view in d.views] == [189, 16],
    ),
    Card(
        "whitening",
        "PCA and whitening",
        "Rotated until nothing is correlated, then every direction divided by its spread: a condition number of one.",
        "data",
        ("002",),
        "data",
        "transform=whitened",
        "cloud",
        holds=lambda d: (
            np.allclose(np.cov(d.views[1].points.T, bias=True), np.eye(2), atol=1e-6)
            and abs(d.chosen.spectrum.condition - 1) < 1e-6
        ),
    ),
    Card(
        "steps_saved",
        "Normalise your data: steps saved",
        "Two features of wine in different units: a million updates become fifteen, each at 0.9 of its largest rate.",
        "data",
        ("001",),
        "data",
        "data=wine&pair=6,12",
        "loss",
        holds=lambda d: 1e6 < d.views[0].steps < 2e6 and d.views[1].steps == 15 and d.value.share == 0.9,
    ),
    Card(
        "turning_line",
        "A line that has to turn",
        "Far off centre the line turns by 114° in 100 updates and is right for 49 %; standardized, by 1°, and right for 99 %.",
        "data",
        ("001",),
        "data",
        "data=cloud:correlation=0,scale=1,offset=10",
        "cloud",
        holds=lambda d: (
            [round(float(view.turned[-1])) for view in d.views] == [114, 1]
            and [round(100 * view.right[-1]) for view in d.views] == [49, 99]
        ),
    ),
)
