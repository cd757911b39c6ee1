"""The still figures that the player draws on: /api/figures."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

import locales
from core.problems import unknown
from engines.descent import experiment as ex
from engines.descent.experiment import Experiment
from engines.descent.window import GRID, Window, fit
from optimizers import OPTIMIZERS
from web import api

STEPS = {"race": ex.STEPS, "schedules": ex.HORIZON}


def drawing():
    """The modules that draw, imported late: Plotly takes half a second, which a server should not spend before it answers."""
    from pages.race import figures as race
    from web import axes as curves

    return race, curves


@api.guarded
def figures(request: Request) -> Response:
    pairs, options = api.split(request, "page", "view", "aspect", "columns")
    language = locales.choose(options.get("lang"))
    shown, view = api.view(options), options.get("view", "overlay")
    columns = int(api.choice("columns", options.get("columns", "2"), ("1", "2")))
    page = api.choice("page", options.get("page", "race"), tuple(STEPS))
    found, translate = api.experiment(pairs, STEPS[page]), locales.translator(language)

    def body() -> str:
        window = fit(found.landscape.domain, shown.aspect or 1.0, len(found.runs) if shown.panels else 1)
        return json.dumps(drawn(found, window, view, page, columns if page == "race" else 1, translate))

    rules = [run.optimizer.key for run in found.runs]
    tag = f"figures {page} {language} {shown} {view} {columns} {found.landscape.domain} {rules}"
    return api.cached(request, tag, "application/json", body)


def drawn(e: Experiment, window: Window, view: str, page: str, columns: int, translate: Callable[[str], str]) -> dict[str, Any]:
    """The main picture and the axes of the curves, as Plotly's JSON."""
    race, curves = drawing()
    names = [translate(OPTIMIZERS[run.optimizer.key].name) for run in e.runs]
    main = (
        race.surface(window, GRID, names) if view == "3d" else race.contour(window, GRID, len(names) if view == "panels" else 1)
    )
    return {"main": main.to_plotly_json(), "curves": curves.axes(page, columns, translate).to_plotly_json()}


@api.guarded
def axes(request: Request) -> Response:
    """Empty axes for the curves of a page."""
    pairs, options = api.split(request, "panels", "columns")
    if pairs:
        raise api.BadRequestError(unknown(pairs[0][0][:40], "field", pairs[0][0][:40], ["panels", "columns", "lang"]))
    language = locales.choose(options.get("lang"))
    columns = int(api.choice("columns", options.get("columns", "2"), ("1", "2", "3")))
    _, curves = drawing()
    picture = api.choice("panels", options.get("panels", "race"), tuple(curves.PANELS))

    def body() -> str:
        return json.dumps(curves.axes(picture, columns, locales.translator(language)).to_plotly_json())

    return api.cached(request, f"axes {language} {picture} {columns}", "application/json", body)


ROUTES = [Route("/api/figures", figures), Route("/api/axes", axes)]
