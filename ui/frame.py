"""The frame of every page: read the address, draw, follow what the player says, and let the page add its notes beneath."""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Callable
from functools import partial
from typing import Any

import streamlit as st

from core.page import Page
from player import player
from ui import link
from ui.rule import describe
from ui.text import language, translator


def show(page: Page) -> None:
    """Draw a page. Its notes are in a fragment with the player, so that a gesture there runs only this again."""
    link.come_back(page.key)
    st.fragment(_show)(page)


def _show(page: Page) -> None:
    asked, notice = link.read(page), st.empty()
    changed = player(page.key, asked, language(), link.loads(page.key), partial(link.told, page.key))
    if changed is not None:
        link.echo(page.key, changed)
        asked = link.read(page)
    link.complain(notice, asked.problems)
    write = notes(page.key)
    if write and asked.settings["present"] != "1":
        write(asked.value, translator(), describe)


def notes(key: str) -> Callable[[Any, Callable[[str], str], Callable[..., None]], None] | None:
    """What a page writes under its player, where it has something to say: `notes` in pages/<key>/page.py."""
    name = f"pages.{key}.page"
    return importlib.import_module(name).notes if importlib.util.find_spec(name) else None
