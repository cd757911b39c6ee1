"""The cards of the gallery: a small picture, a sentence, and a link that opens the figure live."""

from __future__ import annotations

import html
from collections.abc import Container
from typing import Any
from urllib.parse import quote

import streamlit as st

from core.problems import impossible
from core.words import N_
from pages.lectures.figures import FIGURES, LECTURES, PAGES, TOPICS, Figure
from ui import link
from ui.text import translator

SIZE = (320, 200)  # of a picture; drawn twice as large, for sharp screens
STYLE = """<style>
ul.dl-gallery.dl-gallery { list-style: none; margin: 0; padding: 0; display: grid; gap: 1.2rem 1rem;
  grid-template-columns: repeat(auto-fill, minmax(min(100%, 15.5rem), 1fr)); }
ul.dl-gallery.dl-gallery > li { margin: 0; padding: 0; min-width: 0; }
.dl-gallery a { display: block; color: inherit; text-decoration: none; border-radius: .5rem; }
.dl-gallery img { display: block; width: 100%; height: auto; aspect-ratio: 8 / 5; border-radius: .5rem; margin-bottom: .45rem;
  border: 1px solid color-mix(in srgb, currentColor 18%, transparent); box-sizing: border-box; }
.dl-gallery a:hover strong { text-decoration: underline; }
.dl-gallery a:hover img { border-color: var(--st-primary-color, currentColor); }
.dl-gallery a:focus-visible { outline: 3px solid var(--st-primary-color, currentColor); outline-offset: 3px; }
.dl-gallery p { margin: .15rem 0 0; font-size: .92rem; line-height: 1.4; }
.dl-gallery p + p { font-size: .8rem; opacity: .78; }
</style>"""


def gallery() -> None:
    """Filters, and the figures that pass them."""
    _ = translator()
    st.subheader(_("Lectures"))
    st.markdown(_(INTRODUCTION))
    asked = [(field, st.query_params.get(field), list(known)) for field, known in (("lecture", LECTURES), ("topic", TOPICS))]
    link.complain(st.empty(), [impossible(field, value, known) for field, value, known in asked if value not in (None, *known)])
    left, right = st.columns([2, 3], gap="medium", vertical_alignment="bottom")
    names = {key: f"{key} · {_(name)}" for key, name in LECTURES.items()}
    with left:
        place = bound("lecture", LECTURES)
        lecture = st.selectbox(_("Lecture"), list(LECTURES), None, names.__getitem__, placeholder=_("All lectures"), **place)
    with right:
        topic = st.pills(_("Topic"), list(TOPICS), format_func=lambda key: _(TOPICS[key]), **bound("topic", TOPICS))
    found = chosen(lecture, topic)
    st.caption(_("{count} of {all} figures").format(count=len(found), all=len(FIGURES)))
    if found:
        st.html(STYLE + f'<ul class="dl-gallery">{"".join(map(card, found))}</ul>')
    else:
        st.info(_("This lecture shows nothing on this topic."))


def bound(field: str, known: Container[str]) -> dict[str, Any]:
    """What ties a widget to a field of the address: the address decides, the widget writes it.

    Streamlit's own binding would write the label, which is another one in every language.
    """
    key = f"gallery-{field}"
    asked = st.query_params.get(field, "")
    st.session_state[key] = asked if asked in known else None

    def write() -> None:
        if st.session_state[key]:
            st.query_params[field] = st.session_state[key]
        else:
            st.query_params.pop(field, None)

    return {"key": key, "on_change": write}


INTRODUCTION = N_(
    "Every figure of five lectures on training neural networks that can be shown here. The pictures are drawn by the software "
    "itself; a click opens one live, with its sliders."
)


def chosen(lecture: str | None, topic: str | None) -> list[Figure]:
    """The figures of a lecture on a topic, in order; None stands for all."""
    return [f for f in FIGURES if lecture in (None, *f.lectures) and topic in (None, f.topic)]


def card(figure: Figure) -> str:
    _, escape = translator(), html.escape
    name = _(figure.name)
    alt = _("Small picture: {name}").format(name=name)
    where = " · ".join([_(TOPICS[figure.topic]), _("lectures {list}").format(list=", ".join(figure.lectures))])
    picture = f'<img src="{escape(image(figure))}" width="{SIZE[0]}" height="{SIZE[1]}" loading="lazy" alt="{escape(alt)}">'
    whole = f'<a href="{escape(address(figure))}">{picture}<strong>{escape(name)}</strong></a>'
    return f"<li>{whole}<p>{escape(_(figure.sentence))}</p><p>{escape(where)}</p></li>"


def address(figure: Figure) -> str:
    """The page that shows a figure, in the language that was asked for."""
    asked = st.query_params.get("lang")
    return f"./{PAGES[figure.page]}?{encoded(figure.query)}" + (f"&lang={quote(asked)}" if asked else "")


def image(figure: Figure) -> str:
    theme = "dark" if st.context.theme.type == "dark" else "light"
    fields = [f"page={figure.page}", f"theme={theme}", f"size={2 * SIZE[0]}x{2 * SIZE[1]}"]
    fields += [f"show={figure.show}"] if figure.show else []
    return "./thumb.png?" + "&".join([*fields, encoded(figure.pictured)])


def encoded(query: str) -> str:
    """As it stands, but for what an address cannot hold."""
    return quote(query, safe="&=:,~%+-.*()/")
