"""Whether the tokens of a formula stand in an order that can be read, and if not, where and why.

Python's own messages speak of invalid syntax; these say what a person has to write instead. What passes is an expression to
Python too, so `engines.formula.grammar` leaves precedence and the tree to it.
"""

from __future__ import annotations

import difflib
import math
from collections.abc import Mapping
from itertools import pairwise

from core.words import N_
from engines.formula.tokens import FormulaError, Token, limit

MAX_DEPTH = 30
VARIABLES = ("x", "y", "e")  # other letters are parameters: a list of names that are allowed need not hold them all
BINARY = ("+", "-", "*", "/", "**")
TOO_DEEP = N_("the formula is nested {value} levels deep here; the limit is {limit}")


def check(tokens: list[Token], arity: Mapping[str, int]) -> list[int]:
    """In how many parentheses each token stands; or FormulaError at the first that cannot be there."""
    return _Order(arity).check(tokens)


class _Order:
    """One pass with two states: an operand is awaited, or what comes after one."""

    def __init__(self, arity: Mapping[str, int]) -> None:
        self.arity = arity
        self.opened: list[tuple[Token, bool]] = []  # each "(", and whether it is a function's
        self.left = Token("", 0)

    def check(self, tokens: list[Token]) -> list[int]:
        depths, awaited = [], True
        for token, following in pairwise([*tokens, Token("", 0)]):
            limit(TOO_DEEP, len(self.opened), MAX_DEPTH, token.position)
            depths.append(len(self.opened))
            awaited = self.operand(token, following) if awaited else self.after(token)
            self.left = token
        return depths

    def operand(self, token: Token, following: Token) -> bool:
        """Whether after this token an operand is still awaited."""
        if token.text == "(":
            self.opened.append((token, self.arity.get(self.left.text, 0) > 0))
        elif token.is_number():
            _finite(token)
        elif token.is_name():
            self.known(token, following.text == "(")
            if not self.arity[token.text]:
                return False
            if following.text != "(":
                raise FormulaError(N_("write {name}(…), with parentheses"), {"name": token.text}, token.position)
        elif not token.text:
            raise FormulaError(N_("the formula ends where a value should follow"), {}, token.position)
        elif token.text not in ("+", "-"):
            raise FormulaError(N_("a value is missing before {found!r}"), {"found": token.text}, token.position)
        return not token.is_number()

    def after(self, token: Token) -> bool:
        """Whether after this token, which follows an operand, another is awaited."""
        if token.starts_operand():
            if token.is_name():
                self.known(token)
            raise _missing_operator(self.left, token)
        if not token.text and self.opened:
            raise FormulaError(N_("this parenthesis is never closed"), {}, self.opened[-1][0].position)
        if token.text == ")" and not self.opened:
            raise FormulaError(N_("this parenthesis closes nothing"), {}, token.position)
        if token.text == "," and not (self.opened and self.opened[-1][1]):
            raise FormulaError(N_("a comma only separates the arguments of a function"), {}, token.position)
        if token.text == ")":
            self.opened.pop()
        return token.text in (*BINARY, ",")

    def known(self, name: Token, called: bool = False) -> None:
        """`called`: a parenthesis follows, so that it is a function which is meant."""
        if name.text in self.arity:
            return
        if not called and self.product(name.text):
            raise _missing_operator(Token(name.text[0], name.position), Token(name.text[1:], name.position + 1))
        nearest = difflib.get_close_matches(name.text.lower(), self.arity, 1, 0.7)
        message = N_("unknown name {name!r}; did you mean {nearest!r}?") if nearest else N_("unknown name {name!r}")
        args = {"name": name.text} | ({"nearest": nearest[0]} if nearest else {})
        raise FormulaError(message, args, name.position, tuple(n for n in self.arity if len(n) > 1 or n in VARIABLES))

    def product(self, name: str) -> bool:
        """Whether a name is more likely letters without a * between them: xy, ax, axy, but not if."""
        return len(name) <= 3 and any(letter in name for letter in "xy") and all(self.arity.get(part) == 0 for part in name)


def _finite(number: Token) -> None:
    if not math.isfinite(float(number.text)):
        args = {"number": number.text}
        raise FormulaError(N_("the number {number} is too large; 1e308 is the limit"), args, number.position)


def _missing_operator(left: Token, right: Token) -> FormulaError:
    message = N_("a * is missing between {left!r} and {right!r}")
    if right.spaced:
        message = N_("a * or + is missing between {left!r} and {right!r}; in an address write + as %2B")
    return FormulaError(message, {"left": left.text, "right": right.text}, right.position)
