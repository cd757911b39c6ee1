"""Everything that can be dragged is drawn while it is dragged; the address follows when it is let go."""

import re

import pytest
from playwright.sync_api import expect

# A slow line: every answer to a question for numbers takes 150 ms more; the most questions open at once are recorded.
SLOW = """
const quick = window.fetch;
window.most = 0;
let open = 0;
window.fetch = async (url, ...rest) => {
  if (!String(url).includes('/api/descent')) return quick(url, ...rest);
  window.most = Math.max(window.most, ++open);
  try {
    const reply = await quick(url, ...rest);
    await new Promise((done) => setTimeout(done, 150));
    return reply;
  } finally {
    open -= 1;
  }
};
"""
RIGHT = "document.querySelector('.dl-stage .dl-plotly')._fullLayout.xaxis.range[1]"
# Forty events of a thumb that is dragged faster than any line can answer.
SWEEP = """(slider) => {
  for (let k = 1; k <= 40; k += 1) {
    slider.value = 300 + 5 * k;
    slider.dispatchEvent(new Event('input', { bubbles: true }));
  }
}"""


def test_dragging_a_rate_redraws_before_it_is_let_go(visit):
    lab = visit("/")
    lab.settled()
    before, sent, asked = lab.seen(), len(lab.messages), len(lab.asked)
    with lab.holding("run0.lr") as to:
        to(0.3, moves=12)
        lab.redrawn(before.version)
        lab.until("return root.dataset.query.includes('sgd:lr=')")
        now = lab.seen()
        assert now.paths != before.paths
        assert now.surface == before.surface
        assert now.address == before.address
        assert lab.messages[sent:] == []
        assert 1 <= len(lab.asked) - asked <= 13
    lab.page.wait_for_url(lambda url: url != before.address)
    lab.settled()
    assert lab.address["run"][0] == lab.asks["run"][0] != "sgd"


def test_a_slow_line_has_one_question_open_and_ends_at_the_last_value(visit):
    lab = visit("/embed", script=SLOW)
    asked, address = len(lab.asked), lab.page.url
    lab.slider("run0.lr").evaluate(SWEEP)
    lab.until("return root.dataset.query.includes(`sgd:lr=${given}`)", lab.number("run0.lr").input_value())
    assert len(lab.asked) - asked == 2  # the first, and the last of those that came meanwhile
    assert lab.page.evaluate("most") == 1
    assert lab.page.url == address


def test_every_kind_of_parameter_is_live(visit):
    lab = visit("/?noise=gaussian:scale=5")
    for param in ("run1.rho", "run2.b1", "surface.kappa", "surface.angle", "noise.scale"):
        lab.settled()
        before, query, sent = lab.seen(), lab.query, len(lab.messages)
        with lab.holding(param) as to:
            to(0.8)
            lab.redrawn(before.version)
            lab.until("return root.dataset.query !== given", query)
            lab.frames(10)
            now = lab.seen()
            assert now.paths != before.paths, param
            assert (now.surface != before.surface) == param.startswith("surface."), param
            assert now.address == before.address, param
            assert lab.messages[sent:] == [], param
        lab.page.wait_for_url(lambda url, old=before.address: url != old)


def test_the_size_of_a_minibatch_is_live(visit):
    lab = visit("/embed?surface=least_squares&run=sgd")
    before = lab.seen()
    with lab.holding("surface.batch") as to:
        to(0.9)
        lab.redrawn(before.version)
        assert lab.seen().paths != before.paths
        assert lab.page.url == before.address
    lab.page.wait_for_url(lambda url: "batch=" in url)


def test_a_switch_of_the_surface_redraws_it(visit):
    lab = visit("/embed?surface=logistic")
    before = lab.seen()
    lab.root.locator('[data-param="surface.normalized"]').click()
    lab.redrawn(before.version)
    lab.settled()
    lab.frames(10)
    assert lab.seen().surface != before.surface
    assert lab.address["surface"] == ["logistic:normalized=true"]


def test_the_start_is_dragged(visit):
    lab = visit("/")
    lab.settled()
    before, sent = lab.seen(), len(lab.messages)
    with lab.holding_the_start() as to:
        to(0.7, 0.2)
        lab.redrawn(before.version)
        lab.until("return root.dataset.query.includes('start=')")
        now = lab.seen()
        assert now.paths != before.paths
        assert now.address == before.address
        assert lab.messages[sent:] == []
    lab.page.wait_for_url(lambda url: "start=" in url)
    lab.settled()
    x, y = map(float, lab.asks["start"][0].split(","))
    assert x > 2
    assert y > 2


def test_the_start_stays_where_it_is_let_go_on_a_slow_line(visit):
    lab = visit("/embed", script=SLOW)
    with lab.holding_the_start() as to:
        to(0.7, 0.2)
    lab.page.wait_for_url(lambda url: "start=" in url)
    lab.settled()
    x, y = map(float, lab.asks["start"][0].split(","))
    assert x > 2
    assert y > 2


def test_a_click_on_the_picture_moves_the_start(visit):
    lab = visit("/embed")
    before = lab.seen()
    lab.page.mouse.click(*lab.on_stage(0.3, 0.75))
    lab.redrawn(before.version)
    lab.settled()
    x, y = map(float, lab.address["start"][0].split(","))
    assert x < -2
    assert y < -2
    assert lab.seen().paths != before.paths


def test_the_start_is_moved_with_the_keyboard(visit):
    lab = visit("/embed")
    before = lab.seen()
    expect(lab.handle).to_have_accessible_name(re.compile("Start point"))
    lab.handle.focus()
    lab.key("ArrowRight")
    lab.redrawn(before.version)
    lab.settled()
    low, high, *_ = lab.window()
    assert float(lab.address["start"][0].split(",")[0]) == pytest.approx(-8 + 0.01 * (high - low), abs=0.01)
    assert lab.seen().paths != before.paths
    assert lab.step == 200


def test_no_key_is_lost_on_the_way_of_the_start(visit):
    lab = visit("/embed", script=SLOW)
    lab.handle.focus()
    lab.key("ArrowRight", "ArrowRight", "ArrowUp", "Shift+ArrowRight")
    low, high, *_ = lab.window()
    lab.until(
        "const at = new URLSearchParams(root.dataset.query).get('start'); return Math.abs(parseFloat(at) - given) < 0.02",
        -8 + 7 * 0.01 * (high - low),
    )
    lab.settled()
    assert float(lab.address["start"][0].split(",")[1]) == pytest.approx(1.14, abs=0.04)


def test_the_start_field_says_where_the_start_is(visit):
    lab = visit("/embed")
    version = lab.version
    lab.page.mouse.click(*lab.on_stage(0.3, 0.75))
    lab.redrawn(version)
    lab.settled()
    field = lab.root.locator("[data-param=start-text]")
    expect(field).to_have_value(lab.asks["start"][0].replace(",", ", "))


def test_the_start_is_typed(visit):
    lab = visit("/embed")
    version = lab.version
    lab.type(lab.root.locator("[data-param=start-text]"), "4, -2.5")
    lab.redrawn(version)
    lab.settled()
    assert lab.address["start"] == ["4,-2.5"]


def test_wheel_and_drag_zoom_and_pan_and_leave_the_start_alone(visit):
    lab = visit("/embed")
    whole, before = lab.window(), lab.seen()
    lab.page.mouse.move(*lab.on_stage(0.6, 0.4))
    lab.page.keyboard.down("Control")  # without it the page scrolls
    for _ in range(5):
        lab.page.mouse.wheel(0, -100)
        lab.frames(2)
    lab.page.keyboard.up("Control")
    lab.until(f"return {RIGHT} < given", whole[1] - 1)
    lab.frames(10)
    assert lab.seen().paths != before.paths
    zoomed = lab.window()
    lab.page.mouse.down()
    lab.page.mouse.move(*lab.on_stage(0.4, 0.6), steps=6)
    lab.page.mouse.up()
    lab.until(f"return {RIGHT} > given", zoomed[1] + 0.5)
    assert "start" not in lab.asks
    with lab.holding("run0.lr") as to:  # what is zoomed stays zoomed
        here = lab.window()
        to(0.4)
        lab.redrawn(before.version)
    lab.settled()
    assert lab.window() == pytest.approx(here)
    lab.action("play").focus()
    lab.key("0")
    lab.until(f"return Math.abs({RIGHT} - given) < 1e-6", whole[1])


def test_a_link_shows_the_same_picture_and_numbers_to_somebody_else(visit):
    lab = visit("/?noise=uniform:scale=2&seed=3")
    address = lab.page.url
    with lab.holding("run1.lr") as to:
        to(0.35)
    lab.page.wait_for_url(lambda url: url != address)
    lab.settled()
    other = visit(lab.page.url.removeprefix(lab.server))
    assert other.query == lab.query
    assert other.table() == lab.table()
    assert other.seen().paths == lab.seen().paths
