"""What to look for in a training, and the checks of what that says."""

import numpy as np

from core.words import N_
from pages.training.presets import PRESETS
from pages.training.verdict import verdict

LOOK_FOR = N_(
    "Every curve is a whole training on real data, and all runs see the same batches. The loss of each batch jumps about, as "
    "every batch is another sample: judge by the validation curves. With a rate too low the loss stays, with a good one it "
    "falls, with one far too high the numbers leave all bounds. A training loss that goes on falling while the validation "
    "loss has turned round is overfitting. Update / weight says by which share an update changes the weights of a layer: for "
    "SGD ten times the rate is ten times the share."
)
OF = {preset.key: preset.query for preset in PRESETS}


def _rates(see) -> bool:
    result = see(OF["rates"])
    return [verdict(result.value, run).key for run in result.runs] == ["flat", "falling", "diverged"]


def _jumps(see) -> bool:
    (run,) = see("run=sgd").runs
    rises = [(np.diff(loss) > 0).mean() for loss in (run.loss, run.scores.validation_loss)]
    return rises[0] > 0.4 and rises[1] < 0.25


def _overfitting(see) -> bool:
    scores = see(OF["overfitting"]).runs[0].scores
    turned = int(scores.validation_loss.argmin())
    return scores.validation_loss[-1] > scores.validation_loss[turned] and scores.train_loss[-1] < scores.train_loss[turned]


HOLDS = (
    lambda see: np.array_equal(see("run=sgd").runs[0].loss, see("run=sgd:lr=1&run=sgd").runs[1].loss),
    _jumps,
    _rates,
    _overfitting,
    lambda see: np.allclose(np.divide(*(run.ratio[1] for run in see("run=sgd:lr=0.1&run=sgd:lr=0.01").runs)), 10, rtol=1e-3),
)
