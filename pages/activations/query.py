"""Activations drawn over one another: one frozen value, and its query string. The codec of this value is here.

activation=sigmoid&activation=elu:alpha=0.5&range=-6,6&points=401&depth=20&probe=2
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from core.problems import Problem
from core.query import Reader, grouped, number_text, spec_text
from core.types import Param, Spec, spec
from core.words import N_
from engines.activation.curve import MAX_POINTS
from engines.signal import network

MAX_CURVES = 8
POINTS = Param("points", "n", 401, 2, MAX_POINTS, "int", "Points of each curve.")
DEPTH = Param("depth", "L", 20, 1, 50, "int", "Layers that the slopes are multiplied over.")
PROBE = Param("probe", "x", 0.0, -100.0, 100.0, "linear", "Where value and slope are read off.")
END = Param("range", "x", 0.0, -100.0, 100.0, "linear", "An end of the window.")
RANGE = (-10.0, 10.0)
RATE = Param("rate", r"\alpha", 0.5, 1e-3, 10.0, "log", "Learning rate of the two experiments below the curves.")
BIAS = Param("bias", "b", 0.0, -10.0, 5.0, "linear", "What the biases of the small network start from.")
NUMBERS = (POINTS, DEPTH, PROBE, RATE, BIAS)
FIELDS = ("activation", "range", "points", "depth", "probe", "rate", "bias")


@dataclass(frozen=True)
class CurveSet:
    """Which activations are drawn, from x = range[0] to range[1], and where they are read off."""

    activations: tuple[Spec, ...]
    range: tuple[float, float] = RANGE
    points: int = int(POINTS.default)
    depth: int = int(DEPTH.default)
    probe: float = PROBE.default
    rate: float = RATE.default
    bias: float = BIAS.default


def default() -> CurveSet:
    """The three that every lecture begins with."""
    return CurveSet(tuple(spec(key, network.activation_params(key)) for key in ("sigmoid", "tanh", "relu")))


def parse(pairs: Iterable[tuple[str, str]]) -> tuple[CurveSet, list[Problem]]:
    """Read the decoded pairs of a query string, in order; `activation` may come up to 8 times."""
    reader = _Reader(grouped(pairs), FIELDS)
    return reader.curve_set(), reader.problems


class _Reader(Reader):
    """Reads the fields of a set of curves."""

    def curve_set(self) -> CurveSet:
        return CurveSet(
            activations=self.activations(),
            range=self.range(),
            points=int(self.number("points", POINTS)),
            depth=int(self.number("depth", DEPTH)),
            probe=self.number("probe", PROBE),
            rate=self.number("rate", RATE),
            bias=self.number("bias", BIAS),
        )

    def activations(self) -> tuple[Spec, ...]:
        texts = self.given.get("activation", [])
        if len(texts) > MAX_CURVES:
            message = N_("{count} activations are given; the limit is {limit}")
            self.problems.append(Problem("activation", message, dict(count=len(texts), limit=MAX_CURVES), [1, MAX_CURVES]))
        read = [network.activation("activation", text, self) for text in texts[:MAX_CURVES]]
        return tuple(filter(None, read)) or default().activations

    def range(self) -> tuple[float, float]:
        read = self.numbers("range", 2, END)
        if read and read[1] - read[0] < 1e-3:
            self.problems.append(Problem("range", N_("range must be x0,x1 with x0 < x1")))
            read = None
        return (read[0], read[1]) if read else RANGE


def pairs(chosen: CurveSet) -> list[tuple[str, str]]:
    """The shortest pairs that `parse` reads back as this set."""
    usual, written = default(), []
    if chosen.activations != usual.activations:
        written.extend(("activation", spec_text(s, network.activation_params(s.key))) for s in chosen.activations)
    if chosen.range != usual.range:
        written.append(("range", ",".join(map(number_text, chosen.range))))
    numbers = ((p, getattr(chosen, p.key)) for p in NUMBERS)
    return written + [(p.key, number_text(value, p)) for p, value in numbers if value != p.default]
