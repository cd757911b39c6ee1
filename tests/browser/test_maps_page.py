"""The page of maps: cells say what they are, lead to their race, and are computed anew where one looks closer."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import expect

QUERY = "surface=himmelblau&run=sgd:lr=0.01&run=momentum&size=64"

# What is written on canvases: in which size, and whether squeezed into less room than it takes.
WRITTEN = """
window.written = new Map();
const plain = CanvasRenderingContext2D.prototype.fillText;
CanvasRenderingContext2D.prototype.fillText = function (text, x, y, room) {
  const size = Number(/(\\d+)px/.exec(this.font)[1]);
  window.written.set(text, { size, squeezed: this.measureText(text).width > (room ?? Infinity) + 1 });
  plain.call(this, text, x, y, ...(room === undefined ? [] : [room]));
};
"""

# How many cells a side has had: the coarse map is there for a moment only.
SEEN = """(root) => {
  window.seen = new Set();
  new MutationObserver(() => window.seen.add(root.dataset.cells)).observe(root, { attributeFilter: ['data-cells'] });
}"""


@pytest.fixture
def maps(visit):
    def open_page(query=QUERY, **more):
        lab = visit(f"/embed/maps?{query}", **more)
        lab.until("return root.dataset.cells === given", "64")
        return lab

    return open_page


def middle(lab):
    """The pointer over the middle of the first map."""
    box = lab.root.locator(".dl-map").first.bounding_box()
    lab.page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)


def test_a_cell_says_what_it_is_and_opens_its_race(maps):
    lab = maps()
    middle(lab)
    expect(lab.root.locator(".dl-told")).to_contain_text(re.compile(r"SGD .+; Momentum .+"))
    address = urlsplit(lab.action("race").get_attribute("href"))
    assert address.path.endswith("/embed/race")
    asked = parse_qs(address.query)
    assert len(asked["run"]) == 2
    lab.page.mouse.down()
    lab.page.mouse.up()
    lab.page.wait_for_url("**/embed/race?**")
    assert parse_qs(urlsplit(lab.page.url).query)["start"] == asked["start"]


def test_zooming_and_keys_compute_anew_coarse_first(maps):
    lab = maps()
    middle(lab)
    lab.page.mouse.wheel(0, -200)
    lab.until("return root.dataset.query.includes('window=')")
    lab.until("return root.dataset.cells === given", "64")
    x0, x1, _, _ = map(float, parse_qs(lab.query)["window"][0].split(","))
    assert -5 < x0 < x1 < 5
    lab.root.locator(".dl-map").first.focus()
    lab.page.keyboard.press("0")
    lab.until("return !root.dataset.query.includes('window=')")
    lab.until("return root.dataset.cells === given", "64")
    lab.page.keyboard.press("ArrowRight")
    expect(lab.root.locator(".dl-told")).to_contain_text("SGD")
    lab.root.evaluate(SEEN)
    with lab.holding("run0.lr") as to:
        to(0.3)
        lab.until("return window.seen.has('32')")
    lab.until("return root.dataset.cells === given", "64")


def test_the_kinds_of_maps_follow_one_another(maps):
    lab = maps()
    lab.press("map-rates")
    lab.until("return root.dataset.query.startsWith('map=rates')")
    expect(lab.action("best")).to_be_visible()
    assert "run=" in lab.action("best").get_attribute("href")
    lab.root.locator("[data-action=preset]").select_option("heavy_ball")
    lab.until("return root.dataset.query.startsWith('map=stability') && root.dataset.cells === given", "96")
    expect(lab.root.locator(".dl-map")).to_have_count(2)
    expect(lab.root.locator(".dl-key")).to_contain_text("limit by theory")


@pytest.mark.parametrize("query", [QUERY, f"{QUERY}&controls=run0.lr,run1.lr", "map=rates&size=64&run=sgd&run=adam"])
def test_in_the_frame_of_a_slide_the_map_comes_first_and_large(maps, query):
    lab = maps(query)
    lab.page.set_viewport_size(dict(width=960, height=600))
    lab.frames(3)
    drawn = lab.root.locator(".dl-map").first.bounding_box()
    assert drawn["height"] >= 300
    assert drawn["y"] < 120
    assert lab.root.locator(".dl-cards").bounding_box()["y"] >= drawn["y"] + drawn["height"]


@pytest.mark.parametrize(
    ("query", "idle", "live"),
    [
        ("map=stability&size=64&run=momentum&x=lr&y=rho", ["run0.lr", "run0.rho"], "surface.kappa"),
        ("map=stability&size=64&run=adam~l2&x=surface.kappa&y=strength", ["surface.kappa", "run0.l2.strength"], "run0.lr"),
        ("map=rates&size=64&run=sgd&run=momentum", ["run0.lr", "run1.lr"], "run1.rho"),
    ],
)
def test_an_axis_has_no_slider(maps, query, idle, live):
    """Nor where the address names one: it would change nothing on the map."""
    for lab in (maps(query), maps(f"{query}&controls={','.join([*idle, live])}")):
        for name in idle:
            expect(lab.slider(name)).to_have_count(0)
        expect(lab.slider(live)).to_have_count(1)
    expect(lab.root.locator(".dl-run")).to_have_count(1)


def test_what_is_no_axis_any_more_has_its_slider_again(maps):
    lab = maps("map=stability&size=64&run=momentum&x=lr&y=rho")
    lab.root.locator("[data-action=y-axis]").select_option("surface.kappa")
    expect(lab.slider("run0.rho")).to_have_count(1)
    expect(lab.slider("surface.kappa")).to_have_count(0)


def test_with_noise_the_legend_says_how_near_and_no_shade_that_is_not_there(maps):
    key = maps("surface=double_well&noise=gaussian:scale=2&run=sgd:lr=0.03~linear&size=64&seeds=4").root.locator(".dl-key")
    expect(key).to_contain_text("not within 0.053 of a minimum after 500 steps")
    expect(key).not_to_contain_text("paler: later")
    key = maps("surface=double_well&run=sgd:lr=0.03&size=64").root.locator(".dl-key")
    expect(key).to_contain_text("paler: later")


def test_where_there_is_no_limit_by_theory_the_legend_says_why(maps):
    key = maps("map=stability&surface=himmelblau&run=momentum&size=64").root.locator(".dl-key")
    expect(key).to_contain_text("limit by theory: quadratics with a minimum only")
    expect(key).not_to_contain_text("━")
    key = maps("map=stability&run=momentum&size=64").root.locator(".dl-key")
    expect(key).to_contain_text("━")
    expect(key).not_to_contain_text("quadratics")


def written(lab, size):
    """What was written on the canvases at this size of the window."""
    lab.page.evaluate("window.written.clear()")
    lab.page.set_viewport_size(dict(width=size[0], height=size[1]))
    lab.frames(3)
    lab.page.wait_for_function("window.written.size > 3")
    return lab.page.evaluate("Object.fromEntries(window.written)")


@pytest.mark.parametrize("query", ["map=rates&size=64&run=sgd&run=adam", "map=stability&size=64&run=momentum"])
def test_in_the_hall_all_that_is_drawn_is_large(maps, query):
    lab = maps(f"present=1&{query}", script=WRITTEN)
    seen = written(lab, (1280, 720))
    assert {text: one["size"] for text, one in seen.items() if one["size"] < 24} == {}


def test_in_the_hall_titles_fit_and_a_log_axis_has_its_decades(maps):
    lab = maps("present=1&map=stability&size=64&run=adam~l2&run=adam~decay&x=lr:0.001..3&y=strength:0..2", script=WRITTEN)
    seen = written(lab, (1280, 720))
    assert [text for text, one in seen.items() if one["squeezed"]] == []
    assert {"0.001", "0.01", "0.1", "1"} <= seen.keys()
