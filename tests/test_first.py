"""What a first visit costs: files packed once, asked for early, and a drawing where the live picture will be."""

import asyncio
import gzip
import io
import json
import re
import socket
from urllib.parse import urlsplit

import numpy as np
import pytest
from PIL import Image
from starlette.requests import Request

from core import settings
from engines.descent.window import fit
from pages import PAGES
from pictures import first as drawings
from web import assets, first, packed, qr, shell

DRAWN = [key for key, page in PAGES.items() if page.picture and page.panels]


class Sent:
    """What an ASGI app answers a GET."""

    def __init__(self, app, path: str, **headers: str):
        self.parts: list[dict] = []
        scope = {
            "type": "http", "method": "GET", "path": path, "query_string": b"",
            "headers": [(k.replace("_", "-").encode(), v.encode()) for k, v in headers.items()],
        }  # fmt: skip
        asyncio.run(app(scope, self.receive, self.send))

    async def receive(self):
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(self, message):
        self.parts.append(message)

    @property
    def status(self) -> int:
        return self.parts[0]["status"]

    @property
    def headers(self) -> dict[str, str]:
        return {k.decode().lower(): v.decode() for k, v in self.parts[0]["headers"]}

    @property
    def body(self) -> bytes:
        return b"".join(part.get("body", b"") for part in self.parts[1:])


async def streamlit(scope, receive, send):
    """Stands for the app behind the middleware."""
    await send({"type": "http.response.start", "status": 299, "headers": []})
    await send({"type": "http.response.body", "body": b"streamlit's"})


PACKING = packed.Packed(streamlit)
LARGE = max(packed.available(), key=lambda name: packed.available()[name].stat().st_size * ("/index" in name))


# ------------------------------------------------------------------------------------------------------------- packed


def test_streamlits_scripts_are_packed_once_and_kept_for_a_year(monkeypatch):
    sent = Sent(PACKING, f"/static/{LARGE}", accept_encoding="gzip")
    original = packed.available()[LARGE].read_bytes()
    assert gzip.decompress(sent.body) == original
    assert len(sent.body) < 0.4 * len(original)
    assert sent.headers["content-encoding"] == "gzip"
    assert sent.headers["vary"] == "Accept-Encoding"
    assert "immutable" in sent.headers["cache-control"]
    assert sent.headers["content-type"].startswith("text/javascript")
    again = Sent(PACKING, f"/static/{LARGE}", accept_encoding="gzip", if_none_match=sent.headers["etag"])
    assert (again.status, again.body) == (304, b"")
    monkeypatch.setitem(packed.PACKERS, "gzip", None)  # it is not packed a second time
    assert Sent(PACKING, f"/static/{LARGE}", accept_encoding="gzip").body == sent.body


def test_brotli_where_a_browser_takes_it_is_smaller_still():
    from pyarrow import Codec

    best = Sent(PACKING, f"/static/{LARGE}", accept_encoding="gzip, deflate, br, zstd")
    original = packed.available()[LARGE].read_bytes()
    assert best.headers["content-encoding"] == "br"
    assert Codec("brotli").decompress(best.body, len(original), asbytes=True) == original
    assert len(best.body) < len(Sent(PACKING, f"/static/{LARGE}", accept_encoding="gzip;q=0.5, br;q=0").body)


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        (f"/static/{LARGE}", {}),
        (f"/static/{LARGE}", {"accept_encoding": "gzip;q=0"}),
        ("/static/../index.html", {"accept_encoding": "gzip"}),
        ("/static/js/none.js", {"accept_encoding": "gzip"}),
        ("/api/descent", {"accept_encoding": "gzip"}),
    ],
)
def test_all_else_is_streamlits(path, headers):
    assert Sent(PACKING, path, **headers).status == 299


def test_a_websocket_passes():
    seen = []

    async def app(scope, receive, send):
        seen.append(scope["type"])

    asyncio.run(packed.Packed(app)({"type": "websocket", "path": "/static/x"}, None, None))  # type: ignore[arg-type]
    assert seen == ["websocket"]


def test_plotly_is_packed_too(client):
    reply = client.get(f"/assets/{assets.version()}/plotly.min.js", accept_encoding="br, gzip")
    assert reply.headers["content-encoding"] == "br"
    assert len(reply.body) < 1_300_000


# -------------------------------------------------------------------------------------------------------------- early


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("way", ["/embed/{}", "/{}"])
def test_what_a_page_will_ask_for_is_asked_for_in_its_head(client, page, way):
    path = way.format(PAGES[page].path or ("race" if "embed" in way else ""))
    text = client.get(path).text
    head = text.partition("</head>")[0]
    preloaded = re.findall(r'<link rel="(?:modulepreload|preload|stylesheet)"[^>]* href="([^"]+)"', head)
    ours = [urlsplit(link).path.lstrip("./") for link in preloaded if "/static/" not in link]
    assert any(link.endswith("plotly.min.js") for link in ours)
    assert any(link.endswith(f"pages/{page}/player.js") for link in ours)
    assert [link for link in preloaded if "api/catalogue" in link]
    for link in ours:
        assert client.get(f"/{link}").status == 200, link


# ------------------------------------------------------------------------------------------------------------ drawing


@pytest.mark.parametrize("page", DRAWN)
@pytest.mark.parametrize("way", ["/embed/{}", "/{}"])
def test_a_drawing_stands_where_the_live_picture_will(client, page, way):
    path = way.format(PAGES[page].path or ("race" if "embed" in way else ""))
    text = client.get(path).text
    picture = re.search(r'<picture class="dl-still.*?</picture>', text)
    assert picture
    for source in re.findall(r'(?:src|srcset)="([^"]+)"', picture[0]):
        reply = client.get("/" + source.lstrip("./").replace("&amp;", "&"))
        assert reply.status == 200
        assert reply.headers["content-type"].startswith("image/")
    assert "prefers-color-scheme: dark" in picture[0]
    fixed = client.get(f"/embed/{page}?theme=dark").text
    assert "theme=dark" in fixed.partition('class="dl-still')[2].partition("</picture>")[0]
    assert "theme=light" not in fixed


def test_a_drawing_is_small():
    assert len(first._drawn(PAGES["race"], PAGES["race"].parse(())[0], "light")) < 40_000


@pytest.mark.parametrize("aspect", [0.9, 1.2, 1.6, 2.1])
@pytest.mark.parametrize("domain", [(-10.0, 10.0, -6.0, 6.0), (-2.0, 2.0, -1.0, 3.0), (0.0, 8.0, 0.0, 1.0)])
def test_the_drawing_covers_what_the_live_picture_shows(domain, aspect):
    """The style sheet fits the domain into the axes' box; the picture around it must reach as far as the live window."""
    frame = drawings.frame(domain)
    x0, x1, y0, y1 = fit(domain, aspect).domain
    assert frame.wide >= (x1 - x0) / (domain[1] - domain[0]) - 1e-9
    assert frame.tall >= (y1 - y0) / (domain[3] - domain[2]) - 1e-9


def test_a_drawing_shows_the_paths_where_they_are():
    page = PAGES["race"]
    value = page.parse([("run", "sgd:lr=0.001"), ("start", "5,-3"), ("steps", "1")])[0]
    assert page.picture
    plane = page.picture(page.compute(value), "", lambda text: text).rows[0][0].plane
    assert plane
    image = np.asarray(Image.open(io.BytesIO(drawings.webp(plane, "light"))).convert("RGB")).astype(int)
    frame, (x0, x1, y0, y1) = drawings.frame(plane.domain), plane.domain
    across = 0.5 + (5 - (x0 + x1) / 2) / (x1 - x0) / frame.wide
    down = 0.5 + ((y0 + y1) / 2 + 3) / (y1 - y0) / frame.tall
    blue = (image[..., 2] - image[..., 0] > 120) & (image[..., 0] < 60)
    rows, columns = np.nonzero(blue)
    assert abs(columns.mean() / image.shape[1] - across) < 0.02
    assert abs(rows.mean() / image.shape[0] - down) < 0.02


def test_a_link_that_cannot_be_read_has_no_drawing(client):
    text = client.get("/?surface=tacoo").text
    assert "dl-still" not in text
    assert '<div id="root">' in text
    assert client.get("/?surface=" + "a" * 20_000).status == 200


@pytest.mark.parametrize("page", PAGES)
def test_the_shell_is_streamlits_page_with_our_title(client, page):
    reply = client.get(f"/{PAGES[page].path}?lang=zh")
    assert '<html lang="zh-CN">' in reply.text
    assert "· Descent Lab</title>" in reply.text
    assert "Streamlit</title>" not in reply.text
    assert client.get(f"/{PAGES[page].path}?lang=zh", if_none_match=reply.headers["etag"]).status == 304


def test_a_shell_of_another_streamlit_is_noticed(monkeypatch, tmp_path):
    (tmp_path / "static").mkdir()
    (tmp_path / "static" / "index.html").write_text("<html></html>")
    monkeypatch.setattr(shell, "files", lambda name: tmp_path)
    shell._parts.cache_clear()
    with pytest.raises(RuntimeError, match="index page"):
        shell._parts()
    shell._parts.cache_clear()


def test_a_slim_frame_is_laid_out_as_one(client):
    assert 'class="dl-root dl-race dl-slim"' in client.get("/embed?controls=none").text
    assert 'class="dl-root dl-race dl-present"' in client.get("/embed?present=1").text
    assert settings.split([("controls", "none")]).controls == ()


# ----------------------------------------------------------------------------------------------------------- students


def _hosts(asking: str | None, port: int | None) -> list[str]:
    scope = {"type": "http", "client": (asking, 1) if asking else None, "server": ("x", port), "headers": []}
    return json.loads(bytes(qr.hosts(Request(scope)).body))["hosts"]


def test_the_machines_own_browser_is_told_where_others_find_it(monkeypatch):
    with socket.create_server(("0.0.0.0", 0)) as listening:
        port = listening.getsockname()[1]
        assert _hosts("127.0.0.1", port) == qr._outward()  # none on a machine without a network
        assert _hosts("::1", port) == qr._outward()
        assert _hosts("192.0.2.7", port) == []  # nobody else's business
        assert _hosts(None, port) == []
        monkeypatch.setattr(qr, "_outward", lambda: ["127.0.0.1"])  # stands for an address where it listens
        assert _hosts("127.0.0.1", port) == ["127.0.0.1"]
    assert _hosts("127.0.0.1", port) == []  # nobody listens there
