"""Descent Lab: `streamlit run app.py`, or with several workers `make serve`.

An ASGI app: Streamlit's pages (ui/shell.py), and before them the routes that the player and everyone else read numbers from.
"""

from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware

from ui.visit import visit
from web import assets, figures, first, memory, packed, running, warm
from web.front import Front

BASE = str(st.get_option("server.baseUrlPath")).strip("/")
PAGE = Path(st.__file__).parent / "static" / "index.html"


@asynccontextmanager
async def lifespan(app):
    """Compile in the background while the first visitor is still reading, and keep within the memory until the last."""
    more = first.ready, figures.drawing, assets.ready, packed.ready, warm.typing, memory.settle
    async with running.looked_after(partial(visit, app, BASE), *more):
        yield


app = st.App(
    Path(__file__).parent / "ui" / "shell.py",
    lifespan=lifespan,
    middleware=[
        Middleware(Front, base=BASE, page=PAGE.read_text("utf-8")),
        Middleware(packed.Packed),
    ],
)
