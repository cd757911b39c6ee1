"""Runs the programs of formulas: in JAX by one loop with a branch for every operation, in NumPy step by step.

The loop is compiled once per optimizer, with the descent around it; the program is data. JAX differentiates the value by
the two rules below, which run the same program with first or with second derivatives beside the values, so an optimizer
that takes a Hessian of a formula takes an exact one.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from core.types import Array
from engines.formula.program import CONSTANT, REGISTERS, Program, X, Y, constants_of
from engines.formula.rules import rules

VALUE, SLOPES, CURVATURES = 1, 3, 6  # how many numbers a register holds
_BRANCHES = [lambda u, w, rule=rule: jnp.stack(rule(u, w)) for rule in rules(jnp).values()]


class Loaded(NamedTuple):
    """A program in the machine: the columns of engines.formula.program.words."""

    length: Array
    result: Array
    codes: Array
    to: Array
    a: Array
    b: Array
    constants: Array


@jax.jit
def load(words: Array) -> Loaded:
    """The columns of a program, once and not at every step."""
    head, (codes, to, a, b) = words[0, :2].astype(jnp.int32), words[1:, :4].T.astype(jnp.int32)
    return Loaded(head[0], head[1], codes, to, a, b, words[1:, 4])


@partial(jax.jit, static_argnames="size")
def _run(x: Array, program: Loaded, size: int) -> Array:
    """The jet [size] of the result at x [2]."""
    registers = jnp.zeros((REGISTERS, size)).at[jnp.array([X, Y]), 0].set(x)
    if size > VALUE:
        registers = registers.at[X, 1].set(1.0).at[Y, 2].set(1.0)

    def at(part: Array, i: Array) -> Array:
        return lax.dynamic_index_in_dim(part, i, keepdims=False)

    def step(i: Array, registers: Array) -> Array:
        registers = registers.at[CONSTANT, 0].set(at(program.constants, i))
        value = lax.switch(at(program.codes, i), _BRANCHES, at(registers, at(program.a, i)), at(registers, at(program.b, i)))
        return lax.dynamic_update_index_in_dim(registers, value, at(program.to, i), 0)

    return at(lax.fori_loop(0, program.length, step, registers), program.result)


@jax.custom_jvp
def value(x: Array, program: Loaded) -> Array:
    """The value f64[] of a formula at x f64[2]; it has a first and a second derivative."""
    return _run(x, program, VALUE)[0]


@jax.custom_jvp
def _slopes(x: Array, program: Loaded) -> tuple[Array, Array]:
    jet = _run(x, program, SLOPES)
    return jet[0], jet[1:]


def curvatures(x: Array, program: Loaded) -> tuple[Array, Array, Array]:
    """Value f64[], gradient f64[2] and Hessian f64[2, 2]."""
    jet = _run(x, program, CURVATURES)
    return jet[0], jet[1:3], jet[jnp.array([[3, 4], [4, 5]])]


@value.defjvp
def _(primals: tuple[Array, Loaded], tangents: tuple[Array, Any]) -> tuple[Array, Array]:
    f, gradient = _slopes(*primals)
    return f, (gradient * tangents[0]).sum()


@_slopes.defjvp
def _(primals: tuple[Array, Loaded], tangents: tuple[Array, Any]) -> tuple[Any, Any]:
    f, gradient, hessian = curvatures(*primals)
    return (f, gradient), ((gradient * tangents[0]).sum(), (hessian * tangents[0]).sum(1))


_NUMPY = rules(np)


def jets(program: Program, values: Mapping[str, float], x: np.ndarray, size: int) -> list[np.ndarray]:
    """The same in NumPy at many points x [n, 2] at once: `size` arrays [n]. For surveys, and wherever no loop is run."""
    zero, one = np.zeros(len(x)), np.ones(len(x))
    registers: list[Any] = [[x[:, 0], one, *[zero] * 4][:size], [x[:, 1], zero, one, *[zero] * 3][:size]]
    registers += [None] * (REGISTERS - len(registers))
    with np.errstate(all="ignore"):
        for step, constant in zip(program.instructions, constants_of(program, values, np), strict=True):
            registers[CONSTANT] = [np.full(len(x), constant), *[zero] * (size - 1)]
            registers[step.to] = _NUMPY[step.operation](registers[step.a], registers[step.b])
    return registers[program.result]
