"""The still figures that the player draws on: /api/figures."""

from __future__ import annotations

import json

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

import locales
from core.experiment import Experiment
from optimizers import OPTIMIZERS
from web import api, wire

VIEWS = ("overlay", "panels", "3d")


def main_figure(e: Experiment, view: str, translate):
    from figures import race  # Plotly takes half a second to import: not before the first picture needs it

    domain, names = e.landscape.domain, [translate(OPTIMIZERS[r.optimizer.key].name) for r in e.runs]
    if view == "3d":
        return race.surface(domain, wire.GRID, names)
    return race.contour(domain, wire.GRID, names if view == "panels" else ("",))


@api.guarded
def figures(request: Request) -> Response:
    pairs, options = api.split(request, ("view", "columns"))
    language = locales.choose(options.get("lang"))
    view = api.choice("view", options.get("view", "overlay"), VIEWS)
    columns = int(api.choice("columns", options.get("columns", "2"), ("1", "2")))
    found, translate = api.experiment(pairs, language), locales.translator(language)

    def body() -> str:
        from figures import race

        drawn = {"main": main_figure(found, view, translate), "curves": race.curves(columns, translate)}
        return json.dumps({name: figure.to_plotly_json() for name, figure in drawn.items()})

    keys = [r.optimizer.key for r in found.runs]
    return api.cached(request, f"figures {language} {view} {columns} {found.landscape.domain} {keys}", "application/json", body)


ROUTES = [Route("/api/figures", figures)]
