"""What there is to choose from, as JSON: the menus, sliders and docs of any client."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from core import experiment as ex
from core.presets import PRESETS
from core.results import minima
from core.types import Landscape, Optimizer, Param, Schedule
from core.window import GRID
from landscapes import LANDSCAPES
from optimizers import OPTIMIZERS
from schedules import SCHEDULES
from web.wire import number

_GREEK = {
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "varepsilon": "ε", "epsilon": "ε", "eta": "η", "theta": "θ",
    "kappa": "κ", "lambda": "λ", "mu": "μ", "rho": "ρ", "sigma": "σ", "tau": "τ", "varphi": "φ", "phi": "φ",
}  # fmt: skip
_SUBSCRIPT = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


def catalogue(translate: Callable[[str], str]) -> dict[str, Any]:
    """Every registry, in menu order, in one language."""
    return {
        "surfaces": [_surface(s, translate) for s in LANDSCAPES.values()],
        "optimizers": [_optimizer(o, translate) for o in OPTIMIZERS.values()],
        "schedules": [_schedule(s, translate) for s in SCHEDULES.values()],
        "activations": [],
        "initializers": [],
        "noises": [{"key": key, "params": _rows(rows, translate)} for key, rows in ex.NOISES.items()],
        "experiment": _rows((ex.STEPS, ex.SEED), translate),
        "presets": [
            {"key": p.key, "name": translate(p.name), "query": p.query, "sentence": translate(p.sentence)} for p in PRESETS
        ],
        "grid": list(GRID),
    }


def _surface(s: Landscape, translate: Callable[[str], str]) -> dict[str, Any]:
    return {
        **_common(s, translate),
        "params": _rows(s.params, translate),
        "random": s.sample is not None,
        "rates": dict(s.rates),
        "domain": list(s.domain),
        "start": list(s.start),
        "minima": minima(s).tolist(),
    }


def _optimizer(o: Optimizer, translate: Callable[[str], str]) -> dict[str, Any]:
    return {
        **_common(o, translate),
        "family": o.family,
        "year": o.year,
        "latex": list(o.latex),
        "params": _rows(o.all_params, translate),
    }


def _schedule(s: Schedule, translate: Callable[[str], str]) -> dict[str, Any]:
    return {**_common(s, translate), "params": _rows(ex.schedule_params(s.key), translate)}


def _common(item: Landscape | Optimizer | Schedule, translate: Callable[[str], str]) -> dict[str, Any]:
    return {
        "key": item.key,
        "name": translate(item.name),
        "summary": translate(item.summary),
        "latex": item.latex,
        "reference": item.reference,
    }


def _rows(params: tuple[Param, ...], translate: Callable[[str], str]) -> list[dict[str, Any]]:
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
        }
        for p in params
    ]


def plain(symbol: str) -> str:
    r"""A LaTeX symbol as Unicode, for slider labels: `\beta_1` is β₁."""
    text = re.sub(r"\\(text|mathrm|mathit)\{([^}]*)\}", r"\2", symbol)
    text = re.sub(r"\\([a-zA-Z]+)", lambda m: _GREEK.get(m[1], m[1]), text)
    return re.sub(r"_\{?(\d+)\}?", lambda m: m[1].translate(_SUBSCRIPT), text).replace("{", "").replace("}", "")
