"""The playhead: buttons, scrubber, speed, loop, keys, and the race of a first visit."""

import pytest
from playwright.sync_api import expect


def test_the_page_opens_with_the_whole_race_drawn(visit):
    lab = visit("/")
    assert lab.step == 200
    assert lab.version == 1
    assert lab.query == ""
    expect(lab.root).to_have_attribute("data-player", "")
    expect(lab.page).to_have_title("The race · Descent Lab")
    assert lab.optimizers == ["sgd", "momentum", "adam"]


def test_play_moves_the_playhead_and_pause_stops_it(visit):
    lab = visit("/embed")
    lab.press("first")
    lab.action("speed").select_option("0.25")
    lab.press("play")
    lab.until("return root.dataset.step > 5 && root.dataset.step < 195")
    expect(lab.action("play")).to_have_accessible_name("Pause")
    before = lab.seen().paths
    lab.frames()
    assert lab.seen().paths != before
    lab.press("play")
    expect(lab.action("play")).to_have_accessible_name("Play")
    stopped = lab.step
    lab.frames()
    assert lab.step == stopped


def test_play_ends_at_the_last_step_and_starts_again_from_the_first(visit):
    lab = visit("/embed")
    lab.action("speed").select_option("0.25")
    lab.press("play")
    lab.until("return root.dataset.step < 100")
    lab.action("speed").select_option("4")
    lab.until("return root.dataset.step === '200'")
    expect(lab.action("play")).to_have_accessible_name("Play")


def test_a_whole_run_takes_six_seconds_of_the_clock_that_it_is_given(visit):
    lab = visit("/embed")
    lab.page.clock.install()
    lab.page.reload()
    lab.until("return root")
    lab.page.clock.pause_at(lab.page.evaluate("Date.now() + 60000"))
    lab.press("play")
    lab.page.clock.run_for(50)  # the first frame, from which the player counts
    lab.page.clock.fast_forward(3000)
    assert lab.step == pytest.approx(100, abs=3)
    lab.page.clock.fast_forward(2850)
    assert 190 < lab.step < 200
    lab.page.clock.fast_forward(200)
    assert lab.step == 200


def test_loop_starts_over_and_keeps_playing(visit):
    lab = visit("/embed")
    lab.press("loop")
    expect(lab.action("loop")).to_have_attribute("aria-pressed", "true")
    lab.action("speed").select_option("4")
    lab.action("scrub").fill("150")
    lab.press("play")
    lab.until("return root.dataset.step < 100")
    expect(lab.action("play")).to_have_accessible_name("Pause")


def test_scrubber_step_buttons_and_curves_set_the_step(visit):
    lab = visit("/embed")
    lab.action("scrub").fill("87")
    assert lab.step == 87
    expect(lab.root).to_contain_text("87 / 200")
    lab.press("forward")
    assert lab.step == 88
    lab.press("back")
    lab.press("back")
    assert lab.step == 86
    lab.press("first")
    assert lab.step == 0
    lab.press("back")
    assert lab.step == 0
    lab.press("last")
    assert lab.step == 200
    curves = lab.root.locator(".dl-curves")
    box = curves.bounding_box()
    curves.click(position={"x": box["width"] * 0.25, "y": box["height"] * 0.25})
    assert 20 < lab.step < 180


def test_keys(visit):
    lab = visit("/embed")
    lab.key("Home")
    assert lab.step == 0
    lab.key("ArrowRight", "ArrowRight", "Shift+ArrowRight", "ArrowLeft")
    assert lab.step == 11
    lab.key("End")
    assert lab.step == 200
    lab.key("]", "]", "[", "]")
    expect(lab.action("speed")).to_have_value("4")
    lab.key("[", "[", "[", "[")
    expect(lab.action("speed")).to_have_value("0.25")
    lab.key("Space")
    expect(lab.action("play")).to_have_accessible_name("Pause")
    lab.until("return root.dataset.step > 3 && root.dataset.step < 200")
    lab.key("Space")
    expect(lab.action("play")).to_have_accessible_name("Play")


def test_keys_belong_to_the_field_that_is_typed_in(visit):
    lab = visit("/embed")
    lab.press("first")
    field = lab.number("run0.lr")
    field.click()
    lab.key("End", "Space", "[", "]", "ArrowLeft", "f")
    assert lab.step == 0
    expect(lab.action("speed")).to_have_value("1")
    expect(lab.action("play")).to_have_accessible_name("Play")
    assert "[]" in field.input_value() or "[f]" in field.input_value()
    assert lab.page.evaluate("document.fullscreenElement") is None


def test_streamlit_shortcuts_stay_quiet_while_the_player_is_used(visit):
    lab = visit("/")
    lab.settled()
    for place in (lab.action("play"), lab.handle, lab.slider("run0.lr")):
        place.focus()
        sent = len(lab.messages)
        lab.key("r", "c")
        lab.frames()
        assert lab.messages[sent:] == []
    expect(lab.page.get_by_role("dialog")).to_have_count(0)


def test_a_first_visit_plays_the_race_once(visit):
    lab = visit("/", first=True)
    lab.until("return root.dataset.step > 5 && root.dataset.step < 150")
    lab.until("return root.dataset.step === '200'")
    lab.frames(20)
    assert lab.step == 200
    lab.page.reload()
    lab.until("return root")
    lab.frames(20)
    assert lab.step == 200


def test_the_race_of_a_first_visit_can_be_stopped(visit):
    """Button and state agree: what plays by itself says Pause, and stops where it is."""
    lab = visit("/", first=True)
    lab.until("return root.dataset.step > 5 && root.dataset.step < 150")
    expect(lab.action("play")).to_have_accessible_name("Pause")
    lab.key("Space")
    expect(lab.action("play")).to_have_accessible_name("Play")
    stopped = lab.step
    lab.frames()
    assert 0 < lab.step == stopped < 200


def test_nothing_moves_by_itself_for_those_who_prefer_less_motion(visit):
    lab = visit("/embed", first=True, reduced_motion="reduce")
    lab.frames()
    assert lab.step == 200
    expect(lab.action("play")).to_have_accessible_name("Play")


@pytest.mark.parametrize("width", [390, 360])
def test_on_a_phone_the_buttons_of_the_player_bar_share_one_row(visit, width):
    lab = visit("/embed", viewport={"width": width, "height": 800}, device_scale_factor=2, is_mobile=True, has_touch=True)
    boxes = [lab.action(name).bounding_box() for name in ("first", "back", "play", "forward", "last", "speed", "loop")]
    middles = [box["y"] + box["height"] / 2 for box in boxes]
    assert max(middles) - min(middles) < 3
    assert min(box["width"] for box in boxes) >= 24
    assert all(box["x"] >= 0 and box["x"] + box["width"] <= width for box in boxes)
