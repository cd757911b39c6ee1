"""/embed: the player on a page of its own, without a Streamlit session; and who may frame it."""

from __future__ import annotations

import html
import json
import os
from collections.abc import Sequence
from functools import partial
from typing import Any
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

import locales
from core import settings
from core.described import rows
from core.page import FIRST, Page
from core.problems import BadRequestError, Problem, unknown
from core.query import encode
from core.types import Param
from core.words import N_
from pages import PAGES
from web import api, first
from web.api import cached, guarded, query_pairs, version
from web.reply import Answer

ANCESTORS = "DESCENT_LAB_FRAME_ANCESTORS"  # the environment: who may frame /embed, as in CSP; everyone where it is not set

THEMES = {
    "light": "--st-background-color:#fff;--st-text-color:#1f2430;--st-primary-color:#0072b2",
    "dark": "--st-background-color:#0e1117;--st-text-color:#fafafa;--st-primary-color:#56b4e9",
}
# Streamlit's and ours: no script but our own files, no other host, nothing to submit to. Plotly writes style elements.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
    "connect-src 'self'; font-src 'self'; base-uri 'none'; form-action 'none'"
)
_PAGE = """<!doctype html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title} · Descent Lab</title>
<link rel="icon" href="data:,">
{links}
<style>{style}</style>
</head>
<body>
<main class="{classes}" aria-label="Descent Lab">{skeleton}</main>
<script type="application/json" id="options">{options}</script>
<script type="module" src="{base}assets/{version}/player/embed.js"></script>
</body>
</html>
"""


def style(theme: str) -> str:
    """The colours of a page that has none of Streamlit's: fixed, or as the reader's system has it."""
    dark = THEMES["dark"]
    body = "body { margin: 0; padding: 10px 14px; background: var(--st-background-color); }"
    if theme:
        return f":root {{ {THEMES[theme]}; color-scheme: {theme}; }} {body}"
    auto = f":root {{ {THEMES['light']}; color-scheme: light dark; }}"
    return f"{auto} @media (prefers-color-scheme: dark) {{ :root {{ {dark}; }} }} {body}"


def options(page: Page, pairs: list[tuple[str, str]], accept: str | None) -> tuple[dict[str, Any], Any, list[Problem]]:
    """What the page's module is started with, the value, and what is wrong with the query."""
    shown = settings.split(pairs, page.settings)
    value, problems = page.parse(shown.rest or parse_qsl(page.default))
    sliders = dict(page.sliders(value))
    language = locales.choose(shown.settings["lang"], accept)
    stray = [
        unknown("controls", N_("slider"), name[:40], list(sliders)) for name in shown.controls or () if name not in sliders
    ]
    chosen = None if shown.controls is None else [name for name in shown.controls if name in sliders]
    started = {
        "page": page.key,
        "query": encode(page.pairs(value)),
        "language": language,
        "lang": shown.settings["lang"],
        "view": shown.settings["view"],
        "scale": shown.settings["scale"],
        "axis": shown.settings["axis"],
        "local": shown.settings["local"],
        "present": shown.settings["present"] == "1",
        "autoplay": shown.settings["autoplay"] == "1",
        "controls": chosen,
        "sliders": [_slider(name, sliders[name], language) for name in chosen or ()],
        "theme": shown.settings["theme"],
        "version": version(),
    }
    return started, value, [*shown.problems, *problems, *stray]


def _slider(name: str, param: Param, language: str) -> dict[str, Any]:
    """What the page's module needs to know of a slider by itself."""
    return {**rows([param], locales.translator(language))[0], "name": name}


def refused(request: Request, problems: Sequence[Problem], language: str) -> Response:
    """Status 400: a readable page for a browser, and for a program what every address answers."""
    if "text/html" not in request.headers.get("accept", ""):
        return api.refused(request, BadRequestError(problems[0]))
    translate = locales.translator(language)
    texts = "".join(f"<li>{html.escape(p.text(translate))}</li>" for p in problems)
    head = html.escape(translate("This link cannot be shown"))
    page = f'<!doctype html><html lang="{language}"><meta charset="utf-8"><title>{head}</title><h1>{head}</h1><ul>{texts}</ul>'
    return HTMLResponse(page, 400, {"Vary": "Accept"})


@guarded
def embed(request: Request, page: Page, base: str) -> Response | Answer:
    """The page, or a readable one with status 400 that says what is wrong with the query."""
    accept = request.headers.get("accept-language")
    try:
        started, value, problems = options(page, query_pairs(request), accept)
    except BadRequestError as error:
        started, value, problems = {"language": locales.choose(accept)}, None, [error.problem]
    language = started["language"]
    if problems:
        return refused(request, problems, language)
    written = json.dumps({**started, "base": base}, ensure_ascii=False).replace("<", "\\u003c")

    def body() -> str:
        look, title = style(started["theme"]), locales.translator(language)(page.title)
        shown = settings.split(query_pairs(request), page.settings)
        drawing = partial(first.address, page, value, shown, base, language)
        return _PAGE.format(
            language=language,
            version=version(),
            style=look,
            options=written,
            base=base,
            title=title,
            links=first.links(page, base, language),
            classes=first.classes(page, shown),
            skeleton=first.skeleton(first.still(page, value, shown, drawing)),
        )

    # Without the clause anyone may frame it: slides on a disk too, which `*` leaves out.
    policy = POLICY + (f"; frame-ancestors {os.environ[ANCESTORS]}" if ANCESTORS in os.environ else "")
    tag = f"embed {policy} {written}"
    return cached(request, tag, "text/html", body, lane=None, Content_Security_Policy=policy, Vary="Accept-Language")


ROUTES = [
    Route("/embed", partial(embed, page=PAGES[FIRST], base="./")),
    *(Route(f"/embed/{page.key}", partial(embed, page=page, base="../")) for page in PAGES.values()),
]
