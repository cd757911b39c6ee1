"""The frame of every page: title, width, navigation."""

import streamlit as st

from ui.text import translator

_ = translator()
st.set_page_config(page_title="Descent Lab", layout="wide", initial_sidebar_state="collapsed")
st.html(
    """<style>
    [data-testid=stMainBlockContainer] { padding: 0.6rem 1.4rem 2rem; }
    [data-testid=stHeader] { background: transparent; height: 0; min-height: 0; }
    [data-testid=stAppDeployButton] { display: none; }
    </style>"""
)
st.navigation([st.Page("../pages/race.py", title=_("The race"), default=True)], position="hidden").run()
