"""What there is to choose from, as JSON: the menus, sliders and docs of any client."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from activations import ACTIVATIONS
from core.page import Preset
from core.symbols import plain
from core.types import Activation, Initializer, Landscape, Norm, Optimizer, Param, Schedule
from engines.descent import experiment as ex
from engines.descent.results import minima
from engines.descent.window import GRID
from engines.signal import network
from initializers import INITIALIZERS
from landscapes import LANDSCAPES
from norms import NORMS
from optimizers import OPTIMIZERS
from pages.activations import query as gallery
from pages.activations.presets import PRESETS as UNITS
from pages.initialization.presets import PRESETS as SIGNALS
from pages.race.presets import PRESETS
from pages.schedules.presets import PRESETS as COURSES
from schedules import SCHEDULES
from web.wire import number


def catalogue(translate: Callable[[str], str]) -> dict[str, Any]:
    """Every registry, in menu order, in one language."""
    return {
        "surfaces": [_surface(s, translate) for s in LANDSCAPES.values()],
        "optimizers": [_optimizer(o, translate) for o in OPTIMIZERS.values()],
        "schedules": [_schedule(s, translate) for s in SCHEDULES.values()],
        "activations": [_activation(a, translate) for a in ACTIVATIONS.values()],
        "initializers": [_initializer(i, translate) for i in INITIALIZERS.values()],
        "norms": [_norm(n, translate) for n in NORMS.values()],
        "network": _rows(network.NUMBERS, translate),
        "gallery": _rows(gallery.NUMBERS, translate),
        "noises": [{"key": key, "params": _rows(rows, translate)} for key, rows in ex.NOISES.items()],
        "experiment": _rows((ex.STEPS, ex.SEED), translate),
        "horizon": _rows((ex.HORIZON,), translate)[0],
        "presets": [_preset(p, translate) for p in PRESETS],
        "courses": [_preset(p, translate) for p in COURSES],
        "signals": [_preset(p, translate) for p in SIGNALS],
        "curves": [_preset(p, translate) for p in UNITS],
        "grid": list(GRID),
    }


def _preset(p: Preset, translate: Callable[[str], str]) -> dict[str, Any]:
    head = {"key": p.key, "name": translate(p.name), "query": p.query, "sentence": translate(p.sentence)}
    return head | ({"printed": dict(p.printed)} if p.printed else {})


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


def _activation(a: Activation, translate: Callable[[str], str]) -> dict[str, Any]:
    return {
        **_common(a, translate),
        "params": _rows(a.params, translate),
        "range": a.range,
        "zero_centred": a.zero_centred,
        "cost": translate(a.cost),
    }


def _initializer(i: Initializer, translate: Callable[[str], str]) -> dict[str, Any]:
    return {**_common(i, translate), "params": _rows(i.params, translate)}


def _norm(n: Norm, translate: Callable[[str], str]) -> dict[str, Any]:
    return {**_common(n, translate), "params": _rows(n.params, translate), "axes": list(n.axes), "grouped": n.grouped}


def _common(
    item: Landscape | Optimizer | Schedule | Activation | Initializer | Norm, translate: Callable[[str], str]
) -> dict[str, Any]:
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
