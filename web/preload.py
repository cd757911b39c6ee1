"""Tells the browser, with the first page, what the player will need, so that it loads beside Streamlit's own bundle."""

from __future__ import annotations

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from web.api import version
from web.assets import available


class Preload:
    """ASGI middleware: a Link header on every HTML page that is not one of our own routes."""

    def __init__(self, app: ASGIApp):
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].count("/") > 1:
            await self.app(scope, receive, send)
            return

        async def with_links(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                if headers.get("content-type", "").startswith("text/html"):
                    headers["link"] = links()
            await send(message)

        await self.app(scope, receive, with_links)


def links() -> str:
    """Plotly as a script, our modules as modules."""
    kinds = {"plotly.min.js": "preload; as=script"}
    names = [name for name in available() if name.endswith(".js")]
    return ", ".join(f"<assets/{version()}/{name}>; rel={kinds.get(name, 'modulepreload')}" for name in names)
