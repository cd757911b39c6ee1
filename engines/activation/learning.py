"""What a unit's outputs do to the learning behind it: the zig-zag that positive inputs force, and units that die."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from activations import ACTIVATIONS
from core.types import Activation, Array, Spec, namespace
from engines.activation.curve import curve, numbers, slope

# The zig-zag that positive inputs force ------------------------------------------------------------------------------


LOST = 1e30  # a weight or a loss beyond this has diverged


class ZigZag(NamedTuple):
    """A unit with two inputs learns two weights, one sample at a time.

    Attributes:
      path: [steps + 1, 2] weights. gradients: [steps, 2], of one sample each. inputs: [steps, 2].
      target: the weights it should learn, in a direction that gradients of one sign cannot take.
      same_sign: share of gradients whose two entries have the same sign; 1 where all inputs are positive.
      length, distance: of the path, and straight from its start to its end.
      diverged_at: the first step that left LOST, or None; the weights stay where they were before it.
    """

    path: np.ndarray
    gradients: np.ndarray
    inputs: np.ndarray
    target: tuple[float, float]
    same_sign: float
    length: float
    distance: float
    diverged_at: int | None


def zigzag(spec: Spec, learning_rate: float = 0.5, steps: int = 60, seed: int = 0) -> ZigZag:
    """Gradient descent on ½(w·x − w*·x)² from w = 0, where x are the outputs of two units of this activation.

    Every gradient is a number times x: with positive x both weights go up together or down together.
    """
    draws = np.random.default_rng(seed).normal(size=(steps, 2))
    inputs = curve(spec, draws.ravel())[0].reshape(steps, 2)
    target = np.array([1.0, -1.0])
    path, gradients, diverged_at = [np.zeros(2)], [], None
    for step, x in enumerate(inputs, 1):
        gradients.append(((path[-1] - target) @ x) * x)
        moved = path[-1] - learning_rate * gradients[-1]
        if diverged_at is None and np.abs(moved).max() > LOST:
            diverged_at = step
        path.append(path[-1] if diverged_at else moved)
    w, g = np.array(path), np.array(gradients)
    length = float(np.linalg.norm(np.diff(w, axis=0), axis=1).sum())
    same = float(np.mean(g[:, 0] * g[:, 1] > 0))
    return ZigZag(w, g, inputs, (1.0, -1.0), same, length, float(np.linalg.norm(w[-1] - w[0])), diverged_at)


# Units that die ------------------------------------------------------------------------------------------------------

SAMPLES, INPUTS, UNITS, UPDATES = 256, 8, 64, 200


class Dying(NamedTuple):
    """A small network while it learns: loss [UPDATES + 1], and the number of dead units of UNITS, [UPDATES + 1].

    diverged_at: the first update after which the loss is beyond LOST, or None; the last entries before it repeat.
    """

    loss: np.ndarray
    dead: np.ndarray
    diverged_at: int | None


@functools.cache
def _dying(activation: Activation) -> Callable[..., tuple[Array, Array]]:
    def train(values: Array, rate: Array, bias: Array, seed: Array) -> tuple[Array, Array]:
        named = namespace(activation.params, values)
        k = jax.random.split(jax.random.key(seed), 3)
        x = jax.random.normal(k[0], (SAMPLES, INPUTS))
        target = jnp.sin(x[:, 0]) + jnp.abs(x[:, 1])
        hidden = jax.random.normal(k[1], (INPUTS, UNITS)) * (2 / INPUTS) ** 0.5
        readout = jax.random.normal(k[2], (UNITS,)) / 2

        def loss(parameters: tuple[Array, Array]) -> Array:
            w, b = parameters
            return jnp.mean((activation.fn(x @ w + b, named) @ readout - target) ** 2) / 2

        def count(parameters: tuple[Array, Array]) -> Array:
            w, b = parameters
            return jnp.sum(jnp.all(slope(activation, x @ w + b, named) == 0, axis=0))

        def update(parameters, _):
            value, gradient = jax.value_and_grad(loss)(parameters)
            moved = jax.tree.map(lambda p, g: p - rate * g, parameters, gradient)
            return moved, (value, count(parameters))

        start = hidden, jnp.full(UNITS, bias)
        _, record = jax.lax.scan(update, start, length=UPDATES + 1)
        return record

    return jax.jit(train)


def dying(spec: Spec, learning_rate: float = 0.1, bias: float = 0.0, seed: int = 0) -> Dying:
    """Full-batch gradient descent on the hidden layer of a small regression, whose readout stays as it was drawn.

    A unit is dead where its slope is 0 for every sample. Too large a rate throws units to where no sample reaches them, and
    so does a bias that is very negative.
    """
    loss, dead = map(
        np.asarray,
        _dying(ACTIVATIONS[spec.key])(numbers(spec), float(learning_rate), float(bias), np.uint32(seed)),
    )
    fine = loss < LOST  # NaN is not
    diverged_at = None if fine.all() else int(np.argmin(fine))
    kept = np.arange(len(loss)) if diverged_at is None else np.minimum(np.arange(len(loss)), max(diverged_at - 1, 0))
    return Dying(loss[kept], dead[kept], diverged_at)
