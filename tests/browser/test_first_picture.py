"""The first picture, what a visit costs in bytes, and what a move of a slider costs in elements: counted, not timed."""

import pytest
from lab import SWEPT
from playwright.sync_api import expect

PHONE = {"viewport": {"width": 390, "height": 844}, "device_scale_factor": 2, "is_mobile": True, "has_touch": True}
DESK = {"viewport": {"width": 1440, "height": 900}}
FRAME = {"viewport": {"width": 960, "height": 600}}
BOX = """(selector) => {
  const { x, y, width, height } = document.querySelector(selector).getBoundingClientRect();
  return [x, y, width, height];
}"""
LIVE = """() => {
  const { left, top } = document.querySelector('.dl-stage').getBoundingClientRect();
  const { xaxis, yaxis } = document.querySelector('.dl-stage .dl-plotly')._fullLayout;
  return [left + xaxis._offset, top + yaxis._offset, xaxis._length, yaxis._length];
}"""
COUNT = """() => {
  window.made = 0;
  for (const name of ['createElement', 'createElementNS', 'createTextNode']) {
    const plain = Document.prototype[name];
    Document.prototype[name] = function (...given) { window.made += 1; return plain.apply(this, given); };
  }
  // What is read aloud follows the last move after a while.
  const grown = ({ target, addedNodes }) => { if (!target.closest('[aria-live]')) window.made += addedNodes.length; };
  new MutationObserver((all) => all.forEach(grown))
    .observe(document.body, { subtree: true, childList: true });
}"""


class Held:
    """Plotly's bundle is kept back until it is let go: what is seen meanwhile is what a slow line shows."""

    def __init__(self, page):
        self.waiting, self.free = [], False
        page.route("**/plotly.min.js", lambda route: route.continue_() if self.free else self.waiting.append(route))

    def go(self) -> None:
        self.free = True
        for route in self.waiting:
            route.continue_()


@pytest.mark.parametrize(
    ("path", "options"),
    [
        ("/embed", DESK),
        ("/", DESK),
        ("/embed?controls=run0.lr", FRAME),
        ("/embed", PHONE),
    ],
    ids=["embed", "app", "frame", "phone"],
)
def test_the_drawing_stands_exactly_where_the_live_picture_comes(visit, path, options):
    lab = visit("/healthz", ready=False, **options)
    plotly = Held(lab.page)
    lab.page.goto(lab.server + path, wait_until="commit")  # without Plotly it is not loaded
    lab.page.wait_for_selector(".dl-root:not(.dl-layer) .dl-stage .dl-still img")  # the player has taken it over
    lab.page.wait_for_function("() => document.querySelector('.dl-still img').naturalWidth > 0")
    assert lab.page.locator("[data-player]").count() == 0
    expect(lab.page.locator("input[data-param='run0.lr']").first).to_be_visible()  # controls need no picture
    drawing = lab.page.evaluate(BOX, ".dl-still")
    plotly.go()
    lab.until("return root")
    assert lab.page.locator(".dl-still, .dl-layer, .dl-first").count() == 0
    assert lab.page.evaluate(LIVE) == pytest.approx(drawing, abs=2)


def test_the_drawing_is_there_before_any_script(visit):
    lab = visit("/healthz", ready=False, java_script_enabled=False)
    lab.troubles.expect(" csp$")  # a script that may not run
    for path in ("/embed?run=sgd", "/?run=sgd", "/embed/initialization", "/schedules"):
        lab.go(path, ready=False)
        image = lab.page.locator(".dl-still img")
        expect(image).to_be_visible()
        assert image.bounding_box()["width"] > 300


def test_the_numbers_are_asked_for_while_plotly_is_on_its_way(visit):
    lab = visit("/healthz", ready=False)
    plotly = Held(lab.page)
    with lab.page.expect_response(lambda reply: "/api/descent" in reply.url) as numbers:
        lab.page.goto(f"{lab.server}/embed", wait_until="commit")
    assert numbers.value.status == 200
    assert plotly.waiting
    assert lab.page.locator("[data-player]").count() == 0
    plotly.go()
    lab.until("return root")
    assert len(lab.asked) == 1  # once


@pytest.mark.parametrize(("path", "most"), [("/", 2_210_000), ("/embed", 1_500_000)])
def test_what_a_visit_costs_in_bytes(visit, path, most):
    lab = visit("/healthz", ready=False)
    first = _bytes(lab, path)
    assert sum(first.values()) <= most, sorted(first.items(), key=lambda item: -item[1])[:12]
    again = _bytes(lab, path)
    assert sum(again.values()) <= 100_000, sorted(again.items(), key=lambda item: -item[1])[:12]


def _bytes(lab, path: str) -> dict[str, int]:
    """Bytes that come over the line for a page, by address."""
    page = lab.page.context.new_page()
    lab.troubles.watch(page)
    session = lab.page.context.new_cdp_session(page)
    session.send("Network.enable")
    names, sizes = {}, {}
    session.on("Network.requestWillBeSent", lambda event: names.__setitem__(event["requestId"], event["request"]["url"]))
    session.on("Network.loadingFinished", lambda event: sizes.__setitem__(event["requestId"], int(event["encodedDataLength"])))
    page.goto(lab.server + path)
    page.wait_for_selector("[data-player]")
    page.wait_for_load_state("networkidle")
    page.close()
    return {f"{names[key]} {key}": size for key, size in sizes.items()}


def test_a_move_along_a_swept_slider_makes_no_element(visit):
    lab = visit("/embed?run=sgd&run=momentum&run=adam", script=SWEPT)
    with lab.holding("run0.lr") as to:
        lab.until("return window.swept")
        for along in (0.2, 0.6, 0.2):  # axes grow while a slider is held: all the way once
            to(along, 20)
            lab.frames(2)
        lab.frames(30)  # until what the last of them has asked for is drawn
        lab.page.evaluate(COUNT)
        version, before = lab.version, lab.table()
        to(0.6, 20)
        lab.frames(2)
        assert lab.version >= version + 10
        assert lab.table() != before
        assert lab.page.evaluate("() => window.made") == 0
