"""The training page: a complete run follows the hand."""

import ast
import io
import re
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import expect

from pages.training.presets import PRESETS

PROBES = (r"/\w+/_stcore/", r"console: Failed to load resource.*404")  # Streamlit looks for its own address there first
CURVES = "document.querySelector('.dl-curves > canvas').toDataURL()"
REGIONS = "document.querySelectorAll('.dl-pane:not([hidden]) canvas')[0].toDataURL()"
# Every question takes long.
SLOW = """
const plain = window.fetch;
window.fetch = (...given) => new Promise((done) => setTimeout(done, 1500)).then(() => plain(...given));
"""
SMALL = "data=moons&model=mlp:width=16,depth=1&steps=200"


@pytest.fixture
def sheet(visit):
    def open_page(path, **more):
        lab = visit(path, **more)
        lab.troubles.expect(*PROBES)
        return lab

    return open_page


def test_a_drag_trains_anew_before_it_is_let_go(sheet):
    lab = sheet(f"/training?{SMALL}&run=sgd:lr=0.01")
    lab.settled()
    lab.page.wait_for_selector(".dl-pane:not([hidden]) canvas", timeout=60_000)
    version, curves, address = lab.version, lab.page.evaluate(CURVES), lab.page.url
    with lab.holding("run0.lr") as to:
        to(0.8)
        lab.redrawn(version)
        assert lab.page.evaluate(CURVES) != curves
        assert lab.page.url == address
    lab.settled()
    assert lab.address["run"][0].startswith("sgd:lr=")
    assert lab.address["run"][0] != "sgd:lr=0.01"


def test_everything_moves_with_the_playhead(sheet):
    lab = sheet(f"/training?{SMALL}&run=adam:lr=0.01")
    lab.settled()
    lab.page.wait_for_selector(".dl-pane:not([hidden]) canvas", timeout=60_000)
    lab.until("return Number(root.dataset.step) === 200")
    curves, regions = lab.page.evaluate(CURVES), lab.page.evaluate(REGIONS)
    lab.key("Home")
    lab.until("return Number(root.dataset.step) === 0")
    assert lab.page.evaluate(CURVES) != curves
    assert lab.page.evaluate(REGIONS) != regions


def test_the_landscape_and_the_sharpness_follow_the_hand(sheet):
    """A coarse plane while the slider is held, and heads that move with the playhead."""
    ground = "document.querySelector('.dl-terrain').toDataURL()"
    query = "data=moons&model=mlp:width=16,depth=1&batch=64&steps=200&train=64&sharpness=1&plane=pca:size=16"
    lab = sheet(f"/training?{query}&run=sgd:lr=0.01&run=sgd:lr=0.5")
    lab.page.wait_for_selector(".dl-away > div:nth-child(2)", timeout=120_000)
    lab.settled()
    assert "limit" in lab.page.locator(".dl-readouts tbody tr").first.inner_text()
    before = lab.page.evaluate(ground)
    with lab.holding("run0.lr") as to:
        to(0.9)
        lab.until("return document.querySelector('.dl-terrain').toDataURL() !== given", before)
    lab.settled()
    there = lab.page.evaluate(ground)
    lab.key("Home")
    lab.until("return document.querySelector('.dl-terrain').toDataURL() !== given", there)


def test_the_share_menu_gives_both_files_of_a_replay(sheet):
    """The arrays, and the program that reads them: of the experiment that is open."""
    lab = sheet(f"/embed/training?{SMALL}&run=sgd:lr=0.3")
    lab.settled()
    got = {}
    lab.press("share")
    for kind in ("npz", "torch.py"):
        with lab.page.expect_download() as download:
            lab.page.click(f"[data-action='export-{kind}']")
        got[kind] = Path(download.value.path()).read_bytes()
    with np.load(io.BytesIO(got["npz"])) as arrays:
        assert arrays["W1"].shape == (2, 16)
        assert len(arrays["batches"]) == len(arrays["run0_loss"]) == 200
    ast.parse(got["torch.py"])
    assert b"torch.optim.SGD" in got["torch.py"]


def test_a_long_training_is_drawn_as_it_comes_and_can_be_stopped(sheet):
    """Seconds long on any machine; what is asked meanwhile takes its place, and what was stopped stays as far as it came."""
    row = "document.querySelector('.dl-readouts tbody td:nth-child(2)').textContent"
    under_way = "return Number(document.querySelector('.dl-root')?.dataset.partial) > 0"
    lab = sheet("/embed/training?model=cnn:channels=32&batch=256&steps=1500&run=adam:lr=0.001", ready=False)
    lab.until(under_way)
    assert lab.page.locator(".dl-progress").is_visible()
    assert lab.page.evaluate(row) != "–"
    lab.until(f"return {CURVES} !== given", lab.page.evaluate(CURVES))
    with lab.page.expect_request(lambda request: "batch=128" in request.url):  # asked when the other has been given up
        lab.page.select_option("[data-action=batch]", "128")
    lab.until(under_way)
    lab.page.click("[data-action=stop]")
    lab.until("return root && document.querySelector('.dl-progress').hidden")
    assert "batch=128" in lab.root.get_attribute("data-query")
    assert 0 < int(lab.root.get_attribute("data-step")) < 1499
    assert lab.page.evaluate(row) != "–"


def test_something_goes_around_a_rule_and_off_again(sheet):
    """From the menu under "more", with its slider live, its name at the curves, and in the link; averages are not offered."""
    lab = sheet(f"/embed/training?{SMALL}&run=sgd:lr=0.5&run=sgd:lr=0.5")
    lab.press("more0")
    offered = lab.action("wrap0").locator("option").evaluate_all("(all) => all.map((one) => one.value)")
    assert {"clip_norm", "l2", "decay", "noise"} <= set(offered)
    assert not {"ema", "average"} & set(offered)
    version, curves = lab.version, lab.page.evaluate(CURVES)
    lab.action("wrap0").select_option("clip_norm")
    lab.redrawn(version)
    assert lab.asks["run"] == ["sgd:lr=0.5~clip_norm", "sgd:lr=0.5"]
    version = lab.version
    with lab.holding("run0.clip_norm.limit") as to:
        to(0.1)
        lab.redrawn(version)
    lab.until("return root.dataset.query.includes('clip_norm:limit=0.0')")
    assert lab.page.evaluate(CURVES) != curves
    version = lab.version
    lab.press("unwrap0-clip_norm")
    lab.redrawn(version)
    assert lab.asks["run"] == ["sgd:lr=0.5", "sgd:lr=0.5"]
    assert lab.page.evaluate(CURVES) == curves


def test_units_are_dropped_from_the_menu_on(sheet):
    """Its own slider is live; the curves of the run change with it, and its name says so."""
    lab = sheet(f"/embed/training?{SMALL}&run=sgd:lr=0.5&run=sgd:lr=0.5")
    lab.press("more1")
    version, curves = lab.version, lab.page.evaluate(CURVES)
    lab.action("dropout1").select_option("inverted")
    lab.redrawn(version)
    assert lab.asks["dropout"] == ["none", "inverted"]
    assert (halved := lab.page.evaluate(CURVES)) != curves
    with lab.holding("run1.dropout.keep") as to:
        to(1)
    none, kept = lab.asks["dropout"]
    assert none == "none"
    assert float(kept.removeprefix("inverted:keep=")) > 0.98
    assert lab.page.evaluate(CURVES) != halved


def test_rates_from_the_smallest_to_the_largest_are_read_in_the_hall(sheet):
    """In their fields, uncut, and typed as they are written."""
    lab = sheet("/embed/training?present=1&steps=200&run=sgd:lr=1e-6&run=sgd&run=sgd:lr=1000000")
    fields = lab.root.locator(".dl-cards .dl-sliders .dl-number")
    assert [field.input_value() for field in fields.all()] == ["1e-6", "0.1", "1e6"]
    assert fields.evaluate_all("(all) => all.every((one) => one.scrollWidth <= one.clientWidth)")
    version = lab.version
    lab.type(fields.nth(0), "1e-4")
    lab.redrawn(version)
    assert lab.asks["run"][0] == "sgd:lr=0.0001"
    assert fields.nth(0).input_value() == "1e-4"
    assert "1e-4" in lab.root.locator(".dl-readouts tbody tr").first.text_content()


@pytest.mark.parametrize(
    ("query", "panes", "heading"),
    [
        ("steps=60&run=sgd&run=adam", ["Histograms of outputs, gradients and weights, layer by layer"], True),
        ("data=moons&model=mlp:width=16,depth=2&steps=60&run=adam", ["What the network says everywhere"], True),
        (f"{SMALL}&run=sgd&run=adam&run=momentum", [], True),
        (f"{SMALL}&run=sgd&run=adam&run=momentum&run=rmsprop", [], False),
    ],
)
def test_in_the_hall_the_room_beneath_the_rates_shows_the_inside_of_a_run(sheet, query, panes, heading):
    lab = sheet(f"/embed/training?present=1&{query}", viewport={"width": 1280, "height": 720})
    inside = lab.root.locator(".dl-inside")
    if heading:
        expect(inside.locator(".dl-help")).to_contain_text("Dead units")
    expect(inside).to_be_visible(visible=heading)
    shown = inside.locator(".dl-pane canvas:visible")
    expect(shown).to_have_count(len(panes))
    assert [pad.get_attribute("aria-label") for pad in shown.all()] == panes
    if heading:
        box = inside.bounding_box()
        assert box["y"] + box["height"] <= 720


def test_the_next_example_is_named_at_once_and_the_one_after_it_follows(sheet):
    """Whatever the line does: a press goes on from what was asked last."""
    lab = sheet(f"/embed/training?present=1&{SMALL}&run=sgd", script=SLOW)
    title = lab.root.locator("h1")
    expect(title).to_have_text("Training")
    for preset in PRESETS[:3]:
        lab.key("PageDown")
        assert title.text_content() == preset.name
        assert lab.root.locator(".dl-sentence").text_content() == preset.sentence
    lab.key("PageUp")
    assert title.text_content() == PRESETS[1].name
    lab.until("return !('asking' in root.dataset)")
    assert lab.query == PRESETS[1].query
    assert title.text_content() == PRESETS[1].name


def test_the_sheet_of_keys_has_those_that_play(sheet):
    lab = sheet(f"/embed/training?{SMALL}&run=sgd")
    lab.key("?")
    keys = lab.root.locator(".dl-sheet dt").all_inner_texts()
    assert {"space", "← →", "Home, End", "[ ]", "p"} <= set(keys)
    lab.key("Escape")
    lab.key("Home")
    lab.until("return Number(root.dataset.step) === 0")
    lab.key("ArrowRight")
    lab.until("return Number(root.dataset.step) === 10")


def test_runs_of_one_rule_are_told_apart_in_short(sheet):
    """In the cards and in the table, by what differs; it follows the slider."""
    lab = sheet(f"/embed/training?{SMALL}&init=normal&init=he_normal&run=sgd&run=sgd")
    beside = lab.root.locator("[data-beside]")
    assert beside.all_inner_texts() == ["σ 0.01", "He"]
    rows = lab.root.locator(".dl-readouts tbody td:first-child")
    assert rows.all_inner_texts() == ["σ 0.01", "He"]
    lab.press("more0")
    with lab.holding("run0.init.std") as to:
        to(1)
        expect(beside.first).to_have_text(re.compile(r"σ (1\.|2)"))


def test_the_bar_is_within_a_frame_of_the_usual_size(sheet):
    lab = sheet(f"/embed/training?{SMALL}&run=sgd")
    lab.page.set_viewport_size(dict(width=960, height=600))
    lab.frames(3)
    lab.visible(lab.action("play"))
