"""The frame of every page: title, width, navigation."""

from functools import partial

import streamlit as st

from core.page import FIRST
from pages import PAGES
from ui import frame
from ui.text import translator

_ = translator()
st.set_page_config(page_title="Descent Lab", layout="wide", initial_sidebar_state="collapsed")
st.html(
    """<style>
    [data-testid=stMainBlockContainer] { padding: 2.6rem 1.4rem 2rem; }
    [data-testid=stMainBlockContainer]:has(.dl-present) { padding-top: 0.6rem; }
    body:has(.dl-present) [data-testid=stHeader] { display: none; }
    body:has(.dl-present) [data-testid=stMain]:focus-visible { box-shadow: none; outline: none; }
    [data-testid=stHeader], [data-testid=stToolbar] { height: 2.4rem; min-height: 0; }
    @media (max-width: 640px) {
      [data-testid=stMainBlockContainer] { padding-top: 3rem; }
      [data-testid=stHeader], [data-testid=stToolbar] { height: 3rem; }
    }
    [data-testid=stTopNavLink]:focus-visible, [data-testid=stSidebarNavLink]:focus-visible, [role=tab]:focus-visible {
      outline: 2px solid var(--st-primary-color, #0072b2); outline-offset: -2px; }
    [data-testid=stAppDeployButton] { display: none; }
    </style>"""
)
pages = [
    st.Page(partial(frame.show, page), title=_(page.title), url_path=page.key, default=page.key == FIRST)
    for page in PAGES.values()
]
chosen = st.navigation(pages, position="hidden" if st.query_params.get("present") == "1" else "top")
st.set_page_config(page_title=f"{chosen.title} · Descent Lab")
chosen.run()
