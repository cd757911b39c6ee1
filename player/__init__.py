"""Mounts the player in a Streamlit page. The browser side is ES modules, served under /assets: what all pages share in this
folder, and `pages/<key>/player.js`, which exports `mount(root, options)` and, for Streamlit, a component as its default.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st
from streamlit.components.v2 import component

from web.api import version

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


def player(
    query: str, settings: dict[str, str], language: str, load: int, on_change: Callable[[], None], page: str
) -> str | None:
    """Draw the player, and return the query of what it shows where a gesture has just changed it, else None.

    Args:
      query: the experiment it starts from. It keeps its own afterwards.
      settings: `view`, `scale`, `lang`, `present` (see core.settings).
      language: the language it speaks.
      load: a counter; when it changes, the player drops what it has and takes `query`.
      on_change: called before the page runs because of such a gesture.
      page: the key of the page, whose folder has the module that shows it.
    """
    from web.assets import available

    base = "/" + "/".join(filter(None, [str(st.get_option("server.baseUrlPath")).strip("/"), ""]))
    data = {
        "page": page,
        "module": f"pages/{page}/player.js",
        "base": base,
        "version": version(),
        "query": query,
        "view": settings["view"],
        "scale": settings["scale"],
        "present": settings["present"] == "1",
        "language": language,
        "lang": settings["lang"],
        "load": load,
    }
    css = available()["player/player.css"].read_text()
    return _mount(css)(key=page, data=data, on_query_change=on_change).query
