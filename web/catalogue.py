"""What there is to choose from, as JSON: the menus, sliders and docs of any client."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from typing import Any
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

import locales
from activations import ACTIVATIONS
from core import settings
from core.described import rows
from core.page import Caption, Page, Preset
from core.problems import BadRequestError, unknown
from core.query import encode
from core.sweep import COUNT, LIVE
from core.symbols import plain
from core.types import Activation, Dataset, Initializer, Landscape, Norm, Optimizer, Schedule, Wrapper
from core.words import N_
from datasets import DATASETS
from engines.descent import experiment as ex
from engines.descent.results import minima
from engines.descent.window import GRID
from engines.training import codec
from engines.training import experiment as te
from engines.training.dropout import DROPOUTS, Dropout
from engines.training.models import MODELS
from initializers import INITIALIZERS
from landscapes import LANDSCAPES
from norms import NORMS
from optimizers import OPTIMIZERS
from pages import PAGES
from schedules import SCHEDULES
from web import api
from web.reply import Answer
from wrappers import WRAPPERS


@api.guarded
def listing(request: Request) -> Response | Answer:
    """/api/catalogue: all of this, and the words of the player."""
    shown = settings.split(api.query_pairs(request))
    for problem in (*shown.problems, *(unknown(key[:40], N_("field"), key[:40], ["lang"]) for key, _ in shown.rest)):
        raise BadRequestError(problem)
    language = locales.choose(shown.settings["lang"])

    def body() -> str:
        return json.dumps(catalogue(locales.translator(language)) | {"words": locales.words(language)}, ensure_ascii=False)

    there = [(d.size, d.missing()) for d in DATASETS.values()]  # files may come and go
    return api.cached(request, f"catalogue {language} {there}", "application/json", body)


def catalogue(translate: Callable[[str], str]) -> dict[str, Any]:
    """Every registry, in menu order, in one language."""
    cards = [card for page in PAGES.values() for card in page.cards]
    return {
        "surfaces": [_surface(s, translate) for s in LANDSCAPES.values()],
        "optimizers": [_optimizer(o, translate) for o in OPTIMIZERS.values()],
        "schedules": [_schedule(s, translate) for s in SCHEDULES.values()],
        "wrappers": [_wrapper(w, translate) for w in WRAPPERS.values()],
        "activations": [_activation(a, translate) for a in ACTIVATIONS.values()],
        "initializers": [_initializer(i, translate) for i in INITIALIZERS.values()],
        "norms": [_norm(n, translate) for n in NORMS.values()],
        "datasets": [_dataset(d, translate) for d in DATASETS.values()],
        "models": [_model(key, translate) for key in MODELS],
        "dropouts": [_dropout(d, translate) for d in DROPOUTS.values()],
        "networkRules": [_network_rule(key, translate) for key in codec.TRAINABLE],
        "noises": [{"key": key, "params": rows(params, translate)} for key, params in ex.NOISES.items()],
        "pages": [_page(p, translate) for p in PAGES.values()],
        "presets": {page.key: [_preset(page, p, translate) for p in page.presets] for page in PAGES.values()},
        "cards": {key: [_card(c, translate) for c in cards if c.page == key] for key in PAGES},
        "limits": {page.key: dict(page.limits) for page in PAGES.values()}
        | {"sweep": {"stops": int(COUNT.default), "most": LIVE}},
        "numbers": {page.key: {row["key"]: row for row in rows(page.numbers, translate)} for page in PAGES.values()},
        "grid": list(GRID),
    }


def _page(p: Page, translate: Callable[[str], str]) -> dict[str, Any]:
    return {
        "key": p.key,
        "path": p.path,
        "title": translate(p.title),
        "summary": translate(p.summary),
        "look_for": translate(p.look_for),
        "ways": ["html", *ways(p)],
        "files": list(p.files),
        "opens": _shortest(p, p.default),
    }


def ways(page: Page) -> list[str]:
    """The kinds of files that a page can be saved as."""
    drawn = ["png", "svg", "gif"] if page.picture else []
    return [*drawn, "csv", "json", *(["py"] if page.script else [])]


def _preset(page: Page, p: Preset, translate: Callable[[str], str]) -> dict[str, Any]:
    head = {"key": p.key, "name": translate(p.name), "query": _shortest(page, p.query), "sentence": translate(p.sentence)}
    return head | ({"printed": dict(p.printed)} if p.printed else {})


def _card(c: Caption, translate: Callable[[str], str]) -> dict[str, Any]:
    return {"query": _shortest(PAGES[c.page], c.query), "name": translate(c.name), "sentence": translate(c.sentence)}


@cache
def _shortest(page: Page, query: str) -> str:
    """A query as the player spells it, without the settings."""
    value, _ = page.parse(settings.split(parse_qsl(query), page.settings).rest)
    return encode(page.pairs(value))


def _surface(s: Landscape, translate: Callable[[str], str]) -> dict[str, Any]:
    return {
        **_common(s, translate),
        "params": rows(s.params, translate),
        "random": s.sample is not None,
        "rates": dict(s.rates),
        "domain": list(s.domain),
        "start": list(s.start),
        "minima": minima(s).tolist(),
        "look_for": translate(s.look_for),
    }


def _optimizer(o: Optimizer, translate: Callable[[str], str]) -> dict[str, Any]:
    return {
        **_common(o, translate),
        "family": o.family,
        "year": o.year,
        "latex": list(o.latex),
        "params": rows(o.all_params, translate),
    }


def _schedule(s: Schedule, translate: Callable[[str], str]) -> dict[str, Any]:
    return {**_common(s, translate), "params": rows(ex.schedule_params(s.key), translate)}


def _wrapper(w: Wrapper, translate: Callable[[str], str]) -> dict[str, Any]:
    return {**_common(w, translate), "latex": list(w.latex), "params": rows(w.params, translate), "path": w.path}


def _activation(a: Activation, translate: Callable[[str], str]) -> dict[str, Any]:
    return {
        **_common(a, translate),
        "params": rows(a.params, translate),
        "range": a.range,
        "zero_centred": a.zero_centred,
        "cost": translate(a.cost),
    }


def _initializer(i: Initializer, translate: Callable[[str], str]) -> dict[str, Any]:
    return {**_common(i, translate), "short": _brief(i, translate), "params": rows(i.params, translate)}


def _brief(item: Initializer | Dropout, translate: Callable[[str], str]) -> str:
    """A symbol is the same in every language."""
    symbols = {plain(p.symbol) for p in item.params}
    return item.short if not item.short or item.short in symbols else translate(item.short)


def _norm(n: Norm, translate: Callable[[str], str]) -> dict[str, Any]:
    return {**_common(n, translate), "params": rows(n.params, translate), "axes": list(n.axes), "grouped": n.grouped}


def _dataset(d: Dataset, translate: Callable[[str], str]) -> dict[str, Any]:
    return {
        "key": d.key,
        "name": translate(d.name),
        "summary": translate(d.summary),
        "source": d.source,
        "licence": d.licence,
        "params": rows(d.params, translate),
        "samples": d.size,
        "train": d.trained,
        "shape": list(d.shape),
        "classes": list(d.classes),
        "missing": _missing(d, translate),
    }


def _missing(d: Dataset, translate: Callable[[str], str]) -> str:
    """What is to be done before it can be used."""
    problem = d.missing()
    return translate(problem[0]).format(**problem[1]) if problem else ""


def _dropout(d: Dropout, translate: Callable[[str], str]) -> dict[str, Any]:
    return {
        "key": d.key,
        "name": translate(d.name),
        "summary": translate(d.summary),
        "short": _brief(d, translate),
        "params": rows(d.params, translate),
    }


def _model(key: str, translate: Callable[[str], str]) -> dict[str, Any]:
    model = MODELS[key]
    return {
        "key": key,
        "name": translate(model.name),
        "summary": translate(model.summary),
        "params": rows(model.params, translate),
        "pictures": model.pictures,
    }


def _network_rule(key: str, translate: Callable[[str], str]) -> dict[str, Any]:
    """A rule as it trains a network: with another default and range of its rate."""
    return {"key": key, "params": rows(te.optimizer_params(key), translate)}


def _common(
    item: Landscape | Optimizer | Schedule | Wrapper | Activation | Initializer | Norm, translate: Callable[[str], str]
) -> dict[str, Any]:
    return {
        "key": item.key,
        "name": translate(item.name),
        "summary": translate(item.summary),
        "latex": item.latex,
        "reference": item.reference,
    }


ROUTES = [Route("/api/catalogue", listing)]
