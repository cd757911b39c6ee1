"""Cards: normalization."""

import numpy as np

from engines.signal.normalization import train_and_test
from pages.lectures.card import Card

CARDS = (
    Card(
        "batch_norm",
        "Batch norm before the activation",
        "Weights that saturate nine units in ten, and the same with their inputs moved back to where the slope is.",
        "normalization",
        ("002", "004"),
        "initialization",
        "init=normal:std=1&norm=none&norm=batch&batch=1000",
        holds=lambda n: n[0].saturated.min() > 0.85 and n[1].saturated.max() < 0.05,
    ),
    Card(
        "batch_norm_test",
        "Batch norm in training and in a test",
        "Beneath the curves: each batch has its own mean, and a test takes averages, with N/(N−1) for the variance.",
        "normalization",
        ("000", "002"),
        "initialization",
        "init=normal:std=1&norm=batch&batch=16&depth=4&width=128",
        holds=lambda n: (lambda t: t.means.max() > t.means.min() and abs(t.test_variance / t.biased_variance - 16 / 15) < 1e-6)(
            train_and_test(16)
        ),
    ),
    Card(
        "scale_and_shift",
        "What γ and β are for",
        "γ is the spread that comes out (not the variance) and β the mean: here four settings of both.",
        "normalization",
        ("004",),
        "initialization",
        "init=lecun&norm=batch&gamma=1&gamma=2&gamma=1&gamma=2&beta=2&beta=2&beta=-2&beta=-2&activation=identity&depth=3&width=128",
        holds=lambda n: all(
            np.allclose(s.mean, s.network.beta, atol=0.02) and np.allclose(s.std, s.network.gamma, atol=0.02) for s in n
        ),
    ),
    Card(
        "four_norms",
        "Batch, layer, group, instance",
        "They differ only in what they average over; the picture of the axes is beneath the curves.",
        "normalization",
        ("000",),
        "initialization",
        "init=normal&norm=batch&norm=layer&norm=group&norm=instance&batch=1000",
        holds=lambda n: len({s.network.norm.key for s in n}) == 4,
    ),
)
