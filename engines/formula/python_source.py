"""A formula as Python source over jax.numpy: what engines.formula.surface computes, written out."""

from __future__ import annotations

from engines.formula.grammar import Node
from engines.formula.surface import CONSTANTS, static_power

FUNCTIONS = {
    "sin": "jnp.sin", "cos": "jnp.cos", "tan": "jnp.tan", "asin": "jnp.arcsin", "acos": "jnp.arccos", "atan": "jnp.arctan",
    "sinh": "jnp.sinh", "cosh": "jnp.cosh", "tanh": "jnp.tanh", "exp": "jnp.exp", "log": "jnp.log", "ln": "jnp.log",
    "log10": "jnp.log10", "sqrt": "jnp.sqrt", "abs": "jnp.abs", "sign": "jnp.sign", "relu": "jax.nn.relu",
    "sigmoid": "jax.nn.sigmoid", "min": "jnp.minimum", "max": "jnp.maximum",
}  # fmt: skip
_SUM, _PRODUCT, _SIGN, _POWER, _ATOM = range(5)  # how tightly an expression holds together


def python(tree: Node) -> str:
    """An expression in x and y, float64 scalars. It needs `jax` and `jnp`, in double precision."""
    return _written(tree)[0]


def _written(tree: Node, lone: bool = False) -> tuple[str, int]:
    """The source and how tightly it holds together.

    A `lone` number has nothing but numbers beside it and is made an array, so that Python computes nothing by itself: 1/0 is
    infinite, and 9**9**9**9 no integer of many digits.
    """
    kind, args = tree
    if kind in ("x", "y"):
        return kind, _ATOM
    if kind in CONSTANTS or kind == "number":
        text = f"jnp.{kind}" if kind in CONSTANTS else repr(args[0])
        return (f"jnp.float64({text})" if lone else text), _ATOM
    if kind in FUNCTIONS:
        return f"{FUNCTIONS[kind]}({', '.join(python(arg) for arg in args)})", _ATOM
    if kind == "negative":
        return f"-{_within(args[0], _SIGN, lone)}", _SIGN
    if kind == "**":
        power = static_power(args[1])
        if power is None:
            return f"jnp.power({python(args[0])}, {python(args[1])})", _ATOM
        return f"{_within(args[0], _ATOM, not _varies(args[0]))} ** {power}", _POWER
    own, lone = _SUM if kind in "+-" else _PRODUCT, not any(map(_varies, args))
    return f"{_within(args[0], own, lone)} {kind} {_within(args[1], own + 1, lone)}", own


def _within(tree: Node, tightness: int, lone: bool) -> str:
    text, own = _written(tree, lone)
    return text if own >= tightness else f"({text})"


def _varies(tree: Node) -> bool:
    return tree.kind in ("x", "y") or any(_varies(arg) for arg in tree.args if isinstance(arg, Node))
