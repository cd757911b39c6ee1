"""Mounts the player in a Streamlit page. The browser side is ES modules, served under /assets: what all pages share in this
folder, and `pages/<key>/player.js`, which exports `mount(root, options)` and, for Streamlit, a component as its default.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st
from streamlit.components.v2 import component

from ui.link import Request
from web.api import version
from web.assets import available

# Inline, so that it may import from a route; with a line break, or Streamlit would take it for the path of a file.
_ENTRY = """
const ready = new Map();
export default async (component) => {
  const { base, version, module } = component.data;
  const address = `${base}assets/${version}/${module}`;
  if (!ready.has(address)) {
    ready.set(address, import(new URL(address, location.origin).href));
  }
  return (await ready.get(address)).default(component);
};
"""


def _mount(css: str) -> Callable[..., Any]:
    return component("descent_player", html='<div class="dl-root"></div>', css=css, js=_ENTRY, isolate_styles=False)


def player(key: str, asked: Request, language: str, load: int, on_change: Callable[[], None]) -> str | None:
    """Draw the player of a page, and return the query of what it shows where a gesture has just changed it, else None.

    Args:
      key: of the page; its module is pages/<key>/player.js.
      asked: the value it starts from, and how it is shown. It keeps its own afterwards.
      language: the language it speaks.
      load: a counter; when it changes, the player drops what it has and takes `asked`.
      on_change: called before the page runs because of such a gesture.
    """
    base = "/" + "/".join(filter(None, [str(st.get_option("server.baseUrlPath")).strip("/"), ""]))
    settings = asked.settings
    data = {
        "page": key,
        "module": f"pages/{key}/player.js",
        "base": base,
        "version": version(),
        "query": asked.query,
        "view": settings["view"],
        "scale": settings["scale"],
        "axis": settings["axis"],
        "local": settings["local"],
        "present": settings["present"] == "1",
        "language": language,
        "lang": settings["lang"],
        "load": load,
    }
    css = available()["player/player.css"].read_text()
    return _mount(css)(key=key, data=data, on_query_change=on_change).query
