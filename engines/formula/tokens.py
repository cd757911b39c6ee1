"""What the user typed, cut into tokens of a formula that know their columns: the common spellings made one."""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import pairwise
from typing import Any, NamedTuple

from core.words import N_

MAX_CHARACTERS = 200

# What input methods and copied formulas hold, one character for one so that columns stay true:
# the full-width forms of ASCII, then minus, dash, and signs of multiplication and division.
LOOKALIKES = {0xFEE0 + code: code for code in range(0x21, 0x7F)} | str.maketrans("−–×·⋅÷", "--***/")
RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
HINTS = {"|": "abs(…)", "π": "pi", "[": "(", "]": ")", "{": "(", "}": ")"}
NUMBER, NAME = r"(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?", "[A-Za-z_][A-Za-z_0-9]*"
TOKEN = re.compile(rf"(?P<space>\s+)|(?P<raised>[⁰¹²³⁴⁵⁶⁷⁸⁹]+)|(?P<plain>{NUMBER}|{NAME}|\*\*|[-+*/^(),])|.", re.DOTALL)


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


class Token(NamedTuple):
    text: str
    position: int
    spaced: bool = False  # a space before it

    def is_name(self) -> bool:
        return self.text[:1].isalpha() or self.text[:1] == "_"

    def is_number(self) -> bool:
        return self.text[:1] in tuple(".0123456789")

    def is_atom(self) -> bool:
        return self.is_name() or self.is_number()

    def starts_operand(self) -> bool:
        return self.is_atom() or self.text == "("


def tokens(text: str) -> list[Token]:
    """The tokens with their columns; an empty one marks the end."""
    too_long = N_("the formula has {value} characters; the limit is {limit}")
    limit(too_long, len(text), MAX_CHARACTERS, MAX_CHARACTERS)
    read, spaced = [], False
    for match in TOKEN.finditer(text.translate(LOOKALIKES)):
        start = match.start()
        if match["raised"]:
            read += [Token("**", start), Token(match["raised"].translate(RAISED), start)]
        elif match["plain"]:
            read.append(Token("**" if match["plain"] == "^" else match["plain"], start, spaced))
        elif not match["space"]:
            raise _meaningless(text[start], HINTS.get(match[0]), start)
        spaced = " " in match[0]
    read = _products([*read, Token("", len(text))])
    limit(too_long, sum(len(token.text) for token in read), MAX_CHARACTERS, 0)  # x² became x**2
    return read


def limit(message: str, value: int, most: int, position: int) -> None:
    if value > most:
        raise FormulaError(message, {"value": value, "limit": most}, position)


def _meaningless(character: str, hint: str | None, position: int) -> FormulaError:
    if hint:
        args = {"character": character, "hint": hint}
        return FormulaError(N_("{character!r} has no meaning in a formula; write {hint}"), args, position)
    return FormulaError(N_("{character!r} has no meaning in a formula"), {"character": character}, position)


def _products(read: list[Token]) -> list[Token]:
    """2x becomes 2*x: a `*` between a number and the name or parenthesis that follows.

    Not after an exponent: x**2y may mean two things, and in x**2 y the space is more likely a lost "+". Nor in 2e, which
    looks like half of a number.
    """
    written = read[:1]
    for left, right in pairwise(read):
        exponent = len(written) > 1 and written[-2].text == "**"
        halved = right.text[:1] in ("e", "E") and len(right.text) == 1 and not right.spaced
        if left.is_number() and (right.is_name() or right.text == "(") and not exponent and not halved:
            written.append(Token("*", right.position))
        written.append(right)
    return written


def restore_plus(read: list[Token], arity: Mapping[str, int]) -> list[Token]:
    """Put a "+" in each space between two operands. Changes nothing where there is a "+" or a possible product."""
    restored = read[:1]
    for left, right in pairwise(read):
        ends = left.text == ")" or (left.is_atom() and not arity.get(left.text))
        if right.spaced and ends and right.starts_operand():
            lone = left.is_atom() and (len(restored) < 2 or restored[-2].text in ("(", ",", "-", "+"))
            if (lone and not right.text[0].isdecimal()) or any(token.text == "+" for token in read):
                return read
            restored.append(Token("+", right.position - 1))
        restored.append(right)
    return restored
