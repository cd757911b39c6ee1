"""Data, what is done to it before training, and two of its features that are looked at: one frozen value and its query.

data=wine&transform=standardized&pair=6,12&share=0.9&steps=100
data=cloud:correlation=0.9,scale=10&transform=whitened
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from core.problems import Problem, impossible, outside
from core.query import Reader, grouped, number_text, spec_text
from core.types import Param, Spec, spec
from core.words import N_
from datasets._tables import TABLES
from engines.preprocessing import cloud
from engines.preprocessing.transforms import TRANSFORMS

CLOUD = "cloud"
KNOWN = (CLOUD, *TABLES)
FEATURES = {CLOUD: 2, "wine": 13, "breast_cancer": 30, "iris": 4, "digits": 64, "photographs": 3}
SHARE = Param("share", r"\alpha", 0.9, 0.05, 1.1, "linear", "Learning rate, as a share of the largest that does not grow.")
STEPS = Param("steps", "T", 100, 10, 1000, "int", "Updates that are drawn.")
SEED = Param("seed", "seed", 0, 0, 2**31 - 1, "int", "Of the drawn points, and of the shuffles.")
NUMBERS = (SHARE, STEPS, SEED)
FIELDS = ("data", "transform", "pair", "share", "steps", "seed")


def data_params(key: str) -> tuple[Param, ...]:
    return cloud.PARAMS if key == CLOUD else ()


USUAL = spec(CLOUD, cloud.PARAMS)


@dataclass(frozen=True)
class Prepared:
    """Attributes: data, one of KNOWN; transform, one of TRANSFORMS; pair: two features, counted from 0; the rest: NUMBERS."""

    data: Spec = USUAL
    transform: str = "standardized"
    pair: tuple[int, int] = (0, 1)
    share: float = SHARE.default
    steps: int = int(STEPS.default)
    seed: int = int(SEED.default)


def parse(pairs: Iterable[tuple[str, str]]) -> tuple[Prepared, list[Problem]]:
    reader = Reader(grouped(pairs), FIELDS)
    text = reader.one("data")
    data = USUAL if text is None else reader.spec("data", N_("data set"), text, KNOWN, data_params) or USUAL
    value = Prepared(
        data=data,
        transform=_transform(reader),
        pair=_pair(reader, FEATURES[data.key]),
        share=reader.number("share", SHARE),
        steps=int(reader.number("steps", STEPS)),
        seed=int(reader.number("seed", SEED)),
    )
    return value, reader.problems


def _transform(reader: Reader) -> str:
    text = reader.one("transform")
    if text is None:
        return Prepared.transform
    if text not in TRANSFORMS:
        reader.problems.append(impossible("transform", text, TRANSFORMS))
        return Prepared.transform
    return text


def _pair(reader: Reader, features: int) -> tuple[int, int]:
    text = reader.one("pair")
    if text is None:
        return Prepared.pair
    parts = [part.strip() for part in text.split(",")]
    if len(parts) != 2 or not all(part.isdigit() for part in parts) or parts[0] == parts[1]:
        message = N_("pair must be two different features, as in 0,1, not “{value}”")
        reader.problems.append(Problem("pair", message, dict(value=text[:40])))
        return Prepared.pair
    first, second = (int(part[:6]) for part in parts)
    for number in (first, second):
        if number >= features:
            reader.problems.append(outside("pair", "pair", str(number), 0, features - 1, True))
            return Prepared.pair
    return first, second


def pairs(value: Prepared) -> list[tuple[str, str]]:
    out = []
    if value.data != USUAL:
        out.append(("data", spec_text(value.data, data_params(value.data.key))))
    if value.transform != Prepared.transform:
        out.append(("transform", value.transform))
    if value.pair != Prepared.pair:
        out.append(("pair", ",".join(map(str, value.pair))))
    numbers = [(p, getattr(value, p.key)) for p in NUMBERS]
    return out + [(p.key, number_text(number, p)) for p, number in numbers if number != p.default]


def sliders(value: Prepared) -> list[tuple[str, Param]]:
    own = [(f"data.{p.key}", p) for p in data_params(value.data.key)]
    return [*own, *((p.key, p) for p in NUMBERS)]


def moved(value: Prepared, name: str, number: float) -> Prepared:
    """The same with one slider at another value."""
    _where, _, key = name.partition(".")
    if key:
        return replace(value, data=Spec(value.data.key, {**value.data.values, key: number}))
    return replace(value, **{name: number if name == SHARE.key else int(number)})
