"""Streamlit's index page with ours in it: the title, what to fetch meanwhile, and a drawing until the live picture is there.

Served for the addresses of our pages; Streamlit answers all others.
"""

from __future__ import annotations

import functools
import html
from functools import partial
from importlib.resources import files
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

import locales
from core import settings
from core.page import Page
from core.problems import BadRequestError
from pages import PAGES
from web import api, first
from web.reply import Answer

# Before Streamlit's own style is there, a dark room should not be lit by a white page.
_STYLE = "<style>@media (prefers-color-scheme: dark) { html { background: #0e1117; color-scheme: dark; } }</style>"


@functools.cache
def _parts() -> tuple[str, str, str]:
    """Streamlit's page up to its title, from there to the element that it draws in, and from there on."""
    text = (files("streamlit") / "static" / "index.html").read_text("utf-8")
    head, title, rest = text.partition("<title>Streamlit</title>")
    middle, root, end = rest.partition('<div id="root">')
    if not title or not root:
        raise RuntimeError("Streamlit's index page is not what web/shell.py was written for")
    return head, middle, root + end


def index(request: Request, page: Page) -> Response | Answer:
    """The page of Streamlit at an address of ours; a query that cannot be read has no drawing, and Streamlit says why."""
    accept = request.headers.get("accept-language")
    try:
        shown = settings.split(api.query_pairs(request), page.settings)
    except BadRequestError:
        shown = settings.split(())
    value, problems = page.parse(shown.rest or parse_qsl(page.default))
    language = locales.choose(shown.settings["lang"], accept)
    still = (
        ""
        if problems or shown.problems
        else first.still(page, value, shown, partial(first.address, page, value, shown, "./", language))
    )
    layer = f'<div class="dl-layer {first.classes(page, shown)}">{first.skeleton(still)}</div>' if still else ""
    head, middle, end = _parts()
    title = html.escape(f"{locales.translator(language)(page.title)} · Descent Lab")
    early = f'<script type="module" src="./assets/{api.version()}/player/early.js"></script>'
    links = first.links(page, "./", language)
    head = head.replace('<html lang="en">', f'<html lang="{"zh-CN" if language == "zh" else language}">')
    text = f"{head}<title>{title}</title>\n{_STYLE}\n{links}\n{early}\n{middle}{layer}{end}"
    return api.cached(request, f"index {text}", "text/html", lambda: text, Vary="Accept-Language")


ROUTES = [Route(f"/{page.path}", partial(index, page=page)) for page in PAGES.values()]
