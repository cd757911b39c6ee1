"""Descent Lab: `streamlit run app.py`.

An ASGI app: Streamlit's pages (ui/shell.py), and beside them the routes that the player and everyone else read numbers from.
"""

from contextlib import asynccontextmanager
from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware

from web import assets, figures, first, packed, warm
from web.embed import Framing
from web.routes import ROUTES


@asynccontextmanager
async def lifespan(app):
    """Compile in the background while the first visitor is still reading."""
    with warm.in_background(first.ready, figures.drawing, assets.ready, packed.ready):
        yield


app = st.App(
    Path(__file__).parent / "ui" / "shell.py",
    lifespan=lifespan,
    routes=ROUTES,
    middleware=[Middleware(Framing), Middleware(packed.Packed)],
)
