"""What a finished run shows, judged by its numbers alone: which picture of the atlas of learning curves it is."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from engines.training.experiment import Training
from engines.training.results import Trained

FLAT = 0.02  # of the loss: what falls by less has not moved
FITS = 0.999  # training accuracy of a set that is known by heart
RISEN = 1.2  # validation loss at the end over its lowest: above this it has turned round
GAP = 0.1  # accuracy on the training part above that on the validation part


class Verdict(NamedTuple):
    """One of KINDS, and the numbers that its sentence names."""

    key: str
    numbers: dict[str, Any]


def verdict(t: Training, run: Trained) -> Verdict:
    """The first of these that is true:

    diverged: not finite at update `at`. rising: ends with a higher training loss than it began. flat: the training loss has
    moved by less than 2 %. by_heart: every training sample is right (99.9 %), and more than 10 % fewer of the others.
    turned: the validation loss has come up by a fifth (and 2 % of
    the first training loss) from its lowest, at step `at`. falling: the last quarter of the run
    still took off a tenth of the training loss. settled: none of them.
    """
    s = run.scores
    first, last = float(s.train_loss[0]), float(s.train_loss[-1])
    if run.diverged_at is not None:
        return Verdict("diverged", {"at": run.diverged_at})
    if last > (1 + FLAT) * first:
        return Verdict("rising", {"first": first, "last": last})
    if abs(last - first) < FLAT * first:
        return Verdict("flat", {"first": first, "last": last})
    gap = float(s.train_accuracy[-1] - s.validation_accuracy[-1])
    if s.train_accuracy[-1] >= FITS and gap > GAP:
        return Verdict("by_heart", {"train": float(s.train_accuracy[-1]), "validation": float(s.validation_accuracy[-1])})
    known = np.isfinite(s.validation_loss).all()
    low = int(np.argmin(s.validation_loss)) if known else 0
    if known and s.validation_loss[-1] > max(RISEN * s.validation_loss[low], s.validation_loss[low] + FLAT * first):
        numbers = {"at": int(run.steps[low]), "low": float(s.validation_loss[low]), "last": float(s.validation_loss[-1])}
        return Verdict("turned", numbers)
    before = float(s.train_loss[np.searchsorted(run.steps, 0.75 * t.steps)])
    if last < 0.9 * before:
        return Verdict("falling", {"before": before, "last": last})
    return Verdict("settled", {"last": last})
