"""Descent Lab: `streamlit run app.py`.

An ASGI app: Streamlit's pages (ui/shell.py), and beside them the routes that the player and everyone else read numbers from.
"""

from contextlib import asynccontextmanager
from pathlib import Path

import streamlit as st

from core import warm
from web import api, assets, embed, figures


@asynccontextmanager
async def lifespan(app):
    """Compile in the background while the first visitor is still reading."""
    with warm.in_background(figures.drawing):
        yield


app = st.App(
    Path(__file__).parent / "ui" / "shell.py",
    lifespan=lifespan,
    routes=[*api.ROUTES, *assets.ROUTES, *embed.ROUTES, *figures.ROUTES],
)
