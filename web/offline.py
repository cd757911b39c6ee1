"""/export: one HTML file with playback and live sliders that needs no network.

The modules of the player travel as data: addresses under an import map, Plotly's bundle and the numbers packed with gzip.
Each slider brings the experiment at 65 stops (core.sweep), or at fewer where the runs are long, as float32; where even those
are too many, the file comes without it, unless the address asks for it by name.
"""

from __future__ import annotations

import base64
import gzip
import json
import posixpath
import re
from collections.abc import Sequence
from functools import partial
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

import locales
from core import settings
from core.page import FIRST, Page, Translate, Wish
from core.problems import Problem, unknown
from core.sweep import Sweep, along
from core.words import N_
from pages import PAGES
from web import api, first, wire
from web.answers import attachment, points, sweepable, swept
from web.assets import available
from web.catalogue import catalogue
from web.embed import options, refused, style
from web.figures import drawn, empty
from web.lanes import PICTURES
from web.once import once
from web.reply import Answer

ASPECT = 1.3  # of the picture that the file is drawn for; another window shows the same part of the plane
MOST = 100_000  # points (stops × steps) of all sliders together, at 28 bytes: with Plotly's bundle that stays below 6 MB
STOPS = (65, 33, 17, 9)  # of each slider: as many as fit
_IMPORT = re.compile(r"""\b(from|import)(\s*['"])(\.\.?/[^'"]+)""")
_PAGE = """<!doctype html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title} · Descent Lab</title>
<link rel="icon" href="data:,">
<style>{style}</style>
<style>{css}</style>
<script type="importmap">{modules}</script>
</head>
<body>
<main class="{classes} dl-offline" aria-label="Descent Lab">{skeleton}</main>
<script type="text/plain" id="plotly">{plotly}</script>
<script type="text/plain" id="content">{content}</script>
<script type="module">import 'dl/player/offline.js';</script>
</body>
</html>
"""


@api.guarded
def export(request: Request, page: Page) -> Response | Answer:
    """The file, or a readable page with status 400."""
    accept = request.headers.get("accept-language")
    given = api.query_pairs(request)
    started, value, problems = options(page, given, accept)
    if started["controls"] is None:
        usual = page.offline(value)
        ways = (usual[:count] for count in range(len(usual), 0, -1))
        fitting = next((way for way in ways if not _sweeps(page, way, value)[1]), ())  # what is too long only plays
        started, value, problems = options(page, [*given, (settings.CONTROLS, ",".join(fitting))], accept)
    sweeps, more = _sweeps(page, started["controls"], value)
    if problems or more:
        return refused(request, [*problems, *more], started["language"])
    started["home"] = str(request.base_url)
    tag = json.dumps(started, sort_keys=True)
    body = partial(written, page, value, tag)
    name = attachment(page, "html")
    return api.cached(
        request,
        f"export {[s.name for s in sweeps]} {tag}",
        "text/html",
        body,
        lane=PICTURES,
        Content_Disposition=name,
        Vary="Accept-Language",
    )


def _sweeps(page: Page, controls: Sequence[str], value: Any) -> tuple[list[Sweep], list[Problem]]:
    """The way along every slider, or what is wrong with the choice of them."""
    known = sweepable(page, value)
    ways = [[along(name, known[name], count) for name in controls if name in known] for count in STOPS]
    sweeps = next((way for way in ways if _points(page, value, way) <= MOST), ways[-1])
    problems = [unknown("controls", N_("slider"), name[:40], list(known)) for name in controls if name not in known]
    items = [s.item for s in sweeps]
    if len(set(items)) < len(items) or (None in items and len(items) > 1):
        problems.append(Problem("controls", N_("an exported file has one slider for each run, or one for the noise")))
    count = _points(page, value, sweeps)
    if count > MOST:
        message = N_("these sliders have {count} points (stops × steps × runs); the limit of one file is {limit}")
        problems.append(Problem("controls", message, dict(count=count, limit=MOST), [0, MOST]))
    return sweeps, problems


def _points(page: Page, value: Any, sweeps: Sequence[Sweep]) -> int:
    return sum(points(page, value, sweep) for sweep in sweeps)


def written(page: Page, value: Any, started: str) -> bytes:
    """The file for the options of the player, as JSON."""
    chosen = json.loads(started)
    translate = locales.translator(chosen["language"])
    sweeps, _ = _sweeps(page, chosen["controls"], value)
    data: dict[str, Any] = {
        "options": chosen,
        "catalogue": catalogue(translate) | {"words": locales.words(chosen["language"])},
        "answers": _answers(page, value, chosen["view"], translate),
        "sweeps": {s.name: _along(page, value, s, translate) for s in sweeps},
    }
    files = available()
    looks = {name: chosen[name] for name in ("view", "scale", "axis", "theme")} | {"present": str(int(chosen["present"]))}
    shown = settings.Shown(looks, tuple(chosen["controls"]), [], [])
    drawing = partial(first.inline, page, value, shown, chosen["language"])
    ours = ("player/", f"pages/{page.key}/")
    modules = {name: file for name, file in files.items() if name.endswith(".js") and name.startswith(ours)}
    return _PAGE.format(
        title=translate(page.title),
        language=chosen["language"],
        style=style(chosen["theme"]),
        css=files["player/player.css"].read_text("utf-8"),
        modules=json.dumps(
            {"imports": {f"dl/{name}": _module(name, file.read_text("utf-8")) for name, file in modules.items()}}
        ),
        classes=first.classes(page, shown),
        skeleton=first.skeleton(first.still(page, value, shown, drawing)),
        plotly=_packed_plotly(),
        content=_text(gzip.compress(json.dumps(data, ensure_ascii=False).encode(), 6, mtime=0)),
    ).encode()


def _answers(page: Page, value: Any, view: str, translate: Translate) -> dict[str, Any]:
    """What the page's module asks a server for: figures, axes by their name, and numbers, packed where they are binary."""
    answers: dict[str, Any] = {"axes": {name: empty(name, page.columns, translate) for name in page.panels}}
    if page.plane:
        answers["figures"] = drawn(page, value, view, ASPECT, page.columns, translate)
    result = api.result(page, value)
    if page.arrays:
        answers["blob"] = _text(wire.pack(*page.arrays(result, Wish(page.still_fields, view, ASPECT))))
    else:
        answers["document"] = page.document(result, translate)
    return answers


def _along(page: Page, value: Any, sweep: Sweep, translate: Translate) -> Any:
    body = swept(page, value, sweep, page.stop_fields, translate)
    return _text(body) if page.arrays else json.loads(body)


def _module(name: str, source: str) -> str:
    """A module as a data: address; what it imports, relative to its own place, is found by the import map."""

    def mapped(part: re.Match) -> str:
        return f"{part[1]}{part[2]}dl/{posixpath.normpath(posixpath.join(posixpath.dirname(name), part[3]))}"

    return "data:text/javascript;base64," + _text(_IMPORT.sub(mapped, source).encode())


@once(1)
def _packed_plotly() -> str:
    return _text(gzip.compress(available()["plotly.min.js"].read_bytes(), 9, mtime=0))


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


ROUTES = [
    Route("/export", partial(export, page=PAGES[FIRST])),
    *(Route(f"/export/{page.key}", partial(export, page=page)) for page in PAGES.values()),
]
