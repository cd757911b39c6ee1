"""The language of user formulas: text -> tree. Which names exist is said by the caller, see engines.formula.surface.

Python never compiles or evaluates the text. A parser for this small grammar reads it, so attributes, subscripts, lambdas,
comparisons and strings do not exist, and every error knows its column. Precedence and associativity are Python's.
"""

from __future__ import annotations

import difflib
import math
import re
from collections.abc import Mapping
from itertools import pairwise
from typing import Any, NamedTuple

from core.words import N_

MAX_CHARACTERS, MAX_NODES, MAX_DEPTH = 200, 120, 30

UNARY = 3  # tighter than *, looser than **: -x**2 is -(x**2)
BINARY = {"+": 1, "-": 1, "*": 2, "/": 2, "**": 4}

# What input methods and copied formulas hold, one character for one so that columns stay true:
# the full-width forms of ASCII, then minus, dash, and signs of multiplication and division.
LOOKALIKES = {0xFEE0 + code: code for code in range(0x21, 0x7F)} | str.maketrans("−–×·⋅÷", "--***/")
RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
HINTS = {"^": "**", "|": "abs(…)", "π": "pi", "[": "(", "]": ")", "{": "(", "}": ")"}
NUMBER, NAME = r"(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?", "[A-Za-z_][A-Za-z_0-9]*"
TOKEN = re.compile(rf"(?P<space>\s+)|(?P<raised>[⁰¹²³⁴⁵⁶⁷⁸⁹]+)|(?P<plain>{NUMBER}|{NAME}|\*\*|[-+*/(),])|.", re.DOTALL)


class FormulaError(ValueError):
    """Says what is wrong with a formula.

    Attributes:
      message, args_: an English format string and its arguments, so that a page can translate it.
      position: 0-based column in the text as the user typed it.
      allowed: the names that are allowed, where a name was the trouble.
    """

    def __init__(self, message: str, args_: dict[str, Any], position: int, allowed: tuple[str, ...] | None = None) -> None:
        super().__init__(message, args_, position, allowed)
        self.message, self.args_, self.position, self.allowed = message, args_, position, allowed

    def __str__(self) -> str:
        return self.message.format(**self.args_)


class Node(NamedTuple):
    """`kind` is "number", "negative", an operator, a function or a name. Equal formulas have equal trees."""

    kind: str
    args: tuple[Any, ...] = ()


class Token(NamedTuple):
    text: str
    position: int
    spaced: bool = False  # a space before it

    def is_atom(self) -> bool:
        return re.match("[A-Za-z_0-9.]", self.text) is not None

    def starts_operand(self) -> bool:
        return self.is_atom() or self.text == "("


def read(text: str, arity: Mapping[str, int]) -> tuple[str, Node, bool]:
    """Normalised text, tree, and whether a lost "+" was restored; or FormulaError.

    In an address "+" means a space, so "(1-x)**2+100*y" typed there by hand arrives as "(1-x)**2 100*y". A text that does
    not parse and holds no "+" is tried again with one in every space between two operands, except where such a space
    may as well stand for a product ("2 x", "x y").

    Args:
      arity: the names, each with its number of arguments; 0 for a variable or constant.
    """
    tokens, restored = _tokens(text), False
    try:
        tree = _Parser(tokens, arity).parse()
    except FormulaError as error:
        try:
            tokens, restored = _restore_plus(tokens, arity), True
            tree = _Parser(tokens, arity).parse()
        except FormulaError:
            raise error from None
    return "".join(token.text for token in tokens), tree, restored


def _tokens(text: str) -> list[Token]:
    """The tokens with their columns; an empty one marks the end."""
    too_long = N_("the formula has {value} characters; the limit is {limit}")
    _limit(too_long, len(text), MAX_CHARACTERS, MAX_CHARACTERS)
    tokens, spaced = [], False
    for match in TOKEN.finditer(text.translate(LOOKALIKES)):
        start = match.start()
        if match["raised"]:
            tokens += [Token("**", start), Token(match["raised"].translate(RAISED), start)]
        elif match["plain"]:
            tokens.append(Token(match["plain"], start, spaced))
        elif match[0] in HINTS:
            args = {"character": text[start], "hint": HINTS[match[0]]}
            raise FormulaError(N_("{character!r} has no meaning in a formula; write {hint}"), args, start)
        elif not match["space"]:
            raise FormulaError(N_("{character!r} has no meaning in a formula"), {"character": text[start]}, start)
        spaced = " " in match[0]
    _limit(too_long, sum(len(token.text) for token in tokens), MAX_CHARACTERS, 0)  # x² became x**2
    return [*tokens, Token("", len(text))]


def _limit(message: str, value: int, limit: int, position: int) -> None:
    if value > limit:
        raise FormulaError(message, {"value": value, "limit": limit}, position)


def _restore_plus(tokens: list[Token], arity: Mapping[str, int]) -> list[Token]:
    """Put a "+" in each space between two operands. Changes nothing where there is a "+" or a possible product."""
    restored = tokens[:1]
    for left, right in pairwise(tokens):
        ends = left.text == ")" or (left.is_atom() and not arity.get(left.text))
        if right.spaced and ends and right.starts_operand():
            lone = left.is_atom() and (len(restored) < 2 or restored[-2].text in ("(", ",", "-", "+"))
            if (lone and not right.text[0].isdecimal()) or any(token.text == "+" for token in tokens):
                return tokens
            restored.append(Token("+", right.position - 1))
        restored.append(right)
    return restored


class _Parser:
    """Precedence climbing. `nested` bounds the recursion, so that no text exhausts the stack."""

    def __init__(self, tokens: list[Token], arity: Mapping[str, int]) -> None:
        self.tokens, self.arity = tokens, arity
        self.index = self.depth = self.nodes = 0

    def parse(self) -> Node:
        tree = self.expression(0)
        self.close("", 0)
        _limit(N_("the formula has {value} parts; the limit is {limit}"), self.nodes, MAX_NODES, 0)
        return tree

    def take(self) -> Token:
        self.index += 1
        return self.tokens[self.index - 1]

    @property
    def next(self) -> Token:
        return self.tokens[self.index]

    def node(self, kind: str, *args: Any) -> Node:
        self.nodes += 1
        return Node(kind, args)

    def nested(self, power: int) -> Node:
        self.depth += 1
        message = N_("the formula is nested {value} levels deep here; the limit is {limit}")
        _limit(message, self.depth, MAX_DEPTH, self.next.position)
        tree = self.expression(power)
        self.depth -= 1
        return tree

    def expression(self, power: int) -> Node:
        """The longest expression from here whose operators bind tighter than `power`."""
        tree = self.operand()
        while BINARY.get(self.next.text, 0) > power:
            operator = self.take().text
            right = self.nested(UNARY) if operator == "**" else self.expression(BINARY[operator])
            tree = self.node(operator, tree, right)
        return tree

    def operand(self) -> Node:
        token = self.take()
        if token.text == "-":
            return self.node("negative", self.nested(UNARY))
        if token.text == "+":
            return self.nested(UNARY)
        if token.text == "(":
            tree = self.nested(0)
            self.close(")", token.position)
            return tree
        if not token.text:
            raise FormulaError(N_("the formula ends where a value should follow"), {}, token.position)
        if not token.is_atom():
            raise FormulaError(N_("a value is missing before {found!r}"), {"found": token.text}, token.position)
        return self.number(token) if token.text[0] in ".0123456789" else self.named(token)

    def number(self, token: Token) -> Node:
        value = float(token.text)
        if not math.isfinite(value):
            raise FormulaError(
                N_("the number {number} is too large; 1e308 is the limit"), {"number": token.text}, token.position
            )
        return self.node("number", value)

    def named(self, name: Token) -> Node:
        """A variable, a constant or a call."""
        self.known(name)
        expected, opening, args = self.arity[name.text], self.next, []
        if not expected:
            return self.node(name.text)
        if opening.text != "(":
            raise FormulaError(N_("write {name}(…), with parentheses"), {"name": name.text}, name.position)
        while not args or self.next.text == ",":
            self.take()
            args.append(self.nested(0))
        self.close(")", opening.position)
        if len(args) != expected:
            found = {"name": name.text, "count": len(args), "expected": expected}
            raise FormulaError(N_("{name} has {count} argument(s), but takes {expected}"), found, name.position)
        return self.node(name.text, *args)

    def known(self, name: Token) -> None:
        if name.text in self.arity:
            return
        if all(self.arity.get(letter) == 0 for letter in name.text):
            self.missing_operator(Token(name.text[0], name.position), Token(name.text[1:], name.position + 1))
        nearest = difflib.get_close_matches(name.text.lower(), self.arity, 1, 0.7)
        message = N_("unknown name {name!r}; did you mean {nearest!r}?") if nearest else N_("unknown name {name!r}")
        args = {"name": name.text} | ({"nearest": nearest[0]} if nearest else {})
        raise FormulaError(message, args, name.position, tuple(self.arity))

    def missing_operator(self, left: Token, right: Token) -> None:
        """Report two operands side by side."""
        message = N_("a * is missing between {left!r} and {right!r}")
        if right.spaced:
            message = N_("a * or + is missing between {left!r} and {right!r}; in an address write + as %2B")
        raise FormulaError(message, {"left": left.text, "right": right.text}, right.position)

    def close(self, closing: str, opened: int) -> None:
        """Take the token that ends an expression, or say why it does not end here."""
        left, token = self.tokens[self.index - 1], self.take()
        if token.text == closing:
            return
        if token.starts_operand():
            if token.text[0].isalpha() or token.text[0] == "_":
                self.known(token)
            self.missing_operator(left, token)
        if not token.text:
            raise FormulaError(N_("this parenthesis is never closed"), {}, opened)
        if token.text == ")":
            raise FormulaError(N_("this parenthesis closes nothing"), {}, token.position)
        raise FormulaError(N_("a comma only separates the arguments of a function"), {}, token.position)
