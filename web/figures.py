"""The still figures that the player draws on: /api/figures."""

from __future__ import annotations

import json

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

import locales
from core.window import GRID, fit
from optimizers import OPTIMIZERS
from web import api


def drawing():
    """The module that draws, imported late: Plotly takes half a second, which a server should not spend before it answers."""
    from figures import race

    return race


@api.guarded
def figures(request: Request) -> Response:
    pairs, options = api.split(request, "view", "aspect", "columns")
    language = locales.choose(options.get("lang"))
    shown, solid = api.view(options), options.get("view") == "3d"
    columns = int(api.choice("columns", options.get("columns", "2"), ("1", "2")))
    found, translate = api.experiment(pairs), locales.translator(language)
    names = [translate(OPTIMIZERS[r.optimizer.key].name) for r in found.runs]

    def body() -> str:
        race = drawing()
        panels = len(names) if shown.panels else 1
        window = fit(found.landscape.domain, shown.aspect or 1.0, panels)
        main = race.surface(window, GRID, names) if solid else race.contour(window, GRID, panels)
        drawn = {"main": main, "curves": race.curves(columns, translate)}
        return json.dumps({name: figure.to_plotly_json() for name, figure in drawn.items()})

    tag = f"figures {language} {shown} {solid} {columns} {found.landscape.domain} {names}"
    return api.cached(request, tag, "application/json", body)


ROUTES = [Route("/api/figures", figures)]
