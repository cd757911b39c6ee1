"""The still figures that the player draws on: /api/figures, the surface and its curves; /api/axes, curves alone."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

import locales
from core.page import Page
from core.problems import BadRequestError, unknown
from core.words import N_
from engines.descent.window import GRID, fit
from pages import PAGES
from web import api
from web.reply import Answer

DRAWN = {page.key: page for page in PAGES.values() if page.plane}
PANELS = {name: (page, titles) for page in PAGES.values() for name, titles in page.panels.items()}
COLUMNS = ("1", "2", "3")


def drawing() -> Any:
    """The modules that draw, imported late: Plotly takes half a second, which a server should not spend before it answers."""
    from web import axes, plane

    return plane, axes


@api.guarded
def figures(request: Request) -> Response | Answer:
    """The surface in one of its views, and empty axes for the page's curves."""
    options, _ = api.taken(api.query_pairs(request), ("page",))
    page = DRAWN[api.choice("page", options.get("page", next(iter(DRAWN))), tuple(DRAWN))]
    asked = api.asked(request, page, "page", "aspect", "columns")
    columns = int(api.choice("columns", asked.options.get("columns", str(page.columns)), COLUMNS[: max(2, page.columns)]))
    view, aspect = asked.settings["view"], api.aspect(asked.options)
    assert page.plane
    tag = f"figures {page.key} {asked.language} {view} {aspect} {columns} {page.plane(asked.value)}"
    work = partial(drawn, page, asked.value, view, aspect, columns, locales.translator(asked.language))
    return api.cached(request, tag, "application/json", lambda: json.dumps(work()))


def drawn(
    page: Page, value: Any, view: str, aspect: float, columns: int, translate: Callable[[str], str]
) -> dict[str, dict[str, Any]]:
    """The main picture and the axes of the curves, as Plotly's JSON."""
    assert page.plane
    plane, axes = drawing()
    domain, rules = page.plane(value)
    names = [translate(rule) for rule in rules]
    panels = len(names) if view == "panels" else 1
    window = fit(domain, aspect or 1.0, panels)
    main = plane.surface(window, GRID, names) if view == "3d" else plane.contour(window, GRID, panels)
    curves = axes.axes(page.panels[page.key], columns, translate)
    return {"main": main.to_plotly_json(), "curves": curves.to_plotly_json()}


@api.guarded
def panels(request: Request) -> Response | Answer:
    """Empty axes for one set of a page's curves."""
    options, pairs = api.taken(api.query_pairs(request), ("panels", "columns", "lang"))
    if pairs:
        name = pairs[0][0][:40]
        raise BadRequestError(unknown(name, N_("field"), name, ["panels", "columns", "lang"]))
    language = locales.choose(options.get("lang"))
    columns = int(api.choice("columns", options.get("columns", "2"), COLUMNS))
    name = api.choice("panels", options.get("panels", next(iter(PANELS))), tuple(PANELS))
    body = partial(empty, name, columns, locales.translator(language))
    return api.cached(request, f"axes {language} {name} {columns}", "application/json", lambda: json.dumps(body()))


def empty(name: str, columns: int, translate: Callable[[str], str]) -> dict[str, Any]:
    """Axes as Plotly's JSON."""
    return drawing()[1].axes(PANELS[name][1], columns, translate).to_plotly_json()


ROUTES = [Route("/api/figures", figures), Route("/api/axes", panels)]
