"""The records of an erratum: what a lecture says, the experiment that tests it, and the verdict that the numbers give."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

import numpy as np

from core.query import number_text
from core.types import Param, Values

Verdict = Literal["right", "wrong", "depends"]
Series = tuple[Any, Any]  # x and y of one line, equally long
LARGE = 1e6  # from here on numbers are written with a power of ten

LECTURES = {
    "000": "Computer Vision, lecture 7: training neural networks 2",
    "001": "CS231n lecture 7, notes",
    "002": "CS231n 2017, lecture 6: training neural networks, part I",
    "003": "Deep learning platforms and applications, lecture 7",
    "004": "Fully connected neural networks (2)",
}


class Symbols(str):
    """A text of symbols and proper names alone, the same in every language."""

    __slots__ = ()


class Quantity(NamedTuple):
    """A number that an experiment measures: its key, and what it is, in words."""

    key: str
    name: str


class Mark(NamedTuple):
    """One line of a picture: `points` are measured one by one, `dashed` is what a formula predicts.

    `like` is the number of the line whose colour it shares, where that is not its own.
    """

    name: str
    style: Literal["line", "dashed", "points", "bars"] = "line"
    like: int | None = None


class Axes(NamedTuple):
    """One picture: its axes and legend; what is drawn there comes from the run. `equal`: both axes have one scale."""

    x: str
    y: str
    lines: tuple[Mark, ...]
    log_x: bool = False
    log_y: bool = False
    equal: bool = False


class Outcome(NamedTuple):
    """What came of an experiment.

    Attributes:
      numbers: a float for every Quantity of the entry; ∞ and NaN are answers too.
      theory: what a formula says for some of them.
      series: for every Axes of the entry, the x and y of each of its lines.
    """

    numbers: Mapping[str, float]
    theory: Mapping[str, float] = {}
    series: tuple[tuple[Series, ...], ...] = ()


class Live(NamedTuple):
    """A page of the app and its query, where the same can be seen in motion."""

    page: str
    query: str


@dataclass(frozen=True, eq=False)
class Entry:
    """One place where the lectures are wrong, or right against appearances, or right under a condition.

    Attributes:
      key: file name. number: place in the list, and its name in links. lectures: keys of LECTURES.
      title: a few words. claim: what a lecture says, in our words. tested: how that is put to the test.
      quantities, axes: what the test measures and draws.
      run: values -> Outcome. Everything is computed there; gets plain floats.
      judge: numbers -> Verdict.
      findings: what a verdict means, for each that can come out: templates over the numbers and the params.
      instead: what to write in place of the claim; latex, code: the same as formulas and as code.
      live: values -> where the app shows it in motion, or None where no page does.
      lab: values -> where a real network shows it, or None where none does.
    """

    key: str
    number: int
    lectures: tuple[str, ...]
    title: str
    claim: str
    tested: str
    quantities: tuple[Quantity, ...]
    run: Callable[[Values], Outcome]
    judge: Callable[[Mapping[str, float]], Verdict]
    findings: Mapping[Verdict, str]
    instead: str
    params: tuple[Param, ...] = ()
    axes: tuple[Axes, ...] = ()
    latex: tuple[str, ...] = ()
    code: str = ""
    live: Callable[[Values], Live | None] = lambda values: None
    lab: Callable[[Values], Live | None] = lambda values: None

    @property
    def texts(self) -> Iterator[str]:
        """Everything that a catalogue has to translate."""
        texts = [self.title, self.claim, self.tested, self.instead, *self.findings.values()]
        texts += [*(row.name for row in self.quantities), *(row.help for row in self.params)]
        for axes in self.axes:
            texts += [axes.x, axes.y, *(line.name for line in axes.lines)]
        yield from (text for text in texts if not isinstance(text, Symbols))


def shown(number: float) -> str:
    """A number to read: four significant digits, 3e7, ∞."""
    if not math.isfinite(number):
        return "–" if math.isnan(number) else "∞" if number > 0 else "−∞"
    text = number_text(abs(float(f"{number:.4g}")))
    if abs(number) >= LARGE and "e" not in text:
        mantissa, power = f"{abs(number):.3e}".split("e")
        text = f"{mantissa.rstrip('0').rstrip('.')}e{int(power)}"
    return "−" + text if number < 0 else text


def bisect(holds: Callable[[float], bool], low: float, high: float, rounds: int = 40) -> float:
    """The place between `low`, where `holds` is true, and `high`, where it is not, at which that changes."""
    for _ in range(rounds):
        middle = (low + high) / 2
        low, high = (middle, high) if holds(middle) else (low, middle)
    return (low + high) / 2


def updates(count: int) -> np.ndarray:
    """0, 1, …, count: the updates after which a trajectory is recorded."""
    return np.arange(count + 1)
