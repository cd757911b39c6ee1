"""A formula as a short program of numbers: tree -> instructions for a machine with a few registers.

Registers 0 and 1 hold x and y, register 2 the constant of the instruction at hand; the others are free. Whatever contains
neither x nor y is a constant, parameters included: it is worked out when the program is loaded, so that moving a parameter
changes numbers and nothing else. Of two operands the one that needs more registers comes first (Sethi and Ullman, The
generation of optimal code for arithmetic expressions, 1970), so that seven free registers suffice for 120 parts.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np

from core.words import N_
from engines.formula.grammar import Node
from engines.formula.rules import rules
from engines.formula.tokens import limit

CONSTANTS = {"pi": np.pi, "e": np.e}
MAX_STATIC_POWER = 64  # a whole number up to this is a chain of products
OPERATIONS = tuple(rules(np))  # the code of an operation is its place here
CODES = {name: code for code, name in enumerate(OPERATIONS)}
X, Y, CONSTANT, FIRST = 0, 1, 2, 3
REGISTERS = 11
CAPACITY = 384  # instructions; 200 characters cannot ask for as many


class Instruction(NamedTuple):
    """`operation` of the registers `a` and `b` goes to the register `to`; `constant` is first put into register 2."""

    operation: str
    to: int
    a: int
    b: int
    constant: Node | None


class Program(NamedTuple):
    """Instructions, and the register that holds the result at their end."""

    instructions: tuple[Instruction, ...]
    result: int


def words(program: Program, values: Mapping[str, Any], xp: Any = np) -> Any:
    """The program as numbers f64[1 + CAPACITY, 5]: how many instructions and where the result is, then one row for each:
    code, to, a, b, constant. `values` are those of the parameters; they may be traced where `xp` is jax.numpy.
    """
    count = len(program.instructions)
    rows = np.zeros((1 + CAPACITY, 4))
    rows[0, :2] = count, program.result
    rows[1 : 1 + count] = [(CODES[i.operation], i.to, i.a, i.b) for i in program.instructions] or np.zeros((0, 4))
    constants = [xp.zeros(1), *(part[None] for part in constants_of(program, values, xp)), xp.zeros(CAPACITY - count)]
    return xp.concatenate([rows, xp.concatenate(constants)[:, None]], axis=1)


def constants_of(program: Program, values: Mapping[str, Any], xp: Any) -> list[Any]:
    """The constant of every instruction, 0 where it has none."""
    with np.errstate(all="ignore"):
        return [xp.asarray(0.0 if i.constant is None else constant(i.constant, values, xp)) for i in program.instructions]


def constant(tree: Node, values: Mapping[str, Any], xp: Any) -> Any:
    """The value of a tree without x and y."""
    kind, args = tree
    if kind == "number" or kind in CONSTANTS:
        return xp.asarray(CONSTANTS.get(kind) or args[0], float)  # never a Python integer: 9**9**9**9 is inf
    if not args:
        return xp.asarray(values[kind], float)
    if kind == "**" and static_power(args[1]) == 0:
        return xp.asarray(1.0)  # also of x
    given = [[constant(arg, values, xp)] for arg in args]
    return _rules(xp)["x**c" if kind == "**" else kind](given[0], given[-1])[0]


@lru_cache(maxsize=2)
def _rules(xp: Any) -> dict[str, Any]:
    return rules(xp)


@lru_cache(maxsize=512)
def compiled(tree: Node) -> Program:
    """The program of a tree. Nothing is compiled here but the formula itself, in microseconds."""
    writer = _Writer()
    result = writer.write(tree, FIRST)
    if result == CONSTANT:  # x**0
        result = writer.emit("max", FIRST, CONSTANT, CONSTANT, tree)
    limit(N_("the formula has {value} parts; the limit is {limit}"), len(writer.instructions), CAPACITY, 0)
    return Program(tuple(writer.instructions), result)


@lru_cache(maxsize=4096)
def varies(tree: Node) -> bool:
    """Whether x or y is in it, and matters."""
    if tree.kind == "**" and static_power(tree.args[1]) == 0:
        return False
    return tree.kind in ("x", "y") or any(varies(arg) for arg in tree.args if isinstance(arg, Node))


@lru_cache(maxsize=4096)
def registers(tree: Node) -> int:
    """How many free registers its value takes to work out; 0 for what is there already."""
    if tree.kind in ("x", "y") or not varies(tree):
        return 0
    needs = sorted(registers(arg) for arg in tree.args)
    both = needs[-1] + (len(needs) == 2 and needs[0] == needs[1] > 0)
    chain = tree.kind == "**" and abs(static_power(tree.args[1]) or 0) > 2
    return max(both, 2 if chain else 1)


def static_power(exponent: Node) -> int | None:
    """A literal whole exponent, which is multiplied out: so derivatives at 0 are right."""
    if exponent.kind == "negative":
        power = static_power(exponent.args[0])
        return None if power is None else -power
    whole = exponent.kind == "number" and exponent.args[0] <= MAX_STATIC_POWER and exponent.args[0].is_integer()
    return int(exponent.args[0]) if whole else None


class _Writer:
    def __init__(self) -> None:
        self.instructions: list[Instruction] = []

    def emit(self, operation: str, to: int, a: int, b: int, constant: Node | None = None) -> int:
        self.instructions.append(Instruction(operation, to, a, b, constant))
        return to

    def write(self, tree: Node, free: int) -> int:
        """Instructions for a tree; the register of its value, which is `free` unless the value is there already."""
        if not varies(tree):
            return CONSTANT
        if not tree.args:
            return X if tree.kind == "x" else Y
        power = static_power(tree.args[1]) if tree.kind == "**" else None
        if power is not None:
            return self.chain(self.write(tree.args[0], free), power, free)
        left, right = tree.args[0], tree.args[-1]
        if len(tree.args) == 1:
            a = b = self.write(left, free)
        elif registers(right) > registers(left):
            b = self.write(right, free)
            a = self.write(left, free + (b >= FIRST))
        else:
            a = self.write(left, free)
            b = self.write(right, free + (a >= FIRST))
        held = left if a == CONSTANT else right if b == CONSTANT else None
        return self.emit(self.named(tree.kind, a, b), free, a, b, held)

    def named(self, kind: str, a: int, b: int) -> str:
        if kind == "**" and b == CONSTANT:
            return "x**c"
        return "c**x" if kind == "**" and a == CONSTANT else kind

    def chain(self, base: int, power: int, free: int) -> int:
        """A whole power that is not 0, by squaring in the order of jax.lax.integer_pow; the value ends in `free`."""
        square, left = base, abs(power)
        product: int | None = None
        while left:
            if left & 1:
                to = free + (left > 1 and square == free)
                product = square if product is None else self.emit("*", to, product, square)
            left >>= 1
            if left:
                square = self.emit("*", free + (product == free), square, square)
        assert product is not None
        return product if power > 0 else self.emit("/", free, CONSTANT, product, Node("number", (1.0,)))
