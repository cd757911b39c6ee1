"""The page of activations by HTTP: /api/activations, curves and what the first of them does to learning."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from engines.activation import curve as units
from engines.activation import learning
from engines.descent import codec
from pages.activations import query as galleries
from pages.activations.query import Gallery
from pages.initialization import route as single
from web import api

ASKED = (-10.0, 0.0, 10.0)  # what the lectures ask for


@api.guarded
def gallery(request: Request) -> Response:
    """The answer of /api/activation, each curve at the places that the lectures ask for, and two experiments."""
    pairs, _ = api.split(request)
    found, problems = galleries.parse(pairs)
    if problems:
        raise api.BadRequestError(problems[0])
    tag = f"gallery {codec.encode(galleries.pairs(found))}"
    return api.cached(request, tag, "application/json", lambda: json.dumps(document(found), allow_nan=False))


def document(g: Gallery) -> dict[str, Any]:
    answer = single.curves(g)
    for entry, spec in zip(answer["activations"], g.activations, strict=True):
        y, slope = units.curve(spec, np.array(ASKED))
        entry["asked"] = {"x": ASKED, "y": y.tolist(), "derivative": slope.tolist()}
    first = g.activations[0]
    walk, dying = learning.zigzag(first, g.rate), learning.dying(first, g.rate, g.bias)
    return answer | {
        "depth": g.depth,
        "points": g.points,
        "rate": g.rate,
        "bias": g.bias,
        "zigzag": {
            "path": np.clip(walk.path, -1e6, 1e6).tolist(),
            "target": walk.target,
            "same_sign": walk.same_sign,
            "length": min(walk.length, 1e300),
            "distance": min(walk.distance, 1e300),
        },
        "dying": {"loss": dying.loss.tolist(), "dead": dying.dead.tolist(), "units": learning.UNITS},
    }


ROUTES = [Route("/api/activations", gallery)]
