"""The still figures that the player draws on: /api/figures."""

from __future__ import annotations

import json

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

import locales
from core import experiment as ex
from core.problems import unknown
from core.window import GRID, fit
from optimizers import OPTIMIZERS
from web import api

STEPS = {"race": ex.STEPS, "courses": ex.HORIZON}


def drawing():
    """The modules that draw, imported late: Plotly takes half a second, which a server should not spend before it answers."""
    from figures import curves, race

    return race, curves


@api.guarded
def figures(request: Request) -> Response:
    pairs, options = api.split(request, "page", "view", "aspect", "columns")
    language = locales.choose(options.get("lang"))
    shown, solid = api.view(options), options.get("view") == "3d"
    columns = int(api.choice("columns", options.get("columns", "2"), ("1", "2")))
    page = api.choice("page", options.get("page", "race"), ("race", "courses"))
    found, translate = api.experiment(pairs, STEPS[page]), locales.translator(language)
    names = [translate(OPTIMIZERS[r.optimizer.key].name) for r in found.runs]

    def body() -> str:
        race, curves = drawing()
        panels = len(names) if shown.panels else 1
        window = fit(found.landscape.domain, shown.aspect or 1.0, panels)
        main = race.surface(window, GRID, names) if solid else race.contour(window, GRID, panels)
        drawn = {"main": main, "curves": curves.axes(page, columns if page == "race" else 1, translate)}
        return json.dumps({name: figure.to_plotly_json() for name, figure in drawn.items()})

    tag = f"figures {page} {language} {shown} {solid} {columns} {found.landscape.domain} {names}"
    return api.cached(request, tag, "application/json", body)


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
