"""The gallery: every figure of the lectures that this software can show, as a link that opens it live.

Sentences are ours, and each has its check beside it. A figure that cannot be shown yet is not listed.
"""

from errata._record import LECTURES
from pages.lectures import (
    cards_activations,
    cards_convolution,
    cards_data,
    cards_initialization,
    cards_maps,
    cards_noise,
    cards_normalization,
    cards_optimizers,
    cards_rates,
    cards_rules,
    cards_surfaces,
    cards_training,
)
from pages.lectures.card import TOPICS, Card

__all__ = ["CARDS", "LECTURES", "TOPICS", "Card"]

CARDS = (
    *cards_surfaces.CARDS,
    *cards_noise.CARDS,
    *cards_optimizers.CARDS,
    *cards_rules.CARDS,
    *cards_rates.CARDS,
    *cards_maps.CARDS,
    *cards_activations.CARDS,
    *cards_initialization.CARDS,
    *cards_normalization.CARDS,
    *cards_data.CARDS,
    *cards_training.CARDS,
    *cards_convolution.CARDS,
)
