"""/qr.svg: a link as a QR code, for an audience with telephones."""

from __future__ import annotations

import io

import segno
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from core.problems import Problem, outside
from core.words import N_
from web import api
from web.reply import Answer

LONGEST = 2000  # bytes: a code that a telephone still reads from a seat in the hall


@api.guarded
def code(request: Request) -> Response | Answer:
    options, pairs = api.taken(api.query_pairs(request), ("text", "lang"))
    text = options.get("text", "")
    if pairs:
        raise api.BadRequestError(Problem(pairs[0][0][:40], N_("only text can be made into a code")))
    if not 0 < len(text.encode()) <= LONGEST:
        raise api.BadRequestError(outside("text", "length", str(len(text.encode())), 1, LONGEST, True))

    def body() -> bytes:
        picture = io.BytesIO()
        segno.make(text, error="m", micro=False).save(picture, kind="svg", scale=8, border=4, light="white", xmldecl=False)
        return picture.getvalue()

    return api.cached(request, f"qr {text}", "image/svg+xml", body)


ROUTES = [Route("/qr.svg", code)]
