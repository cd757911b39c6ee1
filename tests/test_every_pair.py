"""Surfaces with optimizers: the compiled loop against a loop in Python that calls the rule step by step.

A rule meets a surface only in what a query offers. So each rule runs on every kind of surface (with a minibatch and squares,
without a lowest value, and others), and each surface under several rules; all pairs would be four hundred programs.
"""

import functools

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from core.types import Landscape, Query, defaults
from engines.descent import engine
from landscapes import LANDSCAPES
from optimizers import OPTIMIZERS

STEPS, SEED = 8, 3


@functools.cache
def looks(landscape: Landscape):
    """x, key -> loss, its gradient, and the gradient that an optimizer sees, compiled once for a surface."""
    on = defaults(landscape.params)

    def look(x, key):
        loss, gradient = jax.value_and_grad(landscape.fn)(x, on)
        return loss, gradient, jax.grad(landscape.sample)(x, on, key) if landscape.sample else gradient

    return jax.jit(look)


def by_hand(landscape, rule, rates, noise) -> dict[str, np.ndarray]:
    """The descent of the engine without its loop, its packing and its compiling: `rule.update` as it stands in its file."""
    on, knobs = defaults(landscape.params), defaults(rule.params)
    batches, draws = jax.random.split(jax.random.key(SEED))
    look, fold = looks(landscape), jax.random.fold_in
    x = jnp.array(landscape.start, float)
    state, rows = rule.init(x), []
    deepest = landscape.minima(on)
    lowest = landscape.fn(jnp.array(deepest[0], float), on) if deepest else -jnp.inf
    loss, gradient, seen = look(x, fold(batches, 0))
    rows.append({"x": x, "loss": loss, "gradient": gradient, **state._asdict()})
    for k, (rate, push) in enumerate(zip(rates, noise, strict=True), 1):
        query = Query(
            jnp.array(float(k)), x, loss, seen + push, rate, fold(draws, k), lambda x: landscape.fn(x, on),
            lambda x: look(x, fold(batches, k - 1))[2] + push,  # noqa: B023
            landscape.residuals and functools.partial(landscape.residuals, values=on), lowest,
        )  # fmt: skip
        move, state = rule.update(query, state, knobs)
        x = x + move
        loss, gradient, seen = look(x, fold(batches, k))
        rows.append({"x": x, "loss": loss, "gradient": gradient, **state._asdict()})
    return {name: np.array([row[name] for row in rows]) for name, value in rows[0].items() if jnp.ndim(value) < 2}


def lasting(landscape, rule, noise) -> engine.Trajectory:
    """A descent of the engine at the largest of some rates at which it does not diverge: nothing is compared after that."""
    values, hyper = vars(defaults(landscape.params)), vars(defaults(rule.params))
    for part in (0.1, 0.01, 1e-3, 1e-4):
        rates = max(part * rule.learning_rate.default, rule.learning_rate.low) * np.linspace(1, 0.5, STEPS)
        path = engine.descend(landscape, values, rule, hyper, rates, landscape.start, noise, SEED)
        if path.diverged_at is None:
            return path
    raise AssertionError(f"{rule.key} diverges on {landscape.key} within {STEPS} steps at any rate")


KINDS = ("least_squares", "saddle")
CHOSEN = [(s, o) for i, s in enumerate(LANDSCAPES) for j, o in enumerate(OPTIMIZERS) if s in KINDS or (i + j) % 6 == 0]


def test_every_rule_meets_every_kind_of_surface_and_every_surface_some_rules():
    first, second = (LANDSCAPES[key] for key in KINDS)
    assert first.sample
    assert first.residuals
    assert not second.minima(defaults(second.params))
    assert min(sum(s not in KINDS for s, o in CHOSEN if o == key) for key in OPTIMIZERS) >= 1
    assert min(sum(s == key for s, _ in CHOSEN) for key in LANDSCAPES) >= 3


@pytest.mark.parametrize(("surface", "optimizer"), CHOSEN)
def test_a_path_equals_a_plain_loop(surface, optimizer):
    """With a rate and a disturbance of its own for every step, so that one used a step too early or late shows."""
    landscape, rule = LANDSCAPES[surface], OPTIMIZERS[optimizer]
    noise = engine.noise("gaussian", 0.1, 7)
    path = lasting(landscape, rule, noise)
    wanted = by_hand(landscape, rule, path.learning_rate, noise[:STEPS])
    reached = {"x": path.x, "loss": path.loss, "gradient": path.gradient, **path.state}
    assert reached.keys() == wanted.keys()
    alike = STEPS + 1
    if rule.gradients == 0:  # a line search that compares two equal numbers turns on the last digit: until there
        alike = int(np.cumprod(reached["gradients"] == wanted["gradients"]).sum())
    assert alike >= 3
    for name, array in wanted.items():
        close = dict(rtol=1e-9, atol=1e-9 * np.abs(array).max(), err_msg=name)
        np.testing.assert_allclose(reached[name][:alike], array[:alike], **close)
