"""The descent once more, written to be read: what a script that reproduces an experiment consists of (export.script).

Nothing here knows of the engine, and nothing there of this. A test runs both and compares them. The functions go into the
script as they stand, so they may use only what is imported or named before the line that says so.
"""

from __future__ import annotations

import csv
import sys
from types import SimpleNamespace

import jax
import jax.numpy as jnp
import numpy as np

from core.types import Query

MAX_STEPS = 5000  # the noise is drawn for as many, and cut
COLUMNS = ("run", "optimizer", "step", "x", "y", "loss", "gradient_x", "gradient_y", "learning_rate")

# What follows goes into the script -----------------------------------------------------------------------------------


def numbers(**values):
    """Parameters as double precision scalars: values.rho."""
    return SimpleNamespace(**{name: jnp.float64(value) for name, value in values.items()})


def noise(kind, scale, seed, steps):
    """What is added to the gradient, [steps, 2]; the same for every run."""
    key = jax.random.fold_in(jax.random.key(np.uint32(seed)), 1)
    if kind == "uniform":
        drawn = scale * jax.random.uniform(key, (MAX_STEPS, 2), minval=-1.0, maxval=1.0)
    elif kind == "gaussian":
        drawn = scale * jax.random.normal(key, (MAX_STEPS, 2))
    else:
        drawn = jnp.zeros((MAX_STEPS, 2))
    return drawn[:steps]


def rates(schedule, learning_rate, steps, rise=0, **values):
    """The learning rate of each update, [steps]; a warm-up over `rise` updates multiplies update k by k / rise up to 1."""
    values = SimpleNamespace(**{name: float(value) for name, value in values.items()})
    course = schedule(learning_rate, np.arange(steps, dtype=float), steps, values)
    return course * np.minimum(1.0, np.arange(1, steps + 1) / rise) if rise else course


def descend(surface, values, optimizer, knobs, rates, start, disturbance, seed):
    """Positions [n+1, 2], losses [n+1] and gradients [n+1, 2] of one run.

    From the first step whose result is not finite, the last finite one is repeated.
    """
    loss, batch_loss = surface
    init, update = optimizer
    batches, draws = jax.random.split(jax.random.key(np.uint32(seed)))

    def look(x, k):
        """Exact loss and gradient, and the gradient that the optimizer sees: of minibatch k, where there is one."""
        f, gradient = jax.value_and_grad(loss)(x, values)
        if batch_loss is None:
            return f, gradient, gradient
        return f, gradient, jax.grad(batch_loss)(x, values, jax.random.fold_in(batches, k))

    def step(now, given):
        x, (f, _, seen), state = now
        k, rate, added = given
        query = Query(
            t=k.astype(jnp.float64),
            x=x,
            loss=f,
            gradient=seen + added,
            learning_rate=rate,
            key=jax.random.fold_in(draws, k),
            fn=lambda x: loss(x, values),
        )
        move, state = update(query, state, knobs)
        x = x + move
        new = x, look(x, k), state
        return new, record(new)

    def record(now):
        x, (f, gradient, _), state = now
        finite = jnp.array([jnp.isfinite(part).all() for part in jax.tree.leaves((x, f, gradient, state))]).all()
        return x, f, gradient, finite

    @jax.jit
    def run(start, rates, disturbance):
        first = start, look(start, 0), init(start)
        _, found = jax.lax.scan(step, first, (jnp.arange(1, len(rates) + 1), rates, disturbance))
        return jax.tree.map(lambda one, more: jnp.concatenate([jnp.asarray(one)[None], more]), record(first), found)

    x, f, gradient, finite = run(jnp.array(start, jnp.float64), jnp.asarray(rates), disturbance)
    last = len(f) - 1 if finite.all() else max(int(np.argmin(finite)) - 1, 0)
    kept = np.minimum(np.arange(len(f)), last)
    return np.asarray(x)[kept], np.asarray(f)[kept], np.asarray(gradient)[kept]


def write(found, file):
    """A line of CSV per run and step: found = [(optimizer, learning rates, (positions, losses, gradients)), …]."""
    writer = csv.writer(file)
    writer.writerow(COLUMNS)
    for i, (name, rates, (x, f, gradient)) in enumerate(found):
        arrived = [None, *np.asarray(rates).tolist()]  # the rate of the update that led to each step
        rows = zip(*x.T.tolist(), f.tolist(), *gradient.T.tolist(), arrived, strict=True)
        writer.writerows((i, name, step, *row) for step, row in enumerate(rows))


def main(found):
    """Into the file that is named on the command line, or to the screen."""
    if len(sys.argv) > 1:
        with open(sys.argv[1], "w", newline="", encoding="utf-8") as file:
            write(found, file)
    else:
        write(found, sys.stdout)
