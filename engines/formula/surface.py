"""A surface typed by the user: text -> tree (engines.formula.grammar) -> numbers (engines.formula.program) -> Landscape."""

from __future__ import annotations

import string
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import jax.numpy as jnp
import numpy as np

from core.types import Array, Landscape, Param, Point, Values, defaults
from core.words import N_
from engines.formula import machine, program
from engines.formula.grammar import FormulaError, Node, read
from engines.formula.minima import Domain, Ground, find_minima, find_start
from engines.formula.tokens import limit

__all__ = ["ALLOWED", "Formula", "FormulaError", "finite", "landscape", "params", "parse"]

Fn = Callable[[Array, Values], Array]

NAMES = {"x": "x", "y": "y", "pi": r"\pi", "e": "e"}  # name -> LaTeX
FUNCTIONS: dict[str, tuple[int, str]] = {  # name -> number of arguments, LaTeX; engines.formula.rules says what they do
    "sin": (1, r"\sin"), "cos": (1, r"\cos"), "tan": (1, r"\tan"), "asin": (1, r"\arcsin"), "acos": (1, r"\arccos"),
    "atan": (1, r"\arctan"), "sinh": (1, r"\sinh"), "cosh": (1, r"\cosh"), "tanh": (1, r"\tanh"), "exp": (1, r"\exp"),
    "log": (1, r"\ln"), "ln": (1, r"\ln"), "log10": (1, r"\log_{10}"), "sqrt": (1, r"\sqrt"), "abs": (1, ""),
    "sign": (1, r"\operatorname{sign}"), "relu": (1, r"\operatorname{relu}"), "sigmoid": (1, r"\sigma"),
    "min": (2, r"\min"), "max": (2, r"\max"),
}  # fmt: skip
# Any other letter is a parameter. X, Y and E are more likely meant to be x, y and e.
LETTERS = tuple(letter for letter in string.ascii_letters if letter not in "xyeXYE")
ARITY = dict.fromkeys((*NAMES, *LETTERS), 0) | {name: count for name, (count, _) in FUNCTIONS.items()}
ALLOWED = (*NAMES, *FUNCTIONS)
MAX_LETTERS = 8
LETTER = Param("a", "a", 1.0, -10.0, 10.0)
WIDEST = 1e6  # how far the range of a parameter may reach
Ranges = Mapping[str, tuple[float, float]]


@dataclass(frozen=True)
class Formula:
    """A parsed formula.

    Attributes:
      text: the normalised source; it parses to the same tree.
      letters: its parameters, in the order in which they appear.
      fn: (x: f64[2], values) -> f64[], where `values` names the parameters; the same object for equal trees.
      latex: the right-hand side, without "f(x, y) =".
      plus_restored: spaces were read as the + that a hand-typed address loses; a page should say so.
    """

    text: str
    tree: Node
    letters: tuple[str, ...]
    fn: Fn
    latex: str
    plus_restored: bool = False


@lru_cache(maxsize=256)
def parse(text: str) -> Formula:
    """Read a formula in x and y, or raise FormulaError. See engines.formula.grammar.read for the lost "+" of addresses."""
    source, tree, plus_restored = read(text, ARITY)
    names = dict.fromkeys(_names(tree))
    if not {"x", "y"} & names.keys():
        raise FormulaError(N_("the formula must contain x or y"), {}, 0)
    letters = tuple(name for name in names if name in LETTERS)
    limit(N_("the formula has {value} parameters; the limit is {limit}"), len(letters), MAX_LETTERS, 0)
    return Formula(source, tree, letters, _function(tree), _latex(tree)[0], plus_restored)


def _names(tree: Node) -> Iterator[str]:
    """Kinds of all parts, from left to right."""
    yield tree.kind
    for arg in tree.args:
        if isinstance(arg, Node):
            yield from _names(arg)


@lru_cache(maxsize=256)
def _function(tree: Node) -> Fn:
    """A function of its own, for whoever wants to trace one formula; the engine runs programs (`interpreter`)."""
    run = program.compiled(tree)

    def fn(x: Array, values: Any) -> Array:
        return machine.value(jnp.asarray(x), machine.load(program.words(run, vars(values) if values else {}, jnp)))

    return fn


SUM, PRODUCT, POWER, ATOM = 1, 2, 3, 4  # how tightly a piece of LaTeX holds together


def _latex(tree: Node) -> tuple[str, int]:
    """LaTeX and how tightly it holds together."""
    kind, args = tree
    if kind == "number":
        digits, _, exponent = f"{args[0]:.12g}".partition("e")
        power = rf"10^{{{int(exponent)}}}" if exponent else ""
        return (digits, ATOM) if not power else (power, POWER) if digits == "1" else (rf"{digits} \cdot {power}", PRODUCT)
    if not args:
        return NAMES.get(kind, kind), ATOM
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
    return rf"{FUNCTIONS[tree.kind][1]}{raised}\left({args}\right)"


def interpreter(words: Any) -> Landscape:
    """The surface of a program (engines.formula.program.words), traced or not: what is compiled for it serves every formula."""
    loaded = machine.load(words)
    return replace(_BARE, fn=lambda x, values: machine.value(jnp.asarray(x), loaded))


def landscape(
    text: str,
    domain: Domain = (-5.0, 5.0, -5.0, 5.0),
    values: Mapping[str, float] | None = None,
    ranges: Ranges | None = None,
) -> Landscape:
    """The surface of a formula. Start and minima are those at `values` of its parameters, which are the defaults unless given.

    Raises FormulaError where `parse` does, and where the formula or its slope is nowhere finite on the domain x0, x1, y0, y1.
    """
    formula = parse(text)
    x0, x1, y0, y1 = map(float, domain)
    rows = tuple(_row(letter, (ranges or {}).get(letter)) for letter in formula.letters)
    given = tuple(float((values or {}).get(row.key, row.default)) for row in rows)
    return _landscape(formula.tree, (x0, x1, y0, y1), rows, given)


def params(text: str, ranges: Ranges | None = None) -> tuple[Param, ...]:
    """A row for each parameter of a formula."""
    return tuple(_row(letter, (ranges or {}).get(letter)) for letter in parse(text).letters)


def _row(letter: str, span: tuple[float, float] | None) -> Param:
    low, high = span or (LETTER.low, LETTER.high)
    return replace(LETTER, key=letter, symbol=letter, default=min(max(LETTER.default, low), high), low=low, high=high)


_BARE = Landscape(
    key="formula",
    name="Your formula",
    summary="The surface you typed.",
    latex="",
    fn=lambda x, values: x.sum(),
    domain=(-5.0, 5.0, -5.0, 5.0),
    start=(-3.0, 3.0),
    minima=lambda values: (),
    checks=(),
    look_for=(
        "Find the flat places first: minima, saddles and plateaus. Then start on a steep slope and raise the learning "
        "rate until the path overshoots: it does so first in the direction in which the surface curves most."
    ),
)


@lru_cache(maxsize=64)
def _landscape(tree: Node, domain: Domain, rows: tuple[Param, ...], given: tuple[float, ...]) -> Landscape:
    run = program.compiled(tree)

    @lru_cache(maxsize=4)
    def at(*numbers: float) -> Ground:
        return Ground(run, dict(zip([row.key for row in rows], numbers, strict=True)))

    def ground(values: Mapping[str, float]) -> Ground:
        return at(*(float(values[row.key]) for row in rows))

    start = find_start(at(*given), domain)
    if start is None:
        x0, x1, y0, y1 = domain
        message = N_("the formula or its slope is finite nowhere on x from {x0:g} to {x1:g}, y from {y0:g} to {y1:g}")
        raise FormulaError(message, {"x0": x0, "x1": x1, "y0": y0, "y1": y1}, 0)
    return replace(
        _BARE,
        latex="f(x, y) = " + _latex(tree)[0],
        fn=_function(tree),
        domain=domain,
        start=start,
        params=rows,
        minima=lambda values: find_minima(ground(vars(values) if values else {}), domain),
        code=interpreter,
        program=lambda values: ground(values).words,
        survey=lambda values, x, size: ground(values).jets(x, size),
    )


def finite(surface: Landscape, point: Point, values: Mapping[str, float] | None = None) -> bool:
    """True where the value and the gradient are finite, so that a descent can start there."""
    assert surface.survey
    given = vars(defaults(surface.params)) if values is None else values
    return bool(np.isfinite(surface.survey(given, np.array([point], float), machine.SLOPES)).all())
