"""Six filters that a convolutional network has learned on the training page's data: pieces of the two photographs."""

from __future__ import annotations

import functools
from typing import NamedTuple
from urllib.parse import parse_qsl

import numpy as np

from core.words import N_
from engines.convolution.filters import COUNT, LARGEST, Filter
from engines.training import codec, results
from engines.training.network import named

QUERY = "data=patches&model=cnn:channels=8,kernel=5,layers=1&steps=300&run=adam:lr=0.003"  # of the training page


class Learned(NamedTuple):
    """The filters, and how many pieces that were not trained on are told apart, as a share."""

    filters: tuple[Filter, ...]
    accuracy: float


@functools.lru_cache(maxsize=1)
def learned() -> Learned:
    """The six with the largest weights of eight, each rounded to whole numbers up to 9."""
    training, _ = codec.parse(parse_qsl(QUERY))
    run = results.trained(training.alone(0))
    weights = np.moveaxis(np.asarray(named(run.form, run.weights[-1])["W1"], np.float64), 3, 0)
    kept = np.sort(np.argsort(-(weights**2).sum((1, 2, 3)), kind="stable")[:COUNT])
    whole = [np.rint(LARGEST * weights[i] / np.abs(weights[i]).max()).astype(np.int64) for i in kept]
    return Learned(tuple(Filter(N_("learned"), one) for one in whole), float(run.scores.validation_accuracy[-1]))
