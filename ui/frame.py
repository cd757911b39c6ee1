"""The frame of every page: read the address, draw, follow what the player says, and let the page add its notes beneath."""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import streamlit as st

from core.page import Page
from player import player
from ui import link
from ui.rule import describe
from ui.text import language, translator

Write = Callable[[Any, Callable[[str], str], Callable[..., None]], None]


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
    if asked.settings["present"] == "1":
        return
    for write in written(page):
        write(asked.value, translator(), describe)


def written(page: Page) -> Iterator[Write]:
    """What stands under a page's player: what to look for, and `notes` of its page.py; the rest where somebody asks for it.

    A formula, a font of icons and a listing of code each bring a megabyte of scripts, which a first visit is better without.
    """
    name, _ = f"pages.{page.key}.page", translator()
    module = importlib.import_module(name) if importlib.util.find_spec(name) else None
    if page.look_for:
        yield partial(_look_for, page)
    if notes := getattr(module, "notes", None):
        yield notes
    more = [partial(_formulas, page)] if page.formulas else []
    more += filter(None, [getattr(module, "more", None)])
    if more and st.toggle(_("Formulas, sources and code"), key="more"):
        yield from more


def _look_for(page: Page, _value: Any, _: Callable[[str], str], _describe: Callable[..., None]) -> None:
    st.subheader(_("What to look for"))
    st.markdown(_(page.look_for))


def _formulas(page: Page, _value: Any, _: Callable[[str], str], _describe: Callable[..., None]) -> None:
    for name, latex in page.formulas:
        st.markdown(f"{_(name)}: ${latex}$")
    st.caption(page.sources)
