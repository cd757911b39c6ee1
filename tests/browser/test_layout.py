"""Nothing overlaps and nothing is cut off, from a phone to a wall, on any page; measured on the boxes of what is written.

One load for each page and language: the window is resized, and the measuring waits for the page to have followed.
"""

from pathlib import Path

import pytest
from test_every_page import query_and_slider

from pages import PAGES

WIDTHS = ((1920, 1080), (1440, 900), (1024, 768), (960, 600), (768, 1024), (390, 844), (320, 640))
HALL = (1280, 720)
MEASURE = (Path(__file__).parent / "measure.js").read_text("utf-8")
# Every picture is as wide as the place it stands in.
FOLLOWED = """
() => [...document.querySelectorAll('.js-plotly-plot')].every((plot) => {
  const box = plot.getBoundingClientRect();
  return !box.width || Math.abs(plot._fullLayout?.width - box.width) < 1.5;
})
"""
each = pytest.mark.parametrize("page", PAGES.values(), ids=PAGES)


def measured(lab, size):
    """What is wrong at this size, once the page has followed the window."""
    lab.page.set_viewport_size(dict(width=size[0], height=size[1]))
    lab.frames(2)
    lab.page.wait_for_function(FOLLOWED)
    lab.frames(2)
    return lab.page.evaluate(MEASURE)


@each
def test_nothing_overlaps_or_is_cut_off(visit, page):
    """By day in English; then, without another load, by night in Chinese."""
    query, _ = query_and_slider(page)
    lab = visit(f"/embed/{page.key}?{query}")
    wrong = []
    for language, sizes in (("en", WIDTHS), ("zh", WIDTHS[1::2])):
        if language == "zh":
            version = lab.version
            lab.page.emulate_media(color_scheme="dark")
            lab.press("language")
            lab.redrawn(version)
        for size in sizes:
            found = measured(lab, size)
            assert found["count"] > 5, "something is written"
            wrong += [f"{language} {size[0]}: {line}" for line in found["wrong"]]
    assert wrong == []


@each
def test_in_the_hall_the_last_row_reads_it(visit, page):
    query, _ = query_and_slider(page)
    lab = visit(f"/embed/{page.key}?{query}&present=1", viewport={"width": HALL[0], "height": HALL[1]})
    found = measured(lab, HALL)
    assert found["wrong"] == []
    assert found["smallest"]["size"] >= 24, found["smallest"]


def test_what_overlaps_is_found(visit):
    """The measuring itself: a word that is put over another one, and one beyond the edge."""
    lab = visit("/embed?run=sgd")
    assert lab.page.evaluate(MEASURE)["wrong"] == []
    lab.page.evaluate(
        "for (const [text, left] of [['over', 20], ['beyond', innerWidth - 10]]) {"
        " const word = document.createElement('span'); word.textContent = text;"
        " Object.assign(word.style, {position: 'absolute', left: left + 'px', top: '4px'});"
        " document.querySelector('[data-player]').append(word); }"
    )
    wrong = lab.page.evaluate(MEASURE)["wrong"]
    assert any(line.startswith("overlap") and "over" in line for line in wrong)
    assert any(line.startswith("off the page") for line in wrong)
