"""The address bar: what it asks for, and how it is kept up to date. The only place that touches st.query_params."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import parse_qsl

import streamlit as st

from core import codec, settings
from core.experiment import Experiment
from core.problems import Problem


class Request(NamedTuple):
    """What the address asks for: the valid part of it, and the rest as problems."""

    experiment: Experiment
    settings: dict[str, str]
    problems: list[Problem]
    query: str  # the experiment in its shortest form


def read() -> Request:
    pairs = list(_pairs())
    shown, problems = settings.read([pair for pair in pairs if pair[0] in settings.PAGE_FIELDS])
    experiment, more = codec.parse([pair for pair in pairs if pair[0] not in settings.PAGE_FIELDS])
    return Request(experiment, shown, problems + more, codec.encode(codec.pairs(experiment)))


def _pairs() -> Iterator[tuple[str, str]]:
    for key in st.query_params:
        yield from ((key, value) for value in st.query_params.get_all(key))


def write(query: str) -> None:
    """Put a query string of the player's into the address bar."""
    wanted: dict[str, list[str]] = {}
    for key, value in parse_qsl(query, keep_blank_values=True):
        wanted.setdefault(key, []).append(value)
    st.query_params.from_dict(wanted)


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
    count = st.session_state.get(f"{key}-address", {}).get("count", 0)
    st.session_state[f"{key}-address"] = {"seen": sorted(_pairs()), "count": count}
