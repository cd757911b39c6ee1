"""What stands on the page "Check the lecture": the list with its verdicts, and one entry with its live experiment.

Not named after the page: Streamlit puts this folder on the path, where it would hide the package `errata`.
"""

from __future__ import annotations

import math
from collections import Counter
from functools import partial
from urllib.parse import parse_qsl

import numpy as np
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.query import number_text
from core.settings import PAGE_FIELDS
from core.types import Param
from core.words import N_
from engines.descent import codec
from errata import ERRATA
from errata._record import LECTURES, Entry, Outcome, Verdict, shown
from pages.errata import query as checks
from pages.errata.figures import draw
from pages.errata.query import Check
from ui import link
from ui.text import translator

COLOURS: dict[Verdict, str] = {"wrong": "red", "right": "green", "depends": "orange"}
LOG_STEPS = 60
read = partial(link.read, checks.parse, checks.pairs)


def mark(verdict: Verdict) -> str:
    """The verdict as a coloured word."""
    _ = translator()
    word = {"wrong": _("wrong"), "right": _("right"), "depends": _("depends")}[verdict]
    return f":{COLOURS[verdict]}[**{word}**]"


def to(check: Check | None, label: str, place: DeltaGenerator | None = None) -> None:
    """A link to an entry, or to the list."""
    (place or st).page_link(_script("errata"), label=label, query_params=_kept(checks.pairs(check)))


def _script(page: str) -> str:
    """Where a page's script is, seen from ui/shell.py."""
    return f"../pages/{page}/page.py"


def _kept(pairs: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """With the settings of this visit, which a link would lose: language, and whether it is a lecture."""
    shown = read().settings
    return [*pairs, *((field, shown[field]) for field in ("lang", "present") if shown[field] != PAGE_FIELDS[field][0])]


# The list ------------------------------------------------------------------------------------------------------------


def overview() -> None:
    """Every entry with its claim; a verdict appears as soon as its experiment has run."""
    _ = translator()
    st.subheader(_("Check the lecture"))
    st.markdown(_(INTRODUCTION))
    summary, rows, found = st.empty(), [], Counter()
    with _list():
        for entry in ERRATA.values():
            left, right = st.columns([3, 5], gap="medium", vertical_alignment="center")
            rows.append((left.empty(), entry))
            right.markdown(_(entry.claim))
    for place, entry in rows:
        found[_row(place, entry)] += 1
        summary.markdown(" · ".join(f"{found[verdict]} {mark(verdict)}" for verdict in COLOURS if found[verdict]))


INTRODUCTION = N_(
    "Twenty places where five lectures on training neural networks are wrong, contradict one another, or are right against "
    "appearances. Each is put to the test here, by the same code that draws the other pages: every number is computed when it "
    "is shown, and the verdict follows from the numbers. Open one to move its sliders."
)


def contents(current: Entry) -> None:
    """The list beside an entry."""
    _ = translator()
    with _list():
        to(None, _("All entries"))
        for entry in ERRATA.values():
            _row(st.empty(), entry, entry is current)


def _list() -> DeltaGenerator:
    """A place for links to this page, which would all be marked as the current one."""
    st.html(
        """<style>
        .st-key-errata [data-testid^=stPageLink] a { background: none; height: auto; }
        .st-key-errata [data-testid^=stPageLink] a:hover { text-decoration: underline; }
        .st-key-errata [data-testid^=stPageLink] a :is(span, p) { font-weight: 400; white-space: normal; }
        .st-key-errata [data-testid^=stPageLink] a strong { font-weight: 700; }
        .st-key-errata [data-testid=stHorizontalBlock] { row-gap: 0; }
        </style>"""
    )
    return st.container(key="errata", gap="xsmall")


def _row(place: DeltaGenerator, entry: Entry, current: bool = False) -> Verdict:
    """Link and verdict, at the entry's default values."""
    verdict = checks.verdict(checks.usual(entry))
    title = f"{entry.number} · {translator()(entry.title)}"
    to(checks.usual(entry), f"{'**' + title + '**' if current else title} {mark(verdict)}", place)
    return verdict


# One entry -----------------------------------------------------------------------------------------------------------


def show(check: Check) -> None:
    """Claim, experiment, verdict, and what to write instead."""
    _, entry = translator(), check.entry
    st.subheader(f"{entry.number} · {_(entry.title)}")
    st.markdown(sources(entry))
    st.markdown("**" + _("The claim") + "**  \n" + _(entry.claim))
    st.markdown("**" + _("The test") + "**  \n" + _(entry.tested))
    sliders(check)
    found = checks.outcome(check)
    verdict = checks.verdict(check)
    finding = _(entry.findings[verdict]).format(**checks.words(check, found))
    st.markdown("**" + _("The verdict:") + "** " + mark(verdict) + "  \n" + finding)
    experiment(entry, found)
    instead(check)


def sources(entry: Entry) -> str:
    """The lectures that say so, in small print; a caption of Streamlit's is too pale to read."""
    _ = translator()
    names = " · ".join(_(LECTURES[key]) for key in entry.lectures)
    return ":small[" + _("In: {lectures}").format(lectures=names) + "]"


def experiment(entry: Entry, found: Outcome) -> None:
    """The numbers beside their picture, or beneath where there are two."""
    _, count = translator(), len(entry.pictures)
    places = st.columns([2, 3] if count == 1 else count, gap="medium")
    for place, picture, lines in zip(places[-count:], entry.pictures, found.pictures, strict=True):
        alt = _("{y} against {x}").format(x=_(picture.x), y=_(picture.y))
        place.plotly_chart(draw(picture, lines, _), config=dict(displayModeBar=False), alt=alt)
    st.html("<style>[data-testid=stMarkdownContainer] td:not(:first-child) { white-space: nowrap; }</style>")
    (places[0] if count == 1 else st).markdown(table(entry, found))


def instead(check: Check) -> None:
    """What to write in place of the claim, and where the app shows it in motion."""
    _, entry = translator(), check.entry
    st.markdown("**" + _("Write instead") + "**  \n" + _(entry.instead))
    for formula in entry.latex:
        st.latex(formula)
    if entry.code:
        st.code(entry.code, language="python", wrap_lines=True)
    live = checks.live(check)
    if live:
        query = _kept(parse_qsl(live.query))
        label, icon = _("See it move, with these values"), ":material/play_arrow:"
        st.page_link(_script(live.page), label=label, icon=icon, query_params=query)


def table(entry: Entry, found: Outcome) -> str:
    """The numbers in Markdown: measured, and by theory where there is one."""
    _ = translator()
    lines = ["| | " + _("computed") + " | " + _("theory") + " |", "|:--|--:|--:|"]
    for quantity in entry.quantities:
        theory = shown(found.theory[quantity.key]) if quantity.key in found.theory else ""
        lines.append(f"| {_(quantity.name)} | {shown(found.numbers[quantity.key])} | {theory} |")
    return "\n".join(lines)


# Sliders -------------------------------------------------------------------------------------------------------------


def sliders(check: Check) -> None:
    """A slider per parameter, which writes its value into the address."""
    params = check.entry.params
    width = max(2, min(3, len(params)))
    for row in range(0, len(params), width):
        for place, param in zip(st.columns(width, gap="medium"), params[row : row + width], strict=False):
            with place:
                slider(check, param)


def slider(check: Check, param: Param) -> None:
    """The address decides where it stands: it is set before it is drawn, each time."""
    key, value = f"errata-{check.entry.number}-{param.key}", dict(check.values)[param.key]
    label, moved = f"${param.symbol}$ · {translator()(param.help)}", partial(_moved, check, param, key)
    whole = param.scale == "int"
    st.session_state[key] = int(value) if whole else value
    if param.scale == "log":
        grid = [float(f"{v:.2g}") for v in np.geomspace(param.low, param.high, LOG_STEPS)]
        options = sorted({*grid, param.low, param.high, param.default, value})
        st.select_slider(label, options, key=key, format_func=number_text, on_change=moved)
    elif whole:
        st.slider(label, int(param.low), int(param.high), key=key, on_change=moved)
    else:
        digits = 2 - math.floor(math.log10(param.high - param.low))
        written = f"%.{max(digits, _decimals(value))}f"
        st.slider(label, param.low, param.high, step=10.0**-digits, key=key, format=written, on_change=moved)


def _decimals(value: float) -> int:
    """How many decimals it takes to write a value, up to six."""
    return len(f"{value:.6f}".rstrip("0").partition(".")[2])


def _moved(check: Check, param: Param, key: str) -> None:
    value = float(f"{st.session_state[key]:.10g}")  # 0.3, where a slider says 0.30000000000000004
    link.write(codec.encode(_kept(checks.pairs(check.within(**{param.key: value})))))
