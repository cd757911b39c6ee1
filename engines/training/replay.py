"""What replays a training elsewhere: the samples, the batches, and the weights before and after, as arrays by name."""

from __future__ import annotations

import io
import math
from collections.abc import Sequence
from functools import partial

import jax
import jax.numpy as jnp
import numpy as np

from core.types import Array
from engines.training import data, dropout, network, results
from engines.training.dropout import DROPOUTS
from engines.training.experiment import Training
from engines.training.results import Trained

MOST_MASKED = 2 * 10**8  # bits of masks in a file, of each run: 25 MB


def arrays(t: Training, runs: Sequence[Trained]) -> dict[str, np.ndarray]:
    """The arrays of the npz file.

    x f32[n, features], before a convolution f32[n, rows, columns, channels], and y int32 or f32[n]: the training set, as the
    network sees it; batches int32[steps, batch] counts its rows. W1 [fan_in, fan_out], b1, … before training (gamma1, beta1, …
    where there is a normalization), run<i>_W1, … after it, run<i>_lr and run<i>_loss f[steps] on the way. A run that begins
    with weights of its own has them as run<i>_initial_W1, … Under dropout run<i>_kept1 uint8[steps, …] has a bit for each
    output of hidden layer 1 for each sample of a batch, 1 where it is kept (numpy.packbits), and so on; without them where
    they are more than MOST_MASKED.
    """
    seen = data.data(t)
    x = np.asarray(network.entering(runs[0].form, jnp.asarray(seen.x[: t.train])))
    named = {"x": x, "y": seen.y[: t.train], "batches": data.batches(t)}
    first = network.named(runs[0].form, runs[0].weights[0])
    named |= first
    for i, run in enumerate(runs):
        before, after = (network.named(run.form, run.weights[k]) for k in (0, -1))
        named |= {f"run{i}_{name}": part for name, part in after.items()}
        named |= {f"run{i}_lr": np.asarray(run.learning_rate), f"run{i}_loss": run.loss}
        if before.keys() != first.keys() or any(not np.array_equal(before[name], first[name]) for name in before):
            named |= {f"run{i}_initial_{name}": part for name, part in before.items()}
        if masked(t, run):
            named |= {f"run{i}_kept{layer}": bits for layer, bits in _masks(t, run).items()}
    return named


def masked(t: Training, run: Trained) -> bool:
    """Whether the file has the masks of a run's dropout."""
    units = sum(math.prod(shape) for shape in _hidden(t, run))
    return bool(DROPOUTS[run.run.dropout.key].params) and t.steps * units <= MOST_MASKED


def _hidden(t: Training, run: Trained) -> list[tuple[int, ...]]:
    """Shapes of the outputs of the hidden layers for a batch."""
    numbers, parts = results.numbers(run.run), network.named(run.form, run.weights[0])
    x = jax.ShapeDtypeStruct((t.batch, math.prod(t.dataset.shape)), np.float32)
    return [step.h.shape for step in jax.eval_shape(lambda x: network.forward(run.form, parts, x, numbers), x)[:-1]]


def _masks(t: Training, run: Trained) -> dict[int, np.ndarray]:
    """Layer → which of its outputs are kept in each update, packed."""
    keep = jnp.float32(run.run.dropout.values["keep"])

    @jax.jit
    def of(updates: Array) -> list[Array]:
        keys = jax.vmap(lambda k: dropout.key_of(jnp.uint32(t.seed), k))(updates)
        kinds = [partial(dropout.mask, layer=i, shape=shape, keep=keep) for i, shape in enumerate(_hidden(t, run), 1)]
        return [jax.vmap(kind)(keys) for kind in kinds]

    drawn = of(np.arange(t.steps, dtype=np.int32))
    return {i: np.packbits(np.asarray(part).reshape(t.steps, -1), axis=1) for i, part in enumerate(drawn, 1)}


def npz(t: Training, runs: Sequence[Trained]) -> bytes:
    """The file."""
    file = io.BytesIO()
    np.savez_compressed(file, allow_pickle=False, **arrays(t, runs))
    return file.getvalue()
