"""A rule with something around it is a rule again: what calls rules need not know of it.

The wrappers act in the order of their folder, whatever order the address has: noise, clipping, L2, the rule, decay, averages.
"""

from __future__ import annotations

import functools
from collections import namedtuple
from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import jax
import jax.numpy as jnp

from core.types import Array, Optimizer, Param, Query, Spec, Values, Wrapper
from optimizers import OPTIMIZERS
from wrappers import WRAPPERS


def name_of(wrapper: str, part: str) -> str:
    """A parameter of a wrapper among those of the rule: `clip_norm.limit`. No rule has a name with a dot."""
    return f"{wrapper}.{part}"


def rows(key: str) -> tuple[Param, ...]:
    """The parameters of a wrapper as the wrapped rule has them."""
    return tuple(replace(p, key=name_of(key, p.key)) for p in WRAPPERS[key].params)


def values(around: Sequence[Spec]) -> dict[str, float]:
    """The numbers of wrappers by the names of `rows`."""
    return {name_of(part.key, key): value for part in around for key, value in part.values.items()}


@functools.lru_cache(maxsize=512)
def wrapped(rule: Optimizer, keys: tuple[str, ...]) -> Optimizer:
    """The rule with these wrappers around it: one object for the same ones, so that it keys the caches of what is compiled."""
    if not keys:
        return rule
    parts = [WRAPPERS[key] for key in keys]
    inner = type(jax.eval_shape(rule.init, jax.ShapeDtypeStruct((2,), jnp.float64)))
    kinds = [type(jax.eval_shape(part.init, jax.ShapeDtypeStruct((2,), jnp.float64))) for part in parts]
    fields = [field for kind in kinds for field in kind._fields]
    state = namedtuple("State", (*inner._fields, *fields))

    def init(x: Array) -> Any:
        return state(*rule.init(x), *(leaf for part in parts for leaf in part.init(x)))

    def update(query: Query, before: Any, values: Values) -> tuple[Array, Any]:
        own = [_named(part, values) for part in parts]
        shown = query
        for part, mine in zip(parts, own, strict=True):
            shown = part.query(shown, mine)
        at = len(inner._fields)
        step, after = rule.update(shown, inner(*before[:at]), values)
        after = list(after)
        for part, mine, kind in zip(parts, own, kinds, strict=True):
            step, new = part.step(query, step, kind(*before[at : at + len(kind._fields)]), mine)
            after += new
            at += len(kind._fields)
        return step, state(*after)

    return replace(
        rule,
        params=(*rule.params, *(row for key in keys for row in rows(key))),
        init=init,
        update=update,
        stability=rule.stability if all(part.limits for part in parts) else None,
        best=rule.best if all(part.path for part in parts) else None,
        separate=rule.separate and all(part.separate for part in parts),
        torch="",
        optax="",
    )


def _named(part: Wrapper, values: Values) -> Values:
    return SimpleNamespace(**{p.key: getattr(values, name_of(part.key, p.key)) for p in part.params})


class Wrapped:
    """What a run of the race and one of a training have in common: a rule and what is around it."""

    optimizer: Spec
    around: tuple[Spec, ...]

    @property
    def rule(self) -> Optimizer:
        """What the engine runs: the optimizer with everything around it."""
        return wrapped(OPTIMIZERS[self.optimizer.key], tuple(part.key for part in self.around))

    @property
    def values(self) -> Mapping[str, float]:
        """All numbers of `rule` by name, `lr` too."""
        return {**self.optimizer.values, **values(self.around)} if self.around else self.optimizer.values
