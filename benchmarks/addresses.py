"""Random addresses of every route and page, made of what the catalogue and the registry say there is: most valid, many not.

Seeded: the same number gives the same addresses.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from urllib.parse import parse_qsl, quote, urlencode

from activations import ACTIVATIONS
from core.page import FIRST, Page
from core.query import encode
from core.settings import PAGE_FIELDS
from core.types import Param
from initializers import INITIALIZERS
from landscapes import LANDSCAPES
from norms import NORMS
from optimizers import OPTIMIZERS
from pages import PAGES
from schedules import SCHEDULES
from web.routes import ROUTES

THINGS = [LANDSCAPES, OPTIMIZERS, SCHEDULES, ACTIVATIONS, INITIALIZERS, NORMS]
ATOMS = ("x", "y", "2", "0.5", "pi", "e")
OPERATORS = ("+", "-", "*", "/", "**")
CALLS = ("sin", "cos", "exp", "log", "sqrt", "abs", "tanh")
NONSENSE = (
    "", " ", "nan", "inf", "-inf", "1e999", "-1", "0", "5001", "1e-400", "٣", "\x00", "../../etc/passwd", "<script>", "%s%n",
    "💥", "' or 1", "a" * 3000, "[]", "{}", "__class__", "x.y", "lambda:0", "0x10", "1_000", "true", "null", ",,,", ":::", "~~",
    "==", "&", "\n", "a=b",
)  # fmt: skip
OPTIONS = {
    "format": ("json", "bin", "csv", "xml"),
    "fields": ("lr", "gap,distance", "curvature", "state,grid", "none"),
    "aspect": ("1.3", "0", "1e9"),
    "size": ("320x200", "10x10", "axb"),
    "width": ("320", "0"),
    "height": ("240", "9e9"),
    "step": ("0", "7", "9999"),
    "loss": ("0", "1"),
    "seconds": ("0.5", "1"),
    "fps": ("5", "6"),
    "columns": ("1", "2", "3", "4"),
    "hist": ("own", "0", "1"),
    "runs": ("0", "0,1", "x"),
    "panels": tuple(name for page in PAGES.values() for name in page.panels),
    "page": tuple(PAGES),
    "show": ("", "paths"),
    "controls": ("run0.lr", "none", "x,y"),
    "text": ("https://lab.example/?run=sgd",),
    "lr": ("0.1", "x"),
    "steps": ("3", "40", "5000", "0"),
}

OWN = {"/qr.svg": ("text",), "/api/catalogue": ("lang",), "/api/axes": ("panels", "lang")}  # what takes no fields of a page


def number(draw: random.Random, param: Param) -> float:
    """In its range, and at its ends."""
    value = draw.choice([param.low, param.high, param.default, draw.uniform(param.low, param.high)])
    return round(value) if param.scale in ("int", "bool") else float(f"{value:.6g}")


def formula(draw: random.Random, depth: int = 3) -> str:
    if depth == 0 or draw.random() < 0.2:
        return draw.choice(ATOMS)
    if draw.random() < 0.3:
        return f"{draw.choice(CALLS)}({formula(draw, depth - 1)})"
    return f"({formula(draw, depth - 1)}){draw.choice(OPERATORS)}({formula(draw, depth - 1)})"


def query(draw: random.Random, page: Page) -> list[tuple[str, str]]:
    """A preset or the default, with some of its sliders moved, some fields added, and some of it broken."""
    start = draw.choice(["", page.default, *(preset.query for preset in page.presets)])
    value, _ = page.parse(parse_qsl(start))
    for name, param in page.sliders(value):
        if draw.random() < 0.3 and name != "steps":
            value = page.moved(value, name, number(draw, param))
    pairs = list(page.pairs(value))
    if draw.random() < 0.4 and any(field == "steps" for field, _ in pairs):
        pairs = [pair for pair in pairs if pair[0] != "steps"]
        pairs.append(("steps", draw.choice(["1", "20", "200", "900"])))
    if draw.random() < 0.04:
        pairs.append(("run", draw.choice(list(draw.choice(THINGS)))))
    if draw.random() < 0.1:
        pairs = [pair for pair in pairs if pair[0] != "surface"] + [("formula", formula(draw))]
    for field, known in PAGE_FIELDS.items():
        if draw.random() < 0.1:
            pairs.append((field, draw.choice([*known * 9, "?"])))
    for field, known in OPTIONS.items():
        if draw.random() < 0.004:
            pairs.append((field, draw.choice(known)))
    if draw.random() < 0.06:
        pairs.append((draw.choice([*OPTIONS, "surface", "run", "start", "noise", "seed", "x", "data"]), draw.choice(NONSENSE)))
    if pairs and draw.random() < 0.04:
        field, text = draw.choice(pairs)
        pairs.append((field, text[: draw.randrange(len(text) + 1)] + draw.choice(NONSENSE)[:50]))
    return pairs


def paths() -> list[tuple[str, Page]]:
    """Every address of ours with the page whose fields it takes; that which belongs to none gets those of any."""
    front, pages = [route.path for route in ROUTES if "{" not in route.path], list(PAGES.values())
    pairs = []
    for path in front:
        last = path.rpartition("/")[2].partition(".")[0]
        last = FIRST if last in ("embed", "export") else last
        mine = [p for p in pages if last in (p.key, *p.aliases, *(q.key for q in p.questions))]
        pairs += [(path, page) for page in mine or pages]
    return pairs


def addresses(seed: int, keep: Callable[[str], bool] = lambda path: True) -> Iterator[str]:
    """Without end. `keep` chooses among the paths."""
    draw, known = random.Random(seed), [pair for pair in paths() if keep(pair[0])]
    more = [
        "/healthz",
        "/readyz",
        "/metrics",
        "/assets/x/player/page.js",
        "/assets/../app.py",
        "/api/",
        "/api/nothing",
        "/export/x",
    ]
    while True:
        path, page = draw.choice(known)
        if draw.random() < 0.03:
            path = draw.choice([*more, path + "/", path + draw.choice(["x", "%00", "/..%2f", "%f0%9f%92%a5"])])
        pairs = query(draw, page)
        if path in OWN and draw.random() < 0.7:
            pairs = [(field, draw.choice(OPTIONS.get(field) or PAGE_FIELDS[field])) for field in OWN[path]]
        text = encode(pairs) if draw.random() < 0.7 else urlencode(pairs)
        if draw.random() < 0.03:
            text = quote(text)[: draw.randrange(1, 200)] + draw.choice(["%", "%zz", "%ff%fe", "&&&", "=", "=x", "%00"])
        yield f"{path}?{text}" if text else path
