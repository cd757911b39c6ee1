"""How far to go along a direction: a step that satisfies the strong Wolfe conditions (Nocedal and Wright, 2006, section 3.1).

A bracket that the slopes close in on, by secants that are kept off its ends. On a quadratic a secant gives the exact minimum.
"""

from collections.abc import Callable
from typing import NamedTuple

import jax
import jax.numpy as jnp
from jax import lax

from core.types import Array

TRIALS = 25  # at most: then the longest step so far that is good enough, or none
DECREASE = 1e-4  # c₁: the share of the decrease that the slope at the start promises
FARTHEST = 100.0  # times the first trial; a loss without a bottom would have it longer every time
ROUNDING = 1e-14  # two losses that differ by less than this share are equal, and the slopes decide (Hager and Zhang, 2005)


class Found(NamedTuple):
    length: Array  # f64[], what to multiply the direction by; 0 where nothing was found
    trials: Array  # f64[], points at which loss and slope were computed


class Bracket(NamedTuple):
    """Between `low` and `high` there is a step that will do; `high` is ∞ until one is known to be too long."""

    trial: Array
    low: Array
    low_slope: Array
    high: Array
    high_slope: Array
    trials: Array
    done: Array


def search(fn: Callable[[Array], Array], x: Array, direction: Array, first: Array, flatness: Array) -> Found:
    """Where along `direction` to stop, beginning with the length `first`.

    flatness: c₂, the share of the slope at the start that may be left. The loss is `fn`, without noise; where the
    direction does not lead down on it, the length is 0.
    """

    def along(length: Array) -> tuple[Array, Array]:
        return jax.jvp(lambda length: fn(x + length * direction), (length,), (jnp.ones_like(length),))

    zero = jnp.zeros_like(first)
    loss, slope = along(zero)

    def look(now: Bracket) -> Bracket:
        value, tilt = along(now.trial)
        flat = jnp.abs(tilt) <= flatness * jnp.abs(slope)
        lower = (value <= loss + DECREASE * now.trial * slope) | (flat & (value <= loss + ROUNDING * jnp.abs(loss)))
        over = ~lower | (tilt > flatness * jnp.abs(slope))  # a loss that is not a number is no lower one
        done = ~over & (flat | (now.trial >= FARTHEST * first))
        # A secant through the last two slopes, outwards where they flatten, else as far as is allowed.
        flattens = tilt > now.low_slope
        secant = (now.trial - now.low) * tilt / jnp.where(flattens, now.low_slope - tilt, 1.0)
        outwards = jnp.where(flattens, jnp.clip(now.trial + secant, 1.1 * now.trial, 10 * now.trial), 10 * now.trial)
        outwards = jnp.minimum(outwards, FARTHEST * first)
        low, low_slope = jnp.where(over, now.low, now.trial), jnp.where(over, now.low_slope, tilt)
        high, high_slope = jnp.where(over, now.trial, now.high), jnp.where(over, tilt, now.high_slope)
        bounded = jnp.isfinite(high)
        crosses = bounded & (high_slope > 0) & jnp.isfinite(high_slope)  # else: half-way
        share = jnp.where(crosses, low_slope / jnp.where(crosses, low_slope - high_slope, 1.0), 0.5)
        inwards = low + jnp.clip(share, 0.05, 0.95) * (jnp.where(bounded, high, low) - low)
        trial = jnp.where(done, now.trial, jnp.where(bounded, inwards, outwards))
        return Bracket(trial, low, low_slope, high, high_slope, now.trials + 1, done)

    begin = Bracket(first, zero, slope, jnp.full_like(zero, jnp.inf), zero, zero, ~(slope < 0))
    end = lax.while_loop(lambda now: ~now.done & (now.trials < TRIALS), look, begin)
    return Found(jnp.where(end.done & (slope < 0), end.trial, end.low), end.trials)
