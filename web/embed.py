"""/embed: the player on a page of its own, without a Streamlit session."""

from __future__ import annotations

import html
import json

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

import locales
from core import codec
from core.settings import PAGE_FIELDS, read
from web.api import guarded, query_pairs, version

_THEMES = {
    "light": "--st-background-color:#fff;--st-text-color:#1f2430;--st-primary-color:#0072b2",
    "dark": "--st-background-color:#0e1117;--st-text-color:#fafafa;--st-primary-color:#56b4e9",
}
_PAGE = """<!doctype html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Descent Lab</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="assets/{version}/player.css">
<style>
:root {{ {light}; color-scheme: light dark; }}
@media (prefers-color-scheme: dark) {{ :root {{ {dark}; }} }}
body {{ margin: 0; padding: 10px 14px; background: var(--st-background-color); }}
</style>
</head>
<body>
<main class="dl-root" aria-label="Descent Lab"></main>
<script type="application/json" id="options">{options}</script>
<script type="module">
import {{ mount }} from './assets/{version}/player.js';
mount(document.querySelector('.dl-root'), {{
  ...JSON.parse(document.getElementById('options').textContent),
  base: new URL('.', location.href).pathname,
  onChange: (query) => history.replaceState(null, '', '?' + query),
}});
</script>
</body>
</html>
"""


@guarded
def embed(request: Request) -> Response:
    """The page, or a readable one with status 400 that says what is wrong with the query."""
    pairs = query_pairs(request)
    settings, problems = read([pair for pair in pairs if pair[0] in PAGE_FIELDS])
    language = locales.choose(settings["lang"], request.headers.get("accept-language"))
    found, more = codec.parse([pair for pair in pairs if pair[0] not in PAGE_FIELDS])
    translate = locales.translator(language)
    if problems or more:
        texts = "".join(f"<li>{html.escape(p.text(translate))}</li>" for p in problems + more)
        head = html.escape(translate("This link cannot be shown"))
        return HTMLResponse(f'<!doctype html><html lang="{language}"><title>{head}</title><h1>{head}</h1><ul>{texts}</ul>', 400)
    options = {
        "query": codec.encode(codec.pairs(found)),
        "language": language,
        "lang": settings["lang"],
        "view": settings["view"],
        "scale": settings["scale"],
        "present": settings["present"] == "1",
        "version": version(),
    }
    page = _PAGE.format(
        language=language,
        version=version(),
        light=_THEMES["light"],
        dark=_THEMES["dark"],
        options=json.dumps(options, ensure_ascii=False).replace("<", "\\u003c"),
    )
    return HTMLResponse(page, headers={"Cache-Control": "no-cache"})


ROUTES = [Route("/embed", embed)]
