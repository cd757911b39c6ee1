"""Cards: noise and batches."""

# ruff: noqa: E501  (a check is one expression beside its sentence)

from core.claims import above, distance, falls, stays, turning
from pages.lectures.card import Card

CARDS = (
    Card(
        "noisy_gradient",
        "Momentum on a noisy gradient",
        "The same noise at the same step: SGD trembles, momentum is smooth, and yet both stay about as far from the minimum.",
        "noise",
        ("000", "001"),
        "race",
        "surface=noisy_taco&run=sgd:lr=0.05&run=momentum:lr=0.005",
        holds=lambda r: (
            turning(r, 100)[0] > 80 and turning(r, 100)[1] < 40 and 0.6 < distance(r, 100)[1] / distance(r, 100)[0] < 1.2
        ),
    ),
    Card(
        "full_batch",
        "Full batch",
        "All fifty points in every step: the loss falls at every one, and the path is the same every time.",
        "noise",
        ("004",),
        "race",
        "surface=least_squares:batch=50&run=sgd:lr=0.2",
        holds=lambda r: stays(r)[0] and falls(above(r)[0, :150]) and turning(r, 20)[0] < 5,
    ),
    Card(
        "single_sample",
        "One sample at a time",
        "Each step follows a single point, cheap and wild: it comes by the minimum and is elsewhere nine tenths of the time.",
        "noise",
        ("004",),
        "race",
        "surface=least_squares:batch=1&run=sgd:lr=0.2",
        holds=lambda r: (
            r.summaries()[0].outside_after > 0.9
            and distance(r, 100)[0] < 0.3 * distance(r, 0)[0] + 3
            and turning(r, 100)[0] > 60
        ),
    ),
    Card(
        "minibatch",
        "Minibatches",
        "Eight points at a time: a mean loss above the minimum below 0.3 after update 100, at a sixth of the full batch's price.",
        "noise",
        ("000", "004"),
        "race",
        "surface=least_squares:batch=8&run=sgd:lr=0.2",
        holds=lambda r: 5 < 50 / r.surface["batch"] < 7 and above(r)[0, 100:].mean() < 0.3,
    ),
)
