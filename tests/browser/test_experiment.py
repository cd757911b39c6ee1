"""Changing the experiment: runs, numbers that are typed, formulas, presets."""

import re
from urllib.parse import parse_qsl

import pytest
from playwright.sync_api import expect

from core.query import encode
from engines.descent import codec
from pages.race.presets import PRESETS


def test_runs_are_added_duplicated_removed_and_exchanged(visit):
    lab = visit("/embed")

    def after(gesture) -> list[str]:
        version = lab.version
        gesture()
        lab.redrawn(version)
        lab.settled()
        return lab.optimizers

    assert after(lambda: lab.press("add")) == ["sgd", "momentum", "adam", "nesterov"]
    assert after(lambda: lab.press("duplicate0")) == ["sgd", "sgd", "momentum", "adam", "nesterov"]
    assert after(lambda: lab.press("remove2")) == ["sgd", "sgd", "adam", "nesterov"]
    assert after(lambda: lab.action("optimizer1").select_option("rmsprop")) == ["sgd", "rmsprop", "adam", "nesterov"]
    assert [run.split(":")[0] for run in lab.address["run"]] == lab.optimizers
    assert len(lab.table()) == 4


def test_the_last_run_cannot_be_removed(visit):
    lab = visit("/embed?run=sgd&run=adam")
    lab.press("remove0")
    expect(lab.cards).to_have_count(1)
    expect(lab.action("remove0")).to_be_disabled()


def test_one_learning_rate_for_all(visit):
    lab = visit("/embed")
    version = lab.version
    lab.action("one-rate").check()
    lab.redrawn(version)
    lab.settled()
    assert {lab.number(f"run{i}.lr").input_value() for i in range(3)} == {"0.045"}
    with lab.holding("run1.lr") as to:
        to(0.35)
        lab.until("return root.dataset.query.split('run=').length === 4")
    lab.settled()
    rates = {lab.number(f"run{i}.lr").input_value() for i in range(3)}
    assert len(rates) == 1
    assert rates != {"0.045"}
    assert all(f"lr={rate}" in run for rate in rates for run in lab.address["run"])


def test_a_number_is_typed(visit):
    lab = visit("/embed")
    before = lab.seen()
    lab.type(lab.number("run0.lr"), "0.02")
    lab.redrawn(before.version)
    lab.settled()
    assert lab.address["run"][0] == "sgd:lr=0.02"
    assert lab.seen().paths != before.paths
    assert lab.slider("run0.lr").get_attribute("aria-valuetext") == "0.02"


def test_a_bad_number_is_refused_with_its_range_and_the_picture_is_kept(visit):
    lab = visit("/embed")
    before, table = lab.seen(), lab.table()
    field = lab.number("run0.lr")
    for text in ("99", "fast"):
        lab.type(field, text)
        expect(lab.notice).to_contain_text(text)
        expect(lab.notice).to_contain_text("10")
        expect(field).to_have_attribute("aria-invalid", "true")
    assert lab.seen() == before
    assert lab.table() == table
    lab.type(field, "0.03")
    lab.redrawn(before.version)
    expect(lab.notice).to_be_hidden()
    expect(lab.number("run0.lr")).not_to_have_attribute("aria-invalid", "true")


def test_steps_and_seed_are_typed_and_checked(visit):
    lab = visit("/embed?noise=gaussian:scale=2")
    steps, seed = lab.root.locator("[data-param=steps]"), lab.root.locator("[data-param=seed]")
    before = lab.seen()
    lab.type(steps, "500")
    lab.until("return root.dataset.query.includes('steps=500')")
    expect(lab.root).to_contain_text("500 / 500")
    lab.settled()
    lab.type(seed, "7")
    lab.until("return root.dataset.query.includes('seed=7')")
    assert lab.seen().paths != before.paths
    lab.settled()
    lab.type(steps, "5001")
    expect(lab.notice).to_contain_text("5001")
    expect(lab.notice).to_contain_text("5000")
    assert lab.asks["steps"] == ["500"]


def test_a_bad_start_is_refused_and_the_next_one_is_taken(visit):
    lab = visit("/embed")
    lab.troubles.expect("400")
    before = lab.seen()
    field = lab.root.locator("[data-param=start-text]")
    lab.type(field, "left")
    expect(lab.notice).to_contain_text("left")
    assert lab.seen() == before
    lab.type(field, "3, 3")
    lab.redrawn(before.version)
    lab.settled()
    assert lab.address["start"] == ["3,3"]


def test_noise_is_picked_and_gets_its_slider(visit):
    lab = visit("/embed")
    before = lab.seen()
    expect(lab.slider("noise.scale")).to_have_count(0)
    lab.choose("noise", "uniform")
    expect(lab.slider("noise.scale")).to_have_count(1)
    assert lab.seen().paths != before.paths
    assert lab.address["noise"][0].startswith("uniform")


def test_a_good_rate_is_found_for_a_run_that_diverges(visit):
    lab = visit("/embed?run=sgd:lr=0.5")
    assert "diverged" in lab.table()[0]
    version = lab.version
    lab.press("tune0")
    lab.redrawn(version)
    lab.settled()
    assert "within 0.1 % from step" in lab.table()[0]
    assert float(lab.number("run0.lr").input_value()) < 0.05


def test_a_diverged_run_is_told_in_words_and_the_page_stays_in_use(visit):
    lab = visit("/embed?run=sgd:lr=0.5&run=momentum")
    row = lab.table()[0]
    assert re.search(r"diverged at step \d+", row)
    stable = float(re.search(r"a rate of ([\d.e-]+) is stable", row)[1])
    assert 0.01 < stable < 0.05
    lab.press("first")
    lab.action("speed").select_option("4")
    lab.press("play")
    lab.until("return root.dataset.step === '200'")
    for name in ("view-panels", "view-3d", "view-overlay", "log", "last", "back", "duplicate0"):
        lab.press(name)
    expect(lab.cards).to_have_count(3)
    lab.settled()


def test_a_run_that_ends_higher_than_it_began_says_so(visit):
    lab = visit("/embed?run=sgd:lr=0.0505")
    assert "ends higher than it began" in lab.table()[0]
    assert re.search(r"a rate of 0\.0[34]\d* is stable", lab.table()[0])


def test_more_parameters_are_behind_a_button(visit):
    lab = visit("/embed")
    expect(lab.slider("run2.b2")).to_be_hidden()
    lab.press("more2")
    expect(lab.slider("run2.b2")).to_be_visible()
    version = lab.version
    lab.root.locator('[data-param="run2.bias_correction"]').uncheck()
    lab.redrawn(version)
    lab.settled()
    assert "bias_correction=false" in lab.address["run"][2]
    expect(lab.slider("run2.b2")).to_be_visible()


def test_a_formula_draws_and_a_bad_one_is_located_and_keeps_the_picture(visit):
    lab = visit("/embed")
    lab.troubles.expect("400")
    lab.choose("surface", "formula")
    field = lab.root.get_by_role("textbox", name="Formula in x and y")
    mark = lab.root.locator(".dl-mark")
    before = lab.seen()
    field.fill("x**2 + 3*y**2 + sin(3*x)")
    lab.redrawn(before.version)
    lab.frames(10)
    good = lab.seen()
    assert good.surface != before.surface
    assert good.paths != before.paths
    expect(mark).to_be_hidden()

    field.fill("x**2 + 3*foo(y)")
    expect(lab.notice).to_contain_text("column 10")
    expect(lab.notice).to_contain_text("foo")
    assert lab.seen() == good
    field.press("Enter")  # done with it, and still the text stays where it can be put right
    lab.frames(10)
    expect(field).to_have_value("x**2 + 3*foo(y)")
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(mark).to_be_visible()
    inside = mark.bounding_box()["x"] - field.bounding_box()["x"]
    one = mark.bounding_box()["width"]
    assert inside == pytest.approx(7 + 9 * one, abs=2), "under the tenth letter"
    assert one > 4
    assert lab.seen() == good

    lab.slider("run0.lr").press("ArrowRight")  # everything else goes on with what is drawn
    lab.redrawn(good.version)
    expect(field).to_have_value("x**2 + 3*foo(y)")
    lab.settled()
    assert lab.address["formula"][0].replace(" ", "") == "x**2+3*y**2+sin(3*x)"

    field.fill("")
    expect(lab.notice).to_contain_text("empty")
    last = lab.version
    lab.type(field, "x**2 + 5*y**2")
    lab.redrawn(last)
    expect(lab.notice).to_be_hidden()
    expect(mark).to_be_hidden()
    expect(field).not_to_have_attribute("aria-invalid", "true")
    lab.settled()
    assert lab.address["formula"][0].replace(" ", "") == "x**2+5*y**2"
    assert lab.seen().surface != good.surface


def test_a_formula_is_drawn_at_each_keystroke_that_can_be(visit):
    lab = visit("/embed?formula=x**2&run=sgd:lr=0.01")
    lab.troubles.expect("400")
    field = lab.root.get_by_role("textbox", name="Formula in x and y")
    field.focus()
    field.press("End")
    for key, query in (("+", "x**2"), ("y", "x**2+y"), ("*", "x**2+y"), ("y", "x**2+y*y")):
        field.press(key)
        lab.until("return new URLSearchParams(root.dataset.query).get('formula') === given", query)
        expect(field).to_be_focused()
    expect(field).to_have_value("x**2+y*y")


def test_letters_of_a_formula_are_sliders(visit):
    lab = visit("/embed")
    lab.choose("surface", "formula")
    field = lab.root.get_by_role("textbox", name="Formula in x and y")
    version = lab.version
    field.fill("a*x**2 + b*y**2")
    lab.redrawn(version)
    expect(lab.slider("surface.a")).to_be_visible()
    expect(lab.slider("surface.b")).to_be_visible()
    expect(field).to_be_focused()
    before = lab.seen()
    with lab.holding("surface.b") as to:
        to(0.9)
        lab.until("return /formula:b=[78]/.test(root.dataset.query)")
        dragged = lab.seen()
        assert dragged.surface != before.surface
        assert dragged.paths != before.paths
    lab.settled()
    assert re.fullmatch(r"formula:b=[78](\.\d+)?", lab.address["surface"][0])

    low = lab.root.get_by_role("textbox", name="a: from")
    lab.type(low, "2")
    lab.until("return root.dataset.query.includes('range=a:2..10')")
    lab.settled()
    assert lab.address["range"] == ["a:2..10"]
    expect(lab.number("surface.a")).to_have_value("2")
    version = lab.version
    field.fill("a*x**2 + y**2")
    lab.redrawn(version)
    expect(lab.slider("surface.b")).to_have_count(0)
    expect(lab.slider("surface.a")).to_be_visible()

    lab.go("/embed?formula=a*x**2%2By**2&surface=formula:a=3&range=a:2..10&controls=surface.a,run0.lr")
    expect(lab.number("surface.a")).to_have_value("3")


def test_every_preset_draws_and_plays(visit):
    lab = visit("/embed")
    pictures = [lab.seen().paths]
    lab.action("speed").select_option("0.25")  # so that it still plays when one looks
    for preset in PRESETS:
        version = lab.version
        lab.action("preset").select_option(preset.key)
        lab.redrawn(version)
        lab.settled()
        experiment, problems = codec.parse(parse_qsl(preset.query))
        assert not problems
        assert lab.query == encode(codec.pairs(experiment)), preset.key
        lab.until("return root.dataset.step > 5 && root.dataset.step < given", experiment.steps)
        lab.press("play")
        lab.press("last")
        assert lab.step == experiment.steps
        pictures.append(lab.seen().paths)
    assert len(set(pictures)) == len(pictures)
