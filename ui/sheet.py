"""The frame of every page with a player: read the address, draw, follow what the player says, explain beneath."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import streamlit as st

from player import player
from ui import link
from ui.text import language


def show(page: str, read: Callable[[], link.Request], explain: Callable[[link.Request], None]) -> None:
    """Draw the player of `page`, and under it what `explain` writes about what is shown.

    In a fragment, so that a gesture in the player runs only this again.
    """
    asked, notice = read(), st.empty()
    told = partial(link.told, page)
    changed = player(asked.query, asked.settings, language(), link.loads(page), told, page)
    if changed is not None:
        link.echo(page, changed)
        asked = read()
    link.complain(notice, asked.problems)
    if asked.settings["present"] != "1":
        explain(asked)
