"""How it is shown: overlay, panels, 3-D, log and linear, light and dark, desk, phone and lecture hall."""

import io

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect

PHONE = dict(viewport={"width": 390, "height": 844}, device_scale_factor=2, is_mobile=True, has_touch=True)


def pixels(place: Page | Locator) -> np.ndarray:
    """What is drawn there, [height, width, 3]."""
    return np.asarray(Image.open(io.BytesIO(place.screenshot())).convert("RGB")).astype(int)


def brightness(place: Page | Locator) -> float:
    return float(pixels(place).mean())


def test_side_by_side_has_one_panel_per_run_and_they_zoom_together(visit):
    lab = visit("/embed")
    panels = lab.stage.locator(".cartesianlayer > .subplot")
    expect(panels).to_have_count(1)
    lab.press("view-panels")
    expect(panels).to_have_count(3)
    lab.settled()
    assert lab.address["view"] == ["panels"]
    version = lab.version
    lab.press("add")
    lab.redrawn(version)
    expect(panels).to_have_count(4)
    lab.page.mouse.move(*lab.on_stage(0.25, 0.25))
    right = lab.window()[1]
    lab.page.keyboard.down("Control")
    lab.page.mouse.wheel(0, -300)
    lab.page.keyboard.up("Control")
    lab.until("return document.querySelector('.dl-stage .dl-plotly')._fullLayout.xaxis.range[1] < given", right - 0.1)
    ranges = lab.page.evaluate(
        "['', 2, 3, 4].map((n) => document.querySelector('.dl-stage .dl-plotly')._fullLayout[`xaxis${n}`].range)"
    )
    assert all(each == pytest.approx(ranges[0]) for each in ranges)
    lab.settled()
    assert "start" not in lab.asks


def test_a_click_in_any_panel_moves_the_start(visit):
    lab = visit("/embed?view=panels")
    version = lab.version
    boxes = [lab.stage.locator(".draglayer .nsewdrag").nth(i).bounding_box() for i in range(3)]
    last = boxes[2]
    lab.page.mouse.click(last["x"] + last["width"] * 0.25, last["y"] + last["height"] * 0.25)
    lab.redrawn(version)
    lab.settled()
    x, y = map(float, lab.address["start"][0].split(","))
    assert x < 0 < y


def test_the_surface_in_3d_is_drawn_and_lives(visit):
    lab = visit("/embed?run=sgd")
    lab.press("view-3d")
    lab.settled()
    expect(lab.stage.locator("canvas").first).to_be_attached()
    expect(lab.stage.locator(".gl-container canvas").first).to_be_visible()
    lab.frames()
    flat = pixels(lab.stage)
    height, width, _ = flat.shape
    middle = flat[height // 4 : -height // 4, width // 4 : -width // 4].reshape(-1, 3)
    assert len(np.unique(middle, axis=0)) > 100  # shaded, not blank
    version = lab.version
    with lab.holding("surface.kappa") as to:
        to(0.2)
        lab.redrawn(version)
    lab.settled()
    lab.frames()
    assert (pixels(lab.stage) != flat).any(-1).mean() > 0.02
    lab.press("first")
    lab.press("play")
    lab.until("return root.dataset.step > 10")
    lab.press("play")
    lab.press("view-overlay")
    expect(lab.handle).to_be_visible()
    lab.page.wait_for_url(lambda url: "view=" not in url)


def test_curves_on_a_logarithmic_or_a_linear_scale(visit):
    lab = visit("/embed")
    kind = "document.querySelector('.dl-curves .dl-plotly')._fullLayout.yaxis.type"
    ticks = lab.root.locator(".dl-curves .ytick, .dl-curves .y2tick, .dl-curves .y3tick, .dl-curves .y4tick")
    title = "document.querySelector('.dl-curves .dl-plotly').layout.annotations[0].text.replace('<br>', ' ')"
    assert lab.page.evaluate(kind) == "log"
    assert 4 <= ticks.count() <= 40
    lab.until(f"return {title} === 'loss above the minimum'")
    lab.page.set_viewport_size({"width": 1300, "height": 850})  # laid out again, and still named for what it is
    lab.frames(10)
    assert lab.page.evaluate(title) == "loss above the minimum"
    lab.action("log").uncheck()
    lab.until(f"return {kind} === 'linear' && {title} === 'loss'")
    lab.frames(10)
    assert 4 <= ticks.count() <= 40
    lab.page.wait_for_url(lambda url: "scale=linear" in url)
    again = visit(lab.page.url.removeprefix(lab.server))
    assert again.page.evaluate(kind) == "linear"
    again.action("log").check()
    again.until(f"return {kind} === 'log'")
    again.page.wait_for_url(lambda url: "scale" not in url)


def test_readouts_follow_the_playhead(visit):
    lab = visit("/embed")
    result = lab.root.get_by_role("region", name="Result")
    readouts = lab.root.get_by_role("region", name="At the playhead")
    expect(result.locator("th")).to_have_count(4)  # the rest unfolds
    expect(readouts).to_be_hidden()
    lab.action("unfold").focus()
    lab.key("Enter")
    expect(readouts).to_be_visible()
    lab.press("first")
    expect(readouts).to_contain_text("(-8, 1)")
    start = readouts.inner_text()
    lab.action("scrub").fill("20")
    assert readouts.inner_text() != start
    expect(readouts).to_contain_text("velocity")
    numbers = lab.page.request.get(f"{lab.server}/api/descent?{lab.query}").json()
    for row, run in zip(result.locator("tbody tr").all(), numbers["runs"], strict=True):
        assert float(row.locator("td").nth(1).inner_text()) == pytest.approx(run["f"][20], rel=1e-3)  # its minimum is 0
    lab.press("unfold")
    expect(readouts).to_be_hidden()
    expect(lab.root.locator("[aria-live=polite]")).to_contain_text("Step 20")


def test_a_desk_shows_everything_at_once(visit):
    lab = visit("/")
    sliders = [lab.slider(param) for param in ("run0.lr", "run1.lr", "run1.rho", "run2.lr", "run2.b1")]
    lab.visible(lab.stage, lab.action("play"), lab.action("scrub"), lab.root.locator(".dl-curves"), *sliders)
    lab.visible(lab.action("surface"), lab.action("view-3d"), lab.action("add"))


def test_a_lecture_hall_shows_the_race_and_its_rates(visit):
    lab = visit("/?present=1&run=sgd:lr=0.045&run=sgd:lr=0.051", viewport={"width": 1280, "height": 720})
    lab.visible(lab.stage, lab.root.locator(".dl-curves"), lab.action("play"), lab.action("scrub"))
    lab.visible(lab.slider("run0.lr"), lab.slider("run1.lr"), lab.root.locator("h1"), lab.root.locator(".dl-sentence"))
    assert lab.root.locator("[data-name-of]").all_inner_texts() == ["SGD 0.045", "SGD 0.051"]
    for hidden in (lab.action("surface"), lab.action("add"), lab.slider("surface.kappa"), lab.root.get_by_role("table")):
        assert not any(one.is_visible() for one in hidden.all())
    expect(lab.page.get_by_role("heading", name="What to look for")).to_have_count(0)
    lab.key("Home", "ArrowRight", "ArrowRight")
    assert lab.step == 2
    version = lab.version
    with lab.holding("run1.lr") as to:
        to(0.5)
        lab.redrawn(version)
    expect(lab.root.locator("[data-name-of]").nth(1)).to_have_text(f"SGD {lab.number('run1.lr').input_value()}")
    lab.key("Space")
    lab.until("return root.dataset.step > 3")


def test_a_phone_shows_it_without_sideways_scrolling_and_answers_to_fingers(visit):
    lab = visit("/", **PHONE)
    assert lab.page.evaluate("document.documentElement.scrollWidth") <= 390
    assert lab.page.evaluate("innerWidth") == 390
    lab.action("first").tap()
    lab.action("play").tap()
    lab.until("return root.dataset.step > 5")
    lab.action("play").tap()
    expect(lab.action("play")).to_have_accessible_name("Play")
    version, address = lab.version, lab.page.url
    _swipe(lab, lab.slider("run0.lr"), 0.6, 0.2)
    lab.redrawn(version)
    lab.page.wait_for_url(lambda url: url != address)
    lab.settled()
    assert "sgd:lr=" in lab.address["run"][0]
    for name in ("play", "first", "last", "loop"):
        expect(lab.action(name)).to_be_visible()
        box = lab.action(name).bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 390
        assert min(box["width"], box["height"]) >= 24  # WCAG 2.5.8


def _swipe(lab, slider, begin: float, end: float) -> None:
    """Draw a finger over a slider."""
    slider.scroll_into_view_if_needed()
    box = slider.bounding_box()
    finger = lab.page.context.new_cdp_session(lab.page)
    for kind, along in [("touchStart", begin), *(("touchMove", begin + (end - begin) * k / 6) for k in range(1, 7))]:
        point = {"x": box["x"] + along * box["width"], "y": box["y"] + box["height"] / 2}
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [point]})
    finger.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


def test_a_dark_system_gets_a_dark_page_and_changes_with_it(visit):
    lab = visit("/", color_scheme="dark")
    assert brightness(lab.page) < 70
    assert brightness(lab.stage) < 90
    red, green, blue = lab.root.evaluate("(root) => getComputedStyle(root).color.match(/[\\d.]+/g).slice(0, 3).map(Number)")
    assert min(red, green, blue) > 180
    lab.page.emulate_media(color_scheme="light")
    lab.until("return getComputedStyle(root).color.match(/\\d+/g).slice(0, 3).every((part) => Number(part) < 100)")
    lab.until("return document.querySelector('.dl-stage .xtick text').style.fill !== given", "rgb(250, 250, 250)")
    lab.frames()
    assert brightness(lab.stage) > 180


def test_a_surface_that_is_not_defined_everywhere_has_contours_and_the_rest_is_hatched(visit):
    """x·log(x) has no value left of x = 0: three fifths of this window, the median of its losses among them."""
    lab = visit("/embed?formula=x*log(x)%2By**2&domain=-3,2,-2,2&start=1.5,1&run=sgd:lr=0.1")
    lab.page.wait_for_function("() => document.querySelectorAll('.dl-stage .contourlevel path').length > 5")
    undefined = lab.page.evaluate("Number(document.querySelector('.dl-stage').dataset.undefined)")
    columns, rows = lab.page.request.get(f"{lab.server}/api/catalogue").json()["grid"]
    assert 0.5 < undefined / (columns * rows) < 0.7
    assert visit("/embed").page.locator(".dl-stage").get_attribute("data-undefined") == "0"


def test_in_3d_an_average_is_a_second_line_that_moves_with_the_playhead(visit):
    """Put around the rule there, and taken off; the one before the first step is no average of anything."""
    lines = """() => document.querySelector('.dl-stage .dl-plotly').data
      .filter(({ type, mode }) => type === 'scatter3d' && mode === 'lines').map(({ x, line }) => [x.length, line.width])"""
    lab = visit("/embed?surface=himmelblau&steps=40&run=sgd:lr=0.01&view=3d&local=0")
    lab.press("more0")
    version = lab.version
    lab.action("wrap0").select_option("ema")
    lab.redrawn(version)
    assert lab.page.evaluate(lines) == [[41, 6], [40, 3]]
    lab.key("Home")
    lab.page.wait_for_function(f"() => JSON.stringify(({lines})()) === '[[1,6],[0,3]]'")
    version = lab.version
    lab.press("unwrap0-ema")
    lab.redrawn(version)
    assert len(lab.page.evaluate(lines)) == 1


def test_against_gradients_a_rule_that_takes_two_has_gone_twice_as_far(visit):
    """At step 20 of 40 SGD stands in the middle of the axis and SAM at its end; nothing else has moved since step 0."""
    lab = visit("/embed?surface=himmelblau&steps=40&run=sgd:lr=0.01&run=sam:lr=0.01")
    title = lab.page.locator(".dl-curves .annotation-text").first
    expect(title).to_have_text("loss above the minimum")
    lab.action("axis").check()
    lab.settled()
    assert lab.address["axis"] == ["gradients"]
    expect(title).to_contain_text("against gradients")
    lab.key("Home")
    lab.frames()
    left, top, width, height = lab.page.evaluate(
        """() => {
          const { xaxis: x, yaxis: y } = document.querySelector('.dl-curves .dl-plotly')._fullLayout;
          return [x._offset, y._offset, x._length, y._length];
        }"""
    )
    curves = lab.page.locator(".dl-curves")
    before = pixels(curves)
    lab.key("Shift+ArrowRight", "Shift+ArrowRight")
    lab.until("return root.dataset.step === '20'")
    lab.frames()
    part = slice(int(top), int(top + height)), slice(int(left) - 8, int(left + width) + 8)
    moved = np.flatnonzero((pixels(curves)[part] != before[part]).any((0, 2)))
    places = (moved + int(left) - 8 - left) / width
    assert {round(2 * place) for place in places} == {0, 1, 2}
    assert np.abs(2 * places - (2 * places).round()).max() < 0.1
    lab.action("axis").uncheck()
    lab.settled()
    assert "axis" not in lab.address
