"""The figures on data before training."""

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
    ),
)
