"""What explains itself: title and sentence, words, limits, hints, keys; and what a hand expects: wheel, finger, Back, reset."""

import pytest
from playwright.sync_api import expect

from pages import PAGES

PHONE = dict(viewport={"width": 390, "height": 844}, device_scale_factor=2, is_mobile=True, has_touch=True)
PROBES = (r"/\w+/_stcore/", r"console: Failed to load resource.*404")  # Streamlit looks for its address beneath a page's first


def heading(lab):
    return lab.root.get_by_role("heading", level=1)


def test_examples_are_named_turned_and_left_again(visit):
    lab = visit("/embed")
    expect(heading(lab)).to_have_text("Taco")
    first, second = PAGES["race"].presets[:2]
    for button, preset in (("next", first), ("next", second), ("previous", first)):
        version = lab.version
        lab.press(button)
        lab.redrawn(version)
        expect(heading(lab)).to_have_text(preset.name)
        expect(lab.root.locator(".dl-sentence")).to_have_text(preset.sentence)
        expect(lab.action("preset")).to_have_value(preset.key)
    lab.settled()
    shown = lab.query
    version = lab.version
    lab.type(lab.number("run0.lr"), "0.02")
    lab.redrawn(version)
    expect(heading(lab)).to_have_text("Taco")
    expect(lab.action("preset")).to_have_value("")
    lab.press("reset")
    lab.until("return root.dataset.query === given", shown)
    expect(heading(lab)).to_have_text(first.name)
    lab.press("reset")  # and from the example to what the page opens with
    lab.until("return root.dataset.query === ''")


def test_a_figure_of_a_lecture_keeps_its_name(visit):
    card = next(card for card in PAGES["lectures"].cards if card.page == "activations")
    lab = visit(f"/embed/activations?{card.query}")
    expect(heading(lab)).to_have_text(card.name)
    expect(lab.root.locator(".dl-sentence")).to_have_text(card.sentence)


def test_words_explain_themselves_under_the_pointer_and_with_the_focus(visit):
    lab = visit("/embed?run=sgd&run=sgd:lr=0.001")
    tip = lab.root.get_by_role("tooltip")
    word = lab.root.locator(".dl-slider").filter(has=lab.page.locator('[data-param="surface.kappa"]')).locator(".dl-word")
    expect(word).to_have_text("condition number κ")
    expect(tip).to_be_hidden()
    word.hover()
    expect(tip).to_contain_text("ratio of the two curvatures")
    lab.page.mouse.move(5, 5)
    expect(tip).to_be_hidden()
    lab.slider("run0.lr").focus()
    lab.key("Tab", "Shift+Tab")
    expect(tip).to_contain_text("Limit at the playhead: 0.05")
    expect(lab.slider("run0.lr")).to_have_attribute("aria-describedby", tip.get_attribute("id"))
    lab.key("Escape")
    expect(tip).to_be_hidden()


def test_the_slider_of_a_rate_shows_its_limit(visit):
    lab = visit("/embed?run=sgd:lr=0.001&run=adam&run=sgd:lr=0.9")
    expect(lab.slider("run1.lr")).to_have_attribute("data-limit", "")
    beyond = "(input) => input.closest('.dl-slider').classList.contains('dl-beyond')"
    assert [lab.slider(f"run{i}.lr").evaluate(beyond) for i in (0, 2)] == [False, True]
    for kappa in (40, 100):
        if kappa != 40:  # it opens with that
            lab.type(lab.number("surface.kappa"), str(kappa))
        lab.until("return Math.abs(root.querySelector('[data-param=\"run0.lr\"]').dataset.limit * given - 2) < 1e-3", kappa)
        limit = float(lab.slider("run0.lr").get_attribute("data-limit"))
        assert limit == pytest.approx(2 / kappa, rel=1e-6)
        along = float(lab.slider("run0.lr").evaluate("(input) => input.style.getPropertyValue('--limit')"))
        version = lab.version
        lab.type(lab.number("run0.lr"), str(limit))
        lab.redrawn(version)
        assert float(lab.slider("run0.lr").input_value()) / 1000 == pytest.approx(along, abs=0.002)


def test_a_first_visitor_is_greeted_and_told_what_to_look_for(visit):
    lab = visit("/embed", first=True)
    hello = lab.root.get_by_role("note")
    expect(hello).to_contain_text("Drag the ring")
    expect(lab.root.get_by_text("SGD jumps from wall to wall")).to_be_visible()
    lab.press("greeted")
    expect(hello).to_have_count(0)
    lab.press("look")
    lab.page.reload()
    lab.until("return root")
    expect(hello).to_have_count(0)
    expect(lab.root.get_by_text("SGD jumps from wall to wall")).to_be_hidden()


def test_the_sheet_of_keys_opens_and_closes(visit):
    lab = visit("/embed")
    lab.key("?")
    sheet = lab.page.get_by_role("dialog")
    expect(sheet).to_contain_text("play and pause")
    lab.key("Escape")
    expect(sheet).to_have_count(0)
    lab.press("help")
    expect(sheet).to_be_visible()
    sheet.get_by_role("button", name="Close").click()
    expect(sheet).to_have_count(0)


def test_one_rate_for_all_gives_the_rates_back(visit):
    lab = visit("/embed")
    before = lab.query, [lab.number(f"run{i}.lr").input_value() for i in range(3)]
    version = lab.version
    lab.action("one-rate").check()
    lab.redrawn(version)
    assert {lab.number(f"run{i}.lr").input_value() for i in range(3)} == {before[1][0]}
    lab.action("one-rate").uncheck()
    lab.until("return root.dataset.query === given", before[0])
    assert [lab.number(f"run{i}.lr").input_value() for i in range(3)] == before[1]


def test_the_wheel_scrolls_the_page_and_with_ctrl_zooms_no_further_than_what_is_painted(visit):
    lab = visit("/embed", viewport={"width": 1440, "height": 500})
    window = lab.window()
    lab.page.mouse.move(*lab.on_stage(0.4, 0.4))
    lab.page.mouse.wheel(0, 200)
    lab.page.wait_for_function("() => document.scrollingElement.scrollTop > 50")
    assert lab.window() == pytest.approx(window)
    lab.page.mouse.move(*lab.on_stage(0.4, 0.4))
    for turn in (-300, 900, 900):
        lab.page.keyboard.down("Control")
        lab.page.mouse.wheel(0, turn)
        lab.page.keyboard.up("Control")
        lab.frames(5)
        x0, x1, y0, y1 = lab.window()
        assert x0 >= window[0] - 1e-6
        assert x1 <= window[1] + 1e-6
        assert y0 >= window[2] - 1e-6
        assert y1 <= window[3] + 1e-6
    lab.key("0")


def swipe(lab, place, up: float) -> None:
    """Draw a finger upwards from the middle of a place."""
    box = place.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    finger = lab.page.context.new_cdp_session(lab.page)
    for kind, moved in [("touchStart", 0), *(("touchMove", up * k / 8) for k in range(1, 9))]:
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y - moved}]})
    finger.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


def test_a_finger_that_goes_up_over_a_picture_scrolls_and_changes_nothing(visit):
    """And on a telephone the picture comes first, the rates beneath it, and nobody is told of keys."""
    lab = visit("/embed", first=True, script="localStorage.setItem('descent-lab-seen', '1')", **PHONE)
    hello = lab.root.get_by_role("note")
    expect(hello).to_contain_text("Drag the ring")
    expect(hello).not_to_contain_text("space")
    lab.press("greeted")
    tops = [place.bounding_box()["y"] for place in (heading(lab), lab.stage, lab.action("play"), lab.slider("run0.lr"))]
    assert tops == sorted(tops)
    assert lab.stage.bounding_box()["y"] < 120
    lab.visible(lab.stage, lab.action("play"), lab.slider("run0.lr"))
    assert lab.action("surface").bounding_box()["y"] > tops[-1]
    for place in (".dl-stage", ".dl-curves"):
        plot = lab.root.locator(place)
        plot.scroll_into_view_if_needed()
        lab.frames(3)
        before = lab.query, lab.step, lab.window()
        top = lab.page.evaluate("scrollTo(0, scrollY - 100); scrollY")
        swipe(lab, plot, 160)
        lab.page.wait_for_function("(top) => scrollY > top + 40", arg=top)
        lab.frames(5)
        assert (lab.query, lab.step, lab.window()) == before


def test_a_page_that_is_made_anew_while_it_plays_stands_still_and_says_so(visit):
    lab = visit("/embed")
    lab.key("Home", "Space")
    lab.until("return root.dataset.step > 3")
    version = lab.version
    lab.key("p")
    lab.redrawn(version)
    lab.frames(5)
    expect(lab.action("play")).to_have_accessible_name("Play")
    assert lab.step == 200


def test_a_race_that_is_left_by_a_tab_is_found_again(visit):
    lab = visit("/")
    lab.troubles.expect(*PROBES)
    lab.settled()
    lab.choose("surface", "himmelblau")
    address, query = lab.page.url, lab.query
    lab.page.get_by_role("link", name="Schedules").click()
    lab.until("return root && root.classList.contains('dl-schedules')")
    lab.page.get_by_role("link", name="The race").click()
    lab.until("return root && root.classList.contains('dl-race') && root.dataset.query === given", query)
    lab.page.wait_for_url(address)


def test_back_from_a_figure_is_where_it_was(visit):
    lab = visit("/embed/lectures", viewport={"width": 1000, "height": 600})
    card = lab.root.locator("[data-figure]").nth(20)
    card.scroll_into_view_if_needed()
    key = card.get_attribute("data-figure")
    card.click()
    lab.until("return root && !root.classList.contains('dl-lectures')")
    lab.page.go_back()
    lab.until("return root && root.classList.contains('dl-lectures')")
    lab.visible(lab.root.locator(f"[data-figure={key}] strong"))


def test_pictures_come_in_sizes_and_a_frame_with_its_rates(visit):
    lab = visit("/?run=sgd", permissions=["clipboard-read", "clipboard-write"])
    lab.press("share")
    lab.press("copy-iframe")
    expect(lab.action("copy-iframe")).to_have_text("Copied")
    assert "controls=run0.lr" in lab.page.evaluate("navigator.clipboard.readText()")
    lab.action("size").select_option("1920x1080")
    address = lab.action("export-png").get_attribute("href")
    assert "size=1920x1080" in address
    reply = lab.page.request.get(address)
    assert reply.status == 200
    assert reply.body()[16:24] == (1920).to_bytes(4, "big") + (1080).to_bytes(4, "big")


@pytest.mark.parametrize("path", ["/embed/race", "/"])
def test_what_was_refused_is_said_where_it_is_seen(visit, path):
    """On a telephone the field is far below the top of the page."""
    lab = visit(path, viewport={"width": 390, "height": 844})
    steps = lab.root.locator(".dl-field").filter(has_text="Steps").locator("input")
    steps.scroll_into_view_if_needed()
    steps.fill("99999")
    steps.press("Enter")
    expect(lab.notice).to_contain_text("99999")
    seen = lab.page.evaluate(
        "const box = document.querySelector('.dl-notice').getBoundingClientRect();"
        "const top = document.elementFromPoint(box.left + 20, box.top + box.height / 2);"
        "box.top >= 0 && box.bottom <= innerHeight && Boolean(top?.closest('.dl-notice'))"
    )
    assert seen
