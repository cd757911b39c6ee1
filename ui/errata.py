"""What stands on the page "Check the lecture": the list with its verdicts, and one entry with its live experiment."""

from __future__ import annotations

import math
from collections import Counter
from functools import partial
from urllib.parse import parse_qsl

import numpy as np
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core import codec
from core import errata as checks
from core.entry import LECTURES, Entry, Outcome, Verdict, shown
from core.errata import Check
from core.reader import number_text
from core.settings import PAGE_FIELDS
from core.types import Param
from errata import ERRATA
from figures.errata import draw
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


def to(check: Check, label: str, place: DeltaGenerator | None = None) -> None:
    """A link to an entry, or to the list."""
    (place or st).page_link("../pages/errata.py", label=label, query_params=_kept(checks.pairs(check)))


def _kept(pairs: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """With the settings of this visit, which a link would lose: language, and whether it is a lecture."""
    shown = read().settings
    return [*pairs, *((field, shown[field]) for field in ("lang", "present") if shown[field] != PAGE_FIELDS[field][0])]


# The list ------------------------------------------------------------------------------------------------------------


def overview() -> None:
    """Every entry with its claim; a verdict appears as soon as its experiment has run."""
    _ = translator()
    st.header(_("Check the lecture"))
    st.markdown(_(INTRODUCTION))
    summary = st.empty()
    rows = []
    for entry in ERRATA.values():
        left, right = st.columns([3, 4], gap="medium", vertical_alignment="center")
        rows.append((left.empty(), entry))
        right.markdown(_(entry.claim))
    verdicts = [_row(place, entry) for place, entry in rows]
    found = Counter(verdicts)
    summary.markdown(" · ".join(f"{found[verdict]} {mark(verdict)}" for verdict in COLOURS if found[verdict]))


INTRODUCTION = (
    "Twenty places where five lectures on training neural networks are wrong, contradict one another, or are right against "
    "appearances. Each is put to the test here, by the same code that draws the other pages: every number is computed when it "
    "is shown, and the verdict follows from the numbers. Open one to move its sliders."
)


def contents(current: Entry) -> None:
    """The list beside an entry."""
    _ = translator()
    to(Check(), _("All entries"))
    for entry in ERRATA.values():
        _row(st.empty(), entry, entry is current)


def _row(place: DeltaGenerator, entry: Entry, current: bool = False) -> Verdict:
    """Link and verdict, at the entry's default values."""
    verdict = checks.verdict(checks.usual(entry))
    title = f"{entry.number} · {translator()(entry.title)}"
    to(Check(entry), f"{'**' + title + '**' if current else title} {mark(verdict)}", place)
    return verdict


# One entry -----------------------------------------------------------------------------------------------------------


def show(check: Check) -> None:
    """Claim, experiment, verdict, and what to write instead."""
    _, entry = translator(), check.entry
    assert entry
    st.header(f"{entry.number} · {_(entry.title)}")
    st.caption(_("In: {lectures}").format(lectures=" · ".join(_(LECTURES[key]) for key in entry.lectures)))
    st.markdown("**" + _("The claim") + "**  \n" + _(entry.claim))
    st.markdown("**" + _("The test") + "**  \n" + _(entry.tested))
    sliders(check)
    found = checks.outcome(check)
    verdict = entry.judge(found.numbers)
    finding = _(entry.findings[verdict]).format(**checks.words(check, found))
    st.markdown("**" + _("The verdict") + "** " + mark(verdict) + "  \n" + finding)
    left, right = st.columns([2, 3], gap="medium")
    with left:
        st.markdown(table(entry, found))
    with right:
        for picture, lines in zip(entry.pictures, found.pictures, strict=True):
            alt = _("{y} against {x}").format(x=_(picture.x), y=_(picture.y))
            st.plotly_chart(draw(picture, lines, _), config=dict(displayModeBar=False), alt=alt)
    instead(check, found)


def instead(check: Check, found: Outcome) -> None:
    """What to write in place of the claim, and where the app shows it in motion."""
    _, entry = translator(), check.entry
    assert entry
    st.markdown("**" + _("Write instead") + "**  \n" + _(entry.instead))
    for formula in entry.latex:
        st.latex(formula)
    if entry.code:
        st.code(entry.code, language="python", wrap_lines=True)
    live = checks.live(check)
    if live:
        query = _kept(parse_qsl(live.query))
        st.page_link(f"../pages/{live.page}.py", label=_("See it move, with these values"), query_params=query)


def table(entry: Entry, found: Outcome) -> str:
    """The numbers in Markdown: measured, and by theory where there is one."""
    _ = translator()
    lines = [f"| | {_('computed')} | {_('theory')} |", "|:--|--:|--:|"]
    for quantity in entry.quantities:
        theory = shown(found.theory[quantity.key]) if quantity.key in found.theory else ""
        lines.append(f"| {_(quantity.name)} | {shown(found.numbers[quantity.key])} | {theory} |")
    return "\n".join(lines)


# Sliders -------------------------------------------------------------------------------------------------------------


def sliders(check: Check) -> None:
    """A slider per parameter, which writes its value into the address."""
    params = check.entry.params if check.entry else ()
    if params:
        places = st.columns(max(2, min(3, len(params))), gap="medium")
        for i, param in enumerate(params):
            with places[i % len(places)]:
                slider(check, param)


def slider(check: Check, param: Param) -> None:
    """The address decides where it stands: it is set before it is drawn, each time."""
    assert check.entry
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
        shown = f"%.{max(digits, _decimals(value))}f"
        st.slider(label, param.low, param.high, step=10.0**-digits, key=key, format=shown, on_change=moved)


def _decimals(value: float) -> int:
    """How many decimals it takes to write a value, up to six."""
    return len(f"{value:.6f}".rstrip("0").partition(".")[2])


def _moved(check: Check, param: Param, key: str) -> None:
    link.write(codec.encode(_kept(checks.pairs(check.within(**{param.key: float(st.session_state[key])})))))
