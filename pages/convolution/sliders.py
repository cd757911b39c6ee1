"""The sliders of the page: the batch, and the numbers of the small convolution."""

from __future__ import annotations

from dataclasses import replace

from core.types import Param
from pages.convolution.query import NUMBERS, Stack


def sliders(_stack: Stack) -> list[tuple[str, Param]]:
    return [(p.key, p) for p in NUMBERS]


def moved(stack: Stack, name: str, value: float) -> Stack:
    """The same with one slider at another value; a small convolution that does not fit has no output."""
    return replace(stack, **{name: int(value)})
