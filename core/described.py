"""Parameters and their values as JSON has them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any

from core.types import Param, Spec

_GREEK = {
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "varepsilon": "ε", "epsilon": "ε", "eta": "η", "theta": "θ",
    "kappa": "κ", "lambda": "λ", "mu": "μ", "rho": "ρ", "sigma": "σ", "tau": "τ", "varphi": "φ", "phi": "φ",
}  # fmt: skip
_SUBSCRIPT = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


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
            **({"counts": p.counts} if p.counts else {}),
        }
        for p in params
    ]


def named(spec: Spec, params: tuple[Param, ...]) -> dict[str, Any]:
    return {"key": spec.key, "params": {p.key: number(spec.values[p.key], p) for p in params}}


def number(value: float, param: Param) -> float | int | bool:
    """JSON's own type for the scale: true for a switch, 3 for a count."""
    return {"bool": bool, "int": int}.get(param.scale, float)(value)


def plain(symbol: str) -> str:
    r"""A LaTeX symbol as Unicode, for slider labels: `\beta_1` is β₁."""
    text = re.sub(r"\\(text|mathrm|mathit)\{([^}]*)\}", r"\2", symbol)
    text = re.sub(r"\\([a-zA-Z]+)", lambda m: _GREEK.get(m[1], m[1]), text)
    return re.sub(r"_\{?(\d+)\}?", lambda m: m[1].translate(_SUBSCRIPT), text).replace("{", "").replace("}", "")
