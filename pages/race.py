"""The race: one surface, several optimizers, side by side."""

from functools import partial

import streamlit as st

from player import player
from ui import explain, link
from ui.text import language, translator

KEY = "race"


@st.fragment
def race() -> None:
    _ = translator()
    asked, notice = link.read(), st.empty()
    changed = player(asked.query, asked.settings, language(), link.loads(KEY), partial(link.told, KEY), key=KEY)
    if changed is not None:
        link.echo(KEY, changed)
        asked = link.read()
    if asked.problems:
        lines = "\n".join(f"- {problem.text(_)}" for problem in asked.problems)
        notice.warning(_("Part of this link could not be used; the rest is shown.") + "\n" + lines)
    if asked.settings["present"] != "1":
        explain.race(asked.experiment, asked.query)


race()
