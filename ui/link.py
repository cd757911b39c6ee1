"""The address bar: what it asks for, and how it is kept up to date. A page whose address is its value goes by here."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple
from urllib.parse import parse_qsl

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core import settings
from core.page import Page
from core.problems import Problem
from core.query import encode, grouped
from ui.text import translator


class Request(NamedTuple):
    """What the address asks for: the valid part of it, and the rest as problems."""

    value: Any  # what the page's codec makes of it: an experiment, networks, …
    settings: dict[str, str]
    problems: list[Problem]
    query: str  # the value in its shortest form


def come_back(key: str) -> None:
    """A page that was left by a tab of the menu is found again as it was: its tab alone says nothing of what it showed.

    Only an empty address on another page than the last run's is such a tab; a link, and Back, say what they want.
    """
    left, now = st.session_state.get("page"), list(_pairs())
    shown = st.session_state.setdefault("shown", {})
    st.session_state["page"] = key
    if left in (None, key) or now:
        shown[key] = encode(now)
    elif shown.get(key):
        write(shown[key])


def read(page: Page) -> Request:
    """The address, by the codec of a page."""
    shown = settings.split(_pairs(), page.settings)
    value, problems = page.parse(shown.rest or parse_qsl(page.default))
    return Request(value, shown.settings, [*shown.problems, *problems], encode(page.pairs(value)))


def complain(place: DeltaGenerator, problems: list[Problem]) -> None:
    """Name what could not be used, in a place above the picture."""
    if problems:
        _ = translator()
        lines = "\n".join(f"- {problem.text(_)}" for problem in problems)
        place.warning(_("Part of this link could not be used; the rest is shown.") + "\n" + lines)


def _pairs() -> Iterator[tuple[str, str]]:
    for key in st.query_params:
        yield from ((key, value) for value in st.query_params.get_all(key))


def write(query: str) -> None:
    """Put a query string into the address bar."""
    wanted: dict[str, list[str]] = {}
    for key, value in parse_qsl(query, keep_blank_values=True):
        wanted.setdefault(key, []).append(value)
    st.query_params.from_dict(wanted)


def refresh() -> None:
    """Bring the address bar up to date: a link to the page that is already open leaves it as it was.

    Does nothing in the browser where it says the same already.
    """
    st.query_params.from_dict(grouped(_pairs()))


def loads(key: str) -> int:
    """How often the address has changed other than by `echo`: by a link, by hand, by Back.

    A run that the player asked for is never one: on a slow line it carries the address of before the last echo.
    """
    now = sorted(_pairs())
    state = st.session_state.setdefault(f"{key}-address", {"seen": now, "count": 0})
    if now != state["seen"]:
        state["seen"], state["count"] = now, state["count"] + (not st.session_state.get(f"{key}-told"))
    st.session_state[f"{key}-told"] = False
    return state["count"]


def told(key: str) -> None:
    """The player has something to say: the callback that runs before the page does."""
    st.session_state[f"{key}-told"] = True


def echo(key: str, query: str) -> None:
    """The player changed: follow it in the address bar, without that counting as a load."""
    write(query)
    st.session_state.setdefault("shown", {})[key] = query
    count = st.session_state.get(f"{key}-address", {}).get("count", 0)
    st.session_state[f"{key}-address"] = {"seen": sorted(_pairs()), "count": count}
