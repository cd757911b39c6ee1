"""What is seen first: a drawing of the page where the live one will stand, and what a browser should fetch meanwhile.

Of a page whose plane comes first it is that plane, exactly where it will be (/first/<page>.webp); of any other its usual SVG.
"""

from __future__ import annotations

import base64
import html
from collections.abc import Callable
from functools import partial
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from core.page import Page
from core.query import encode
from core.settings import Shown
from pages import PAGES
from pictures import first
from pictures.still import svg
from web import api, pictures
from web.assets import PLOTLY, available
from web.lanes import PICTURES
from web.once import once
from web.reply import Answer

THEMES = ("light", "dark")
SIZE = "960x600"  # of a page's usual picture
LEADING = {page.key: page for page in PAGES.values() if page.plane_leads}


@api.guarded
def picture(request: Request, page: Page) -> Response | Answer:
    """The plane of a page by itself, without letters."""
    asked = api.asked(request, page)
    theme = asked.settings["theme"] or THEMES[0]
    tag = f"first {page.key} {theme} {asked.query}"
    return api.cached(request, tag, "image/webp", lambda: _drawn(page, asked.value, theme), compressed=False, lane=PICTURES)


@once(48)
def _drawn(page: Page, value: Any, theme: str) -> bytes:
    assert page.picture
    plane = page.picture(api.result(page, value), "", lambda text: text).rows[0][0].plane
    assert plane
    return first.webp(plane, theme)


def ready() -> None:
    """Draw what the app opens with before anybody waits for it."""
    for page in LEADING.values():
        _drawn(page, page.parse(())[0], THEMES[0])


def links(page: Page, base: str, language: str) -> str:
    """Elements of a page's head: all that its module will ask for, whatever the screen."""
    folder = f"{base}assets/{api.version()}/"
    ours = [name for name in available() if name.endswith(".js") and name.startswith(("player/", f"pages/{page.key}/"))]
    modules = [name for name in ours if name not in APART]
    catalogue = f"{base}api/catalogue?lang={language}"
    return "\n".join(
        [
            f'<link rel="stylesheet" href="{folder}player/player.css">',
            f'<link rel="preload" as="fetch" crossorigin href="{catalogue}">',
            *(f'<link rel="modulepreload" href="{folder}{name}">' for name in modules),
            f'<link rel="preload" as="script" fetchpriority="low" href="{folder}{PLOTLY}">',
        ]
    )


APART = ("player/embed.js", "player/early.js", "player/offline.js")  # each is for one way out


def _leads(page: Page, shown: Shown) -> bool:
    """Whether the page's plane by itself is drawn, where it will be; or else the page's usual picture, within the same box."""
    return bool(page.plane and page.plane_leads and shown.settings["view"] == "overlay")


def address(page: Page, value: Any, shown: Shown, base: str, language: str, theme: str) -> str:
    """Where the drawing is to be had."""
    pairs, settings = list(page.pairs(value)), shown.settings
    if _leads(page, shown):
        return f"{base}first/{page.key}.webp?{encode([*pairs, ('theme', theme)])}"
    pairs += [(name, settings[name]) for name in ("view", "scale", "axis") if name in settings]
    return f"{base}export/{page.key}.svg?{encode([*pairs, ('lang', language), ('theme', theme), ('size', SIZE)])}"


def inline(page: Page, value: Any, shown: Shown, language: str, theme: str) -> str:
    """The drawing itself as an address, for files."""
    if _leads(page, shown):
        return f"data:image/webp;base64,{base64.b64encode(_drawn(page, value, theme)).decode()}"
    width, _, height = SIZE.partition("x")
    wanted = pictures.wanted_by(shown.settings, page, value, (int(width), int(height)), language)
    drawn = svg(pictures.drawn(wanted, language), wanted.size, theme, language)
    return f"data:image/svg+xml;base64,{base64.b64encode(drawn).decode()}"


def still(page: Page, value: Any, shown: Shown, source: Callable[[str], str]) -> str:
    """The drawing as an element, in the theme of the address or of the reader's system; '' where the page has none.

    `source(theme)` is its address.
    """
    if not page.picture or not page.panels or page.slow(value):  # what takes long is computed once, for the player
        return ""
    chosen, look, kind = shown.settings["theme"], "", "dl-still dl-fit"
    if _leads(page, shown):
        assert page.plane
        domain = page.plane(value)[0]
        around = first.frame(domain)
        look = f' style="--own:{around.shape:.5g};--wide:{around.wide:.5g};--tall:{around.tall:.5g}"'
        kind = "dl-still" if first.equal_axes(domain) else "dl-still dl-stretch"
    dark = "" if chosen else f'<source media="(prefers-color-scheme: dark)" srcset="{html.escape(source("dark"))}">'
    image = f'<img src="{html.escape(source(chosen or THEMES[0]))}" alt="" fetchpriority="high">'
    return f'<picture class="{kind}"{look}>{dark}{image}</picture>'


def skeleton(picture: str) -> str:
    """The picture where the page will have it, in the boxes of player.css; the page's module takes it over."""
    if not picture:
        return ""
    stage = f'<div class="dl-stage">{picture}</div><div class="dl-bar"></div>'
    left = stage if "dl-fit" not in picture else picture
    main = f'<div class="dl-main"><div class="dl-left">{left}</div><div class="dl-side"></div></div>'
    above = '<div class="dl-header"></div><div class="dl-toolbar"></div>'
    return f'<div class="dl-frame dl-first" aria-hidden="true">{above}{main}</div>'


def classes(page: Page, shown: Shown) -> str:
    """Those of the page's root that player.css lays it out by."""
    more = {"dl-present": shown.settings["present"] == "1", "dl-slim": shown.controls is not None}
    return " ".join(["dl-root", f"dl-{page.key}", *(name for name, on in more.items() if on)])


ROUTES = [Route(f"/first/{page.key}.webp", partial(picture, page=page)) for page in LEADING.values()]
