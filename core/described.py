"""Parameters and their values as JSON has them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from core.symbols import plain
from core.types import Param, Spec


def rows(params: Iterable[Param], translate: Callable[[str], str]) -> list[dict[str, Any]]:
    """What a slider needs to know of each parameter."""
    return [
        {
            "key": p.key,
            "symbol": p.symbol,
            "label": plain(p.symbol),
            "default": number(p.default, p),
            "low": number(p.low, p),
            "high": number(p.high, p),
            "scale": p.scale,
            "help": translate(p.help),
            "word": translate(p.word),
            **({"counts": p.counts} if p.counts else {}),
        }
        for p in params
    ]


def named(spec: Spec, params: tuple[Param, ...]) -> dict[str, Any]:
    return {"key": spec.key, "params": {p.key: number(spec.values[p.key], p) for p in params}}


def number(value: float, param: Param) -> float | int | bool:
    """JSON's own type for the scale: true for a switch, 3 for a count."""
    return {"bool": bool, "int": int}.get(param.scale, float)(value)
