"""The language of user formulas: text -> tree. Which names exist is said by the caller, see engines.formula.surface.

Python's own parser reads the text, so precedence and associativity are Python's; nothing is ever compiled or evaluated. A list
of what is allowed turns its syntax tree into ours: attributes, subscripts, lambdas, comparisons and strings are not on it.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from itertools import accumulate
from typing import Any, NamedTuple

from core import syntax
from core.words import N_
from engines.formula.order import MAX_DEPTH, TOO_DEEP, check
from engines.formula.tokens import FormulaError, Token, limit, restore_plus, tokens

MAX_NODES = 120
OPERATORS = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.Pow: "**"}


class Node(NamedTuple):
    """`kind` is "number", "negative", an operator, a function or a name. Equal formulas have equal trees."""

    kind: str
    args: tuple[Any, ...] = ()


def read(text: str, arity: Mapping[str, int]) -> tuple[str, Node, bool]:
    """Normalised text, tree, and whether a lost "+" was restored; or FormulaError.

    In an address "+" means a space, so "(1-x)**2+100*y" typed there by hand arrives as "(1-x)**2 100*y". A text that does
    not parse and holds no "+" is tried again with one in every space between two operands, except where such a space
    may as well stand for a product ("x y").

    Args:
      arity: the names, each with its number of arguments; 0 for a variable or constant.
    """
    typed, restored = tokens(text), False
    try:
        tree = _tree(typed, arity)
    except FormulaError as error:
        try:
            typed, restored = restore_plus(typed, arity), True
            tree = _tree(typed, arity)
        except FormulaError:
            raise error from None
    return "".join(token.text for token in typed), tree, restored


def _tree(typed: list[Token], arity: Mapping[str, int]) -> Node:
    """Tokens, at most 200 characters of them, so that no nesting exhausts Python's parser."""
    if len(typed) == 1:
        raise FormulaError(N_("the formula is empty"), {}, typed[0].position)
    depths = check(typed, arity)
    words = [f"{token.text}." if token.text.isdecimal() else token.text for token in typed]  # every number a float, 007 too
    columns = accumulate(map(len, words), initial=0)
    places = {
        column: (token.position, depth) for column, token, depth in zip(columns, typed, depths, strict=False) if token.text
    }
    reader = _Reader(places, arity)
    tree = reader.node(syntax.parse("".join(words), "eval").body)
    limit(N_("the formula has {value} parts; the limit is {limit}"), reader.count, MAX_NODES, 0)
    return tree


class _Reader:
    """Python's syntax tree -> ours, by a list of what is allowed.

    `places`: column in what Python read -> column that the user knows, and the parentheses around it.
    """

    def __init__(self, places: Mapping[int, tuple[int, int]], arity: Mapping[str, int]) -> None:
        self.places, self.arity, self.count = places, arity, 0

    def node(self, part: ast.expr, inside: int = 0) -> Node:
        """`inside`: how many signs and exponents the part stands in. They nest as parentheses do."""
        position, parentheses = self.places[part.col_offset]
        limit(TOO_DEEP, parentheses + inside, MAX_DEPTH, position)
        if isinstance(part, ast.UnaryOp) and isinstance(part.op, ast.UAdd):
            return self.node(part.operand, inside + 1)
        self.count += 1
        match part:
            case ast.Constant(value=float(value)):
                return Node("number", (value,))
            case ast.Name(id=name) if self.arity.get(name) == 0:
                return Node(name)
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return Node("negative", (self.node(operand, inside + 1),))
            case ast.BinOp(left=left, op=op, right=right) if type(op) in OPERATORS:
                raised = inside + isinstance(op, ast.Pow)
                return Node(OPERATORS[type(op)], (self.node(left, inside), self.node(right, raised)))
            case ast.Call(func=ast.Name(id=name), args=args, keywords=[]) if self.arity.get(name):
                return Node(name, tuple(self.node(arg, inside) for arg in self.counted(name, args, position)))
        raise FormulaError(N_("{character!r} has no meaning in a formula"), {"character": ast.unparse(part)}, position)

    def counted(self, name: str, args: list[ast.expr], position: int) -> list[ast.expr]:
        if len(args) != self.arity[name]:
            given = {"name": name, "count": len(args), "expected": self.arity[name]}
            raise FormulaError(N_("{name} has {count} argument(s), but takes {expected}"), given, position)
        return args
