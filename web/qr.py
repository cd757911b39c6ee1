"""/qr.svg: a link as a QR code, for an audience with telephones; /api/hosts: under which address they reach this machine."""

from __future__ import annotations

import io
import ipaddress
import json
import socket

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


def hosts(request: Request) -> Response:
    """The addresses of this machine at which the app answers, told to its own browser alone: {"hosts": ["192.168.1.20"]}."""
    asking, (_, port) = request.client, request.scope["server"]
    own = asking is not None and _loopback(asking.host)
    hosts = [host for host in _outward() if _answers(host, port)] if own and port else []
    return Response(json.dumps({"hosts": hosts}), headers={"Cache-Control": "no-store"}, media_type="application/json")


def _loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host.partition("%")[0]).is_loopback
    except ValueError:
        return False


def _outward() -> list[str]:
    """The address that a packet to elsewhere would carry; none is sent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # an address that belongs to nobody (RFC 5737)
        except OSError:
            return []
        host = probe.getsockname()[0]
    return [] if _loopback(host) or host == "0.0.0.0" else [host]


def _answers(host: str, port: int) -> bool:
    """Whether the server listens there too: it may have been told to serve this machine alone."""
    try:
        with socket.create_connection((host, port), 0.3):
            return True
    except OSError:
        return False


ROUTES = [Route("/qr.svg", code), Route("/api/hosts", hosts)]
