"""Every page of the registry: by itself at every size, in the lab with its share menu, and as a file without a network.

A page is loaded once for all that is looked at in one place: the window is resized, the language and the colours change, and
the measuring (measure.js, on the boxes of what is written) waits for the page to have followed.
"""

from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest
from lab import AT_REST
from playwright.sync_api import expect
from test_accessibility import PROBES, by_day_and_by_night, serious

from pages import PAGES

OPENED = {"errata": "entry=6", "lectures": "topic=rates"}  # a list has no slider, and all cards are alike
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
# Each slider by one stop, as while it is dragged, and the last one let go; how many there are.
MOVED = """
async () => {
  const names = [...document.querySelectorAll('input[type=range][data-param]')].map((slider) => slider.dataset.param);
  let slider;
  for (const name of names) {
    slider = document.querySelector(`input[type=range][data-param="${name}"]`);
    slider.value = Number(slider.value) + (slider.value === slider.max ? -1 : 1);
    slider.dispatchEvent(new Event('input', { bubbles: true }));
    await new Promise((done) => setTimeout(done, 30));
  }
  slider.dispatchEvent(new Event('change', { bubbles: true }));
  return names.length;
}
"""
# Every question takes longer than what the page does by itself meanwhile, such as saying where the playhead is.
SLOW = """
const plain = window.fetch;
window.fetch = (...given) => new Promise((done) => setTimeout(done, 600)).then(() => plain(...given));
"""
each = pytest.mark.parametrize("page", PAGES.values(), ids=PAGES)


def query_and_slider(page):
    """What the page opens with, and the slider that a file of it has."""
    query = OPENED.get(page.key, page.default)
    sliders = list(page.offline(page.parse(parse_qsl(query))[0]))
    return query, sliders[0] if sliders else None


def measured(lab, size):
    """What is wrong at this size, once the page has followed the window."""
    lab.page.set_viewport_size(dict(width=size[0], height=size[1]))
    lab.frames(2)
    lab.page.wait_for_function(FOLLOWED)
    lab.frames(2)
    return lab.page.evaluate(MEASURE)


def presented(lab) -> None:
    """By its key, and back by the same one."""
    lab.root.locator(".dl-frame").evaluate("(frame) => { frame.dataset.old = ''; }")
    lab.key("p")
    lab.until(f"return root && !root.querySelector('[data-old]') && {AT_REST}")


@each
def test_by_itself_it_is_laid_out_read_and_live(visit, page):
    """Nothing overlaps or is cut off, from a phone to a wall, and nobody is shut out: by day in English, in the hall,
    and by night in Chinese; its slider is live, and there is no session of Streamlit's.
    """
    query, slider = query_and_slider(page)
    lab = visit(f"/embed/{page.key}?{query}")
    wrong = [f"axe: {line}" for line in serious(lab)]

    def look(where: str, size: tuple[int, int]) -> dict:
        boxes = measured(lab, size)
        assert boxes["count"] > 5, "something is written"
        wrong.extend(f"{where} {size[0]}: {line}" for line in boxes["wrong"])
        return boxes

    for size in WIDTHS:
        look("en", size)
    presented(lab)
    smallest = look("hall", HALL)["smallest"]
    wrong += [f"axe in the hall: {line}" for line in serious(lab)]
    presented(lab)
    version = lab.version
    lab.page.emulate_media(color_scheme="dark")
    lab.press("language")
    lab.redrawn(version)
    for size in WIDTHS[1::2]:
        look("zh", size)
    wrong += [f"axe in the dark: {line}" for line in serious(lab, "color-contrast")]
    assert wrong == []
    assert smallest["size"] >= 24, smallest
    assert lab.messages == [], "no session of Streamlit's"
    if slider:
        before = lab.query
        with lab.holding(slider) as to:
            to(0.3)
            lab.until("return root.dataset.query !== given", before)
        assert lab.page.evaluate(MOVED) >= 1  # a script error in any of them fails the test
        lab.settled()
        assert lab.notice.count() == 0, "nothing to complain of"


@pytest.mark.parametrize("key", ["race", "training", "activations"])
def test_it_begins_anew_between_two_drawings(visit, key):
    """By night and in another language at once, over a slow line: neither draws into the other, nor speaks of what is gone."""
    lab = visit(f"/embed/{key}", script=SLOW)
    lab.frames(2)
    version = lab.version
    lab.page.emulate_media(color_scheme="dark")
    lab.key("ArrowLeft")
    lab.press("language")
    expect(lab.root).to_have_attribute("lang", "zh-CN")
    lab.key("ArrowLeft")
    lab.redrawn(version)
    lab.key("ArrowLeft")
    expect(lab.action("language")).to_have_text("English")
    assert lab.notice.count() == 0, "nothing to complain of"


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


def shared(lab, page) -> None:
    """The files of the share menu are there, and the link for students is that of the page by itself."""
    lab.settled()
    lab.press("share")
    kinds = lab.root.locator("[data-action^=export-]")
    expect(kinds.nth(2)).to_be_visible()
    addresses = [urlsplit(kinds.nth(i).get_attribute("href")) for i in range(kinds.count())]
    assert all(address.path.startswith((f"/export/{page.key}", f"/api/{page.key}")) for address in addresses)
    for address in addresses:  # each kind is made in tests/test_pages.py; here the query that all of them share is asked for
        if address.path.endswith((".json", ".csv", ".py")):
            assert lab.page.request.get(address.geturl()).status == 200, address
    if lab.action("copy-students").count():
        lab.press("copy-students")
        link = lab.page.evaluate("navigator.clipboard.readText()")
        assert f"/embed/{page.key}?" in link
        assert "controls=" not in link
    lab.key("Escape")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_in_the_lab_it_is_named_shared_and_nobody_is_shut_out(visit, language):
    """Each page in one of the languages, the first in both and by night too; formulas and code beneath it are open."""
    lab = visit("/healthz", ready=False, permissions=["clipboard-read", "clipboard-write"])
    lab.troubles.expect(*PROBES)
    violations = {}
    for number, page in enumerate(PAGES.values()):
        if number and number % 2 != (language == "zh"):
            continue
        query, _ = query_and_slider(page)
        lab.go(f"/{page.path}?{query}&lang={language}")
        heading = lab.root.get_by_role("heading", level=1)
        expect(heading).to_be_visible()
        expect(lab.page.locator("h1")).to_have_count(1)
        expect(lab.root.locator(".dl-sentence")).not_to_be_empty()
        if language == "en":
            expect(lab.page).to_have_title(f"{page.title} · Descent Lab")
        shared(lab, page)
        notes = lab.page.locator("[data-testid=stCheckbox] label")
        if notes.count():
            notes.click()
            expect(lab.page.locator("[data-testid=stExpander]").or_(lab.page.locator(".katex")).first).to_be_attached()
        violations[page.key] = serious(lab) if number else by_day_and_by_night(lab)
    assert not {key: lines for key, lines in violations.items() if lines}


@each
def test_a_file_of_it_needs_no_network_and_its_slider_is_live(visit, page, tmp_path):
    """With one slider, which is all of its controls."""
    query, slider = query_and_slider(page)
    lab = visit("/healthz", ready=False, first=True)
    reply = lab.page.request.get(f"{lab.server}/export/{page.key}?{query}" + (f"&controls={slider}" if slider else ""))
    assert reply.status == 200
    file = tmp_path / "page.html"
    file.write_bytes(reply.body())
    lab.page.goto("about:blank")  # or the icon of the page before would be missed
    lab.page.context.set_offline(True)
    asked = []
    lab.page.on("request", lambda request: asked.append(request.url))
    lab.page.goto(file.as_uri())
    lab.until("return root")
    if slider:
        expect(lab.root.locator("input[type=range][data-param]")).to_have_count(1)
        before = lab.query
        with lab.holding(slider) as to:
            to(0.3)
            lab.until("return root.dataset.query !== given", before)
    assert [url for url in asked if not url.startswith(("file:", "data:", "blob:"))] == []
