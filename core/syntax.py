"""Python's own parser, one text at a time: before 3.11.8 and 3.12.2 two threads in it disturb each other (CPython gh-106905).

It counts its depth in one place for all threads. Where the garbage collector lets another thread in between, as it does with
JAX's callback on it, one of them ends with "SystemError: AST constructor recursion depth mismatch". A lock keeps our own
threads apart; those of libraries (NumPy reads the head of a file with it) are not ours to lock, so the text is read again.
"""

from __future__ import annotations

import ast
import threading
from typing import Any

TURNS = 20  # of one text; two in a row have not been seen

_LOCK = threading.Lock()


def parse(text: str, mode: str = "exec") -> Any:
    """`ast.parse`; SyntaxError as it."""
    with _LOCK:
        for _ in range(TURNS - 1):
            try:
                return ast.parse(text, mode=mode)
            except SystemError:
                continue
        return ast.parse(text, mode=mode)
