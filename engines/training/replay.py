"""What replays a training elsewhere: the samples, the batches, and the weights before and after, as arrays by name."""

from __future__ import annotations

import io
from collections.abc import Sequence

import numpy as np

from engines.training import data, network
from engines.training.experiment import Training
from engines.training.results import Trained


def arrays(t: Training, runs: Sequence[Trained]) -> dict[str, np.ndarray]:
    """The arrays of the npz file.

    x f32[n, features], y int32 or f32[n]: the training set, as the network sees it; batches int32[steps, batch] counts its
    rows. W1 [fan_in, fan_out], b1, … before training (gamma1, beta1, … where there is a normalization), run<i>_W1, … after
    it, run<i>_lr and run<i>_loss f[steps] on the way. A run that begins with weights of its own has them as
    run<i>_initial_W1, …
    """
    seen = data.data(t)
    named = {"x": seen.x[: t.train], "y": seen.y[: t.train], "batches": data.batches(t)}
    first = network.named(runs[0].form, runs[0].weights[0])
    named |= first
    for i, run in enumerate(runs):
        before, after = (network.named(run.form, run.weights[k]) for k in (0, -1))
        named |= {f"run{i}_{name}": part for name, part in after.items()}
        named |= {f"run{i}_lr": np.asarray(run.learning_rate), f"run{i}_loss": run.loss}
        if before.keys() != first.keys() or any(not np.array_equal(before[name], first[name]) for name in before):
            named |= {f"run{i}_initial_{name}": part for name, part in before.items()}
    return named


def npz(t: Training, runs: Sequence[Trained]) -> bytes:
    """The file."""
    file = io.BytesIO()
    np.savez_compressed(file, allow_pickle=False, **arrays(t, runs))
    return file.getvalue()
