"""/embed: the player on a page of its own, without a Streamlit session; and who may frame what."""

from __future__ import annotations

import html
import json
import os
from collections.abc import Callable, Sequence
from typing import Any

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

import locales
from core.problems import Problem, repeated, unknown
from core.settings import PAGE_FIELDS, read
from engines.descent import codec, sweep
from engines.descent import experiment as ex
from engines.descent.experiment import Experiment
from web.api import BadRequestError, cached, guarded, query_pairs, version

ANCESTORS = "DESCENT_LAB_FRAME_ANCESTORS"  # the environment: who may frame /embed, as in CSP; everyone where it is not set
FIELDS = {**PAGE_FIELDS, "theme": ("", "light", "dark"), "autoplay": ("0", "1")}
NONE = "none"  # as `controls`: no slider at all

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
<title>Descent Lab</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="assets/{version}/player/player.css">
<link rel="modulepreload" href="assets/{version}/pages/{page}/player.js">
<style>{style}</style>
</head>
<body>
<main class="dl-root" aria-label="Descent Lab"></main>
<script type="application/json" id="options">{options}</script>
<script type="module" src="assets/{version}/player/embed.js"></script>
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


def options(pairs: list[tuple[str, str]], accept: str | None) -> tuple[dict[str, Any], Experiment, list[Problem]]:
    """What the player is started with, the experiment, and what is wrong with the query."""
    shown, problems = read(pairs, FIELDS)
    found, more = codec.parse([pair for pair in pairs if pair[0] not in (*FIELDS, "controls")])
    controls = [value for key, value in pairs if key == "controls"]
    if len(controls) > 1:
        problems.append(repeated("controls", "controls", len(controls)))
    names, stray = picked(controls[0] if controls else "", found)
    problems += [*more, *stray]
    language = locales.choose(shown["lang"], accept)
    started = {
        "page": "race",
        "query": codec.encode(codec.pairs(found)),
        "language": language,
        "lang": shown["lang"],
        "view": shown["view"],
        "scale": shown["scale"],
        "present": shown["present"] == "1",
        "autoplay": shown["autoplay"] == "1",
        "controls": names if controls else None,
        "theme": shown["theme"],
        "version": version(),
    }
    return started, found, problems


def picked(text: str, e: Experiment) -> tuple[list[str], list[Problem]]:
    """The sliders that `controls=run0.lr,surface.kappa` names, and those that do not exist."""
    surface = [f"surface.{p.key}" for p in ex.surface_params(e.surface.key)]
    known = [*(name for name, _ in sweep.sliders(e)), *surface]
    names = [name.strip() for name in text.split(",") if name.strip() and name.strip() != NONE]
    return [n for n in names if n in known], [unknown("controls", "slider", n[:40], known) for n in names if n not in known]


def refused(problems: Sequence[Problem], language: str, translate: Callable[[str], str]) -> Response:
    """A readable page with status 400."""
    texts = "".join(f"<li>{html.escape(p.text(translate))}</li>" for p in problems)
    head = html.escape(translate("This link cannot be shown"))
    page = f'<!doctype html><html lang="{language}"><meta charset="utf-8"><title>{head}</title><h1>{head}</h1><ul>{texts}</ul>'
    return HTMLResponse(page, 400)


@guarded
def embed(request: Request) -> Response:
    """The page, or a readable one with status 400 that says what is wrong with the query."""
    accept = request.headers.get("accept-language")
    try:
        started, _found, problems = options(query_pairs(request), accept)
    except BadRequestError as error:
        started, problems = {"language": locales.choose(accept)}, [error.problem]
    language = started["language"]
    if problems:
        return refused(problems, language, locales.translator(language))
    written = json.dumps(started, ensure_ascii=False).replace("<", "\\u003c")

    def body() -> str:
        return _PAGE.format(
            language=language, version=version(), page=started["page"], style=style(started["theme"]), options=written
        )

    # Without the clause anyone may frame it: slides on a disk too, which `*` leaves out.
    policy = POLICY + (f"; frame-ancestors {os.environ[ANCESTORS]}" if ANCESTORS in os.environ else "")
    tag = f"embed {policy} {written}"
    return cached(request, tag, "text/html", body, Content_Security_Policy=policy, Vary="Accept-Language")


class Framing:
    """Every answer but that of /embed says that only pages of this site may frame it."""

    def __init__(self, app: ASGIApp):
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def say(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                if "content-security-policy" not in headers:
                    headers["Content-Security-Policy"] = "frame-ancestors 'self'"
                    headers["X-Frame-Options"] = "SAMEORIGIN"
            await send(message)

        await self.app(scope, receive, say if scope["type"] == "http" else send)


ROUTES = [Route("/embed", embed)]
