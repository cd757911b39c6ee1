"""A surface typed by the user: text -> tree (engines.formula.grammar) -> closures over jax.numpy -> Landscape."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import jax
import jax.numpy as jnp
from jax import lax

from core.types import Array, Landscape, Point
from core.words import N_
from engines.formula.grammar import FormulaError, Node, read
from engines.formula.minima import Domain, Fn, find_minima, find_start, slopes

__all__ = ["ALLOWED", "Formula", "FormulaError", "finite", "landscape", "parse"]

NAMES = {"x": "x", "y": "y", "pi": r"\pi", "e": "e"}  # name -> LaTeX
CONSTANTS = {"pi": math.pi, "e": math.e}
FUNCTIONS: dict[str, tuple[int, Callable[..., Array], str]] = {  # name -> number of arguments, function, LaTeX
    "sin": (1, jnp.sin, r"\sin"), "cos": (1, jnp.cos, r"\cos"), "tan": (1, jnp.tan, r"\tan"),
    "asin": (1, jnp.arcsin, r"\arcsin"), "acos": (1, jnp.arccos, r"\arccos"), "atan": (1, jnp.arctan, r"\arctan"),
    "sinh": (1, jnp.sinh, r"\sinh"), "cosh": (1, jnp.cosh, r"\cosh"), "tanh": (1, jnp.tanh, r"\tanh"),
    "exp": (1, jnp.exp, r"\exp"), "log": (1, jnp.log, r"\ln"), "ln": (1, jnp.log, r"\ln"),
    "log10": (1, jnp.log10, r"\log_{10}"), "sqrt": (1, jnp.sqrt, r"\sqrt"), "abs": (1, jnp.abs, ""),
    "sign": (1, jnp.sign, r"\operatorname{sign}"), "relu": (1, jax.nn.relu, r"\operatorname{relu}"),
    "sigmoid": (1, jax.nn.sigmoid, r"\sigma"), "min": (2, jnp.minimum, r"\min"), "max": (2, jnp.maximum, r"\max"),
}  # fmt: skip
ARITY = dict.fromkeys(NAMES, 0) | {name: count for name, (count, _, _) in FUNCTIONS.items()}
ALLOWED = tuple(ARITY)
OPERATORS: dict[str, Callable[..., Array]] = {
    "+": jnp.add, "-": jnp.subtract, "*": jnp.multiply, "/": jnp.divide, "**": jnp.power, "negative": jnp.negative,
}  # fmt: skip
MAX_STATIC_POWER = 64


@dataclass(frozen=True)
class Formula:
    """A parsed formula.

    Attributes:
      text: the normalised source; it parses to the same tree.
      fn: (x: f64[2], values) -> f64[], ignores `values`; the same object for equal trees.
      latex: the right-hand side, without "f(x, y) =".
      plus_restored: spaces were read as the + that a hand-typed address loses; a page should say so.
    """

    text: str
    tree: Node
    fn: Fn
    latex: str
    plus_restored: bool = False


def parse(text: str) -> Formula:
    """Read a formula in x and y, or raise FormulaError. See engines.formula.grammar.read for the lost "+" of addresses."""
    source, tree, plus_restored = read(text, ARITY)
    if not {"x", "y"} & _names(tree):
        raise FormulaError(N_("the formula must contain x or y"), {}, 0)
    return Formula(source, tree, _function(tree), _latex(tree)[0], plus_restored)


def _names(tree: Node) -> set[str]:
    return {tree.kind}.union(*(_names(arg) for arg in tree.args if isinstance(arg, Node)))


@lru_cache(maxsize=256)
def _function(tree: Node) -> Fn:
    evaluate = _closure(tree)
    return lambda x, values: evaluate(x[0], x[1])


def _closure(tree: Node) -> Callable[[Array, Array], Array]:
    """Numbers become float64 arrays before any operation, so that 9**9**9**9 is inf and never a big integer."""
    kind, args = tree
    if kind in ("x", "y"):
        return (lambda x, y: x) if kind == "x" else (lambda x, y: y)
    if kind == "number" or kind in CONSTANTS:
        value = CONSTANTS.get(kind) or args[0]
        return lambda x, y: jnp.asarray(value, jnp.float64)
    parts = [_closure(arg) for arg in args]
    if kind == "**" and (power := static_power(args[1])) is not None:
        return lambda x, y: lax.integer_pow(parts[0](x, y), power)
    function = OPERATORS[kind] if kind in OPERATORS else FUNCTIONS[kind][1]
    return lambda x, y: function(*(part(x, y) for part in parts))


def static_power(exponent: Node) -> int | None:
    """A literal whole exponent: kept out of the trace, so that derivatives at 0 are right."""
    if exponent.kind == "negative":
        power = static_power(exponent.args[0])
        return None if power is None else -power
    whole = exponent.kind == "number" and exponent.args[0] <= MAX_STATIC_POWER and exponent.args[0].is_integer()
    return int(exponent.args[0]) if whole else None


SUM, PRODUCT, POWER, ATOM = 1, 2, 3, 4  # how tightly a piece of LaTeX holds together


def _latex(tree: Node) -> tuple[str, int]:
    """LaTeX and how tightly it holds together."""
    kind, args = tree
    if kind == "number":
        digits, _, exponent = f"{args[0]:.12g}".partition("e")
        power = rf"10^{{{int(exponent)}}}" if exponent else ""
        return (digits, ATOM) if not power else (power, POWER) if digits == "1" else (rf"{digits} \cdot {power}", PRODUCT)
    if kind in NAMES:
        return NAMES[kind], ATOM
    if kind in FUNCTIONS:
        return _latex_call(tree, ""), POWER
    if kind == "/":
        return rf"\frac{{{_latex(args[0])[0]}}}{{{_latex(args[1])[0]}}}", POWER
    if kind == "**":
        return _latex_power(*args), POWER
    if kind == "negative":
        return "-" + _within(args[0], PRODUCT), SUM
    right = _within(args[1], PRODUCT)
    if kind in ("+", "-"):
        return f"{_within(args[0], SUM)} {kind} {right}", SUM
    left = _within(args[0], SUM if args[0].kind in ("negative", "*") else PRODUCT)  # -a b, not (-a) b
    dot = r"\cdot" if right.startswith((*"0123456789", r"\frac")) else r"\,"  # 2 x, but 2 · 3 and 2 · ½
    return f"{left} {dot} {right}", SUM if left.startswith("-") else PRODUCT


def _within(tree: Node, tightness: int) -> str:
    latex, own = _latex(tree)
    return latex if own >= tightness else rf"\left({latex}\right)"


def _latex_power(base: Node, exponent: Node) -> str:
    raised = f"^{{{_latex(exponent)[0]}}}"
    if base.kind in FUNCTIONS and base.kind not in ("abs", "sqrt") and exponent.kind == "number":
        return _latex_call(base, raised)  # sin²(x)
    return _within(base, POWER if base.kind == "abs" else ATOM) + raised


def _latex_call(tree: Node, raised: str) -> str:
    args = ", ".join(_latex(arg)[0] for arg in tree.args)
    if tree.kind == "abs":
        return rf"\left|{args}\right|"
    if tree.kind == "sqrt":
        return rf"\sqrt{{{args}}}"
    return rf"{FUNCTIONS[tree.kind][2]}{raised}\left({args}\right)"


def landscape(text: str, domain: Domain = (-5.0, 5.0, -5.0, 5.0)) -> Landscape:
    """The surface of a formula. Equal trees on equal domains give the same object, so compiled engines are reused.

    Raises FormulaError where `parse` does, and where the formula or its slope is nowhere finite on the domain x0, x1, y0, y1.
    """
    formula = parse(text)
    x0, x1, y0, y1 = map(float, domain)
    return _landscape(formula.tree, (x0, x1, y0, y1))


@lru_cache(maxsize=64)
def _landscape(tree: Node, domain: Domain) -> Landscape:
    fn = _function(tree)
    start = find_start(fn, domain)
    if start is None:
        x0, x1, y0, y1 = domain
        message = N_("the formula or its slope is finite nowhere on x from {x0:g} to {x1:g}, y from {y0:g} to {y1:g}")
        raise FormulaError(message, {"x0": x0, "x1": x1, "y0": y0, "y1": y1}, 0)
    return Landscape(
        key="formula",
        name="Your formula",
        summary="The surface you typed.",
        latex="f(x, y) = " + _latex(tree)[0],
        fn=fn,
        domain=domain,
        start=start,
        minima=lambda values: find_minima(fn, domain),
        checks=(),
        look_for=(
            "Find the flat places first: minima, saddles and plateaus. Then start on a steep slope and raise the learning "
            "rate until the path overshoots: it does so first in the direction in which the surface curves most."
        ),
    )


def finite(surface: Landscape, point: Point) -> bool:
    """True where the value and the gradient are finite, so that a descent can start there."""
    value, gradient = slopes(surface.fn)(jnp.asarray([point], jnp.float64))
    return bool(jnp.isfinite(value).all() and jnp.isfinite(gradient).all())
