"""/export: one HTML file with playback and live sliders that needs no network.

The modules of the player travel as data: addresses under an import map, Plotly's bundle and the numbers packed with gzip.
Each slider brings the experiment at 65 stops (engines.descent.sweep), or at fewer where the runs are long, as float32.
"""

from __future__ import annotations

import base64
import gzip
import json
import posixpath
import re
from typing import Any
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

import locales
from core.problems import Problem
from engines.descent import codec, sweep
from engines.descent.experiment import Experiment
from engines.descent.results import Descent
from engines.descent.sweep import Sweep
from engines.descent.window import fit
from web import api, wire
from web.assets import available
from web.catalogue import catalogue
from web.embed import options, refused, style
from web.figures import drawn
from web.once import once

ASPECT = 1.3  # of the picture that the file is drawn for; another window shows the same part of the plane
FIELDS = ("lr", "gap", "distance")  # of each stop; what the read-outs of an exported file do not show is left out
BASE = ("lr", "gradient", "move", "gap", "distance", "curvature", "state", "grid")
MOST = 100_000  # points (stops × steps) of all sliders together, at 28 bytes: with Plotly's bundle that stays below 6 MB
STOPS = (65, 33, 17, 9)  # of each slider: as many as fit
_IMPORT = re.compile(r"""\b(from|import)(\s*['"])(\.\.?/[^'"]+)""")
_PAGE = """<!doctype html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Descent Lab</title>
<link rel="icon" href="data:,">
<style>{style}</style>
<style>{css}</style>
<script type="importmap">{modules}</script>
</head>
<body>
<main class="dl-root dl-offline" aria-label="Descent Lab"></main>
<script type="text/plain" id="plotly">{plotly}</script>
<script type="text/plain" id="data">{data}</script>
<script type="module">import 'dl/player/offline.js';</script>
</body>
</html>
"""


@api.guarded
def export(request: Request) -> Response:
    """The file, or a readable page with status 400."""
    accept = request.headers.get("accept-language")
    started, found, problems = options(api.query_pairs(request), accept)
    if started["controls"] is None:
        started["controls"] = [f"run{i}.lr" for i in range(len(found.runs))]
    sweeps, more = _sweeps(started["controls"], found)
    if problems or more:
        return refused([*problems, *more], started["language"], locales.translator(started["language"]))
    names = ",".join(s.name for s in sweeps)
    tag = json.dumps(started, sort_keys=True)
    disposition = 'attachment; filename="descent-lab.html"'
    return api.cached(request, f"export {names} {tag}", "text/html", lambda: page(tag), Content_Disposition=disposition)


def _sweeps(controls: list[str], e: Experiment) -> tuple[list[Sweep], list[Problem]]:
    """The way along every slider, or what is wrong with the choice of them."""
    stops = next((n for n in STOPS if _points(_along(controls, n, e), e) <= MOST), STOPS[-1])
    found = _along(controls, stops, e)
    sweeps = [s for s in found if isinstance(s, Sweep)]
    problems = [p for p in found if isinstance(p, Problem)]
    points = _points(found, e)
    runs = [s.run for s in sweeps]
    if len(set(runs)) < len(runs) or (None in runs and len(runs) > 1):
        problems.append(Problem("controls", "an exported file has one slider for each run, or one for the noise"))
    if points > MOST:
        message = "these sliders have {count} points (stops × steps × runs); the limit of one file is {limit}"
        problems.append(Problem("controls", message, dict(count=points, limit=MOST), [0, MOST]))
    return sweeps, problems


def _along(controls: list[str], stops: int, e: Experiment) -> list[Sweep | Problem]:
    return [sweep.parse(f"{name}:{stops}", e) for name in controls]


def _points(found: list[Sweep | Problem], e: Experiment) -> int:
    return sum(s.points(e) for s in found if isinstance(s, Sweep))


@once(8)
def page(started: str) -> bytes:
    """The file for the options of the player, as JSON."""
    chosen = json.loads(started)
    found, _ = codec.parse(parse_qsl(chosen["query"], keep_blank_values=True))
    sweeps, _ = _sweeps(chosen["controls"], found)
    translate = locales.translator(chosen["language"])
    window = fit(found.landscape.domain, ASPECT, len(found.runs) if chosen["view"] == "panels" else 1)
    words = {"words": locales.words(chosen["language"])}
    data: dict[str, Any] = {
        "options": chosen,
        "catalogue": catalogue(translate) | words,
        "figures": drawn(found, window, chosen["view"], chosen["page"], 2, translate),
        "blob": _text(wire.blob(Descent(found), BASE, window.domain)),
        "sweeps": {s.name: _text(wire.swept(found, s, FIELDS)) for s in sweeps},
    }
    files = available()
    ours = ("player/", f"pages/{chosen['page']}/")
    modules = {name: file for name, file in files.items() if name.endswith(".js") and name.startswith(ours)}
    return _PAGE.format(
        language=chosen["language"],
        style=style(chosen["theme"]),
        css=files["player/player.css"].read_text("utf-8"),
        modules=json.dumps(
            {"imports": {f"dl/{name}": _module(name, file.read_text("utf-8")) for name, file in modules.items()}}
        ),
        plotly=_packed_plotly(),
        data=_text(gzip.compress(json.dumps(data, ensure_ascii=False).encode(), 6, mtime=0)),
    ).encode()


def _module(name: str, source: str) -> str:
    """A module as a data: address; what it imports, relative to its own place, is found by the import map."""

    def mapped(found: re.Match) -> str:
        return f"{found[1]}{found[2]}dl/{posixpath.normpath(posixpath.join(posixpath.dirname(name), found[3]))}"

    return "data:text/javascript;base64," + _text(_IMPORT.sub(mapped, source).encode())


@once(1)
def _packed_plotly() -> str:
    return _text(gzip.compress(available()["plotly.min.js"].read_bytes(), 9, mtime=0))


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


ROUTES = [Route("/export", export)]
