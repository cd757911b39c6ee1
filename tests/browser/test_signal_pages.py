"""The pages of activations and of initialization."""

import pytest
from playwright.sync_api import expect

PROBES = (r"/\w+/_stcore/", r"console: Failed to load resource.*404")  # Streamlit looks for its own address there first
PHONE = dict(viewport={"width": 390, "height": 844}, device_scale_factor=2, is_mobile=True, has_touch=True)
CURVES = "document.querySelector('.dl-curves > canvas').toDataURL()"
HISTOGRAMS = "document.querySelector('.dl-histograms canvas').toDataURL()"
WALK = "JSON.stringify(document.querySelector('.dl-walk').data[0].y)"


@pytest.fixture
def sheet(visit):
    def open_page(path, **more):
        lab = visit(path, **more)
        lab.troubles.expect(*PROBES)
        return lab

    return open_page


def cells(lab, region: str, column: int) -> list[str]:
    return lab.root.get_by_role("region", name=region, exact=True).locator(f"tbody td:nth-child({column})").all_inner_texts()


def test_too_small_too_big_just_right(sheet):
    lab = sheet("/initialization")
    lab.key("End")
    lab.until("return Number(root.dataset.step) === 10")
    small, big, right = map(float, cells(lab, "At this layer", 3))
    assert small < 1e-5
    assert big > 0.9
    assert 0.2 < right < 0.3


def test_dragging_a_spread_redraws_before_it_is_let_go(sheet):
    lab = sheet("/initialization?batch=64")
    lab.settled()
    version, curves, drawn, address = lab.version, lab.page.evaluate(CURVES), lab.page.evaluate(HISTOGRAMS), lab.page.url
    with lab.holding("net0.init.std") as to:
        to(0.7)
        lab.redrawn(version)
        lab.until("return root.dataset.query.includes('std=')")
        assert lab.page.evaluate(CURVES) != curves
        assert lab.page.evaluate(HISTOGRAMS) != drawn
        assert lab.page.url == address
    lab.settled()
    assert "std=" in lab.address["init"][0]


def test_another_configuration_is_added_changed_and_shared(sheet):
    lab = sheet("/initialization?init=lecun&batch=64")
    version = lab.version
    lab.press("add")
    lab.redrawn(version)
    lab.choose("activation1", "relu")
    assert lab.asks["activation"] == ["tanh", "relu"]
    lab.choose("norm1", "batch")
    expect(lab.slider("net1.gamma")).to_be_visible()
    other = sheet("/initialization?" + lab.page.url.split("?")[1])
    assert other.query == lab.query
    assert other.cards.count() == 2


def test_a_preset_puts_the_printed_numbers_beside_the_computed_ones(sheet):
    lab = sheet("/initialization?lang=en")
    version = lab.version
    lab.action("preset").select_option("relu_kaiming")
    lab.redrawn(version)
    printed = lab.root.get_by_role("region", name="Printed and computed")
    expect(printed).to_contain_text("printed in the lecture")
    off = [float(text.split()[2]) for text in cells(lab, "Printed and computed", 8) if text]
    assert max(off) <= 0.015


def test_a_bad_link_is_named_and_the_rest_shown(sheet):
    lab = sheet("/initialization?init=lecunn&depth=4&width=9999")
    notice = lab.page.get_by_test_id("stAlert")
    expect(notice).to_contain_text("lecun")
    expect(notice).to_contain_text("4096")
    assert lab.asks["depth"] == ["4"]


def test_the_probe_reads_value_and_slope(sheet):
    lab = sheet("/activations?activation=sigmoid&activation=tanh")
    lab.key("Home")
    assert cells(lab, "At the probe", 2) == ["4.54e-5", "-1"]
    lab.until("return Number(root.dataset.step) === 0")
    lab.page.wait_for_url("**probe=-10**")
    box = lab.root.locator(".dl-curves").first.bounding_box()
    lab.page.mouse.click(box["x"] + 0.6 * box["width"], box["y"] + 0.3 * box["height"])
    lab.until("return Number(root.dataset.step) > 150")


def test_the_rate_moves_both_experiments(sheet):
    lab = sheet("/activations?activation=relu")
    lab.settled()
    version, walk = lab.version, lab.page.evaluate(WALK)
    with lab.holding("rate") as to:
        to(0.9)
        lab.redrawn(version)
        lab.until("return root.dataset.query.includes('rate=')")
        assert lab.page.evaluate(WALK) != walk
    expect(lab.page.get_by_text("are dead in the end")).to_be_visible()


@pytest.mark.parametrize("path", ["/activations", "/initialization"])
def test_in_chinese_and_on_a_phone_nothing_is_cut_off(sheet, path):
    lab = sheet(path, locale="zh-CN", **PHONE)
    expect(lab.root.get_by_text("复制链接")).to_be_visible()
    assert lab.page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("path", ["/activations", "/initialization"])
def test_the_other_language_and_the_lecture_hall_are_a_click_and_a_key_away(sheet, path):
    lab = sheet(path)
    version = lab.version
    lab.press("language")
    lab.redrawn(version)
    expect(lab.root).to_have_attribute("lang", "zh-CN")
    curves = lab.page.evaluate(CURVES)
    assert len(curves) > 5000  # drawn again, not left empty
    version = lab.version
    lab.key("p")
    lab.redrawn(version)
    expect(lab.action("preset")).to_be_hidden()
    query = lab.query
    lab.key("PageDown")
    lab.until("return root.dataset.query !== given", query)
    lab.page.wait_for_url("**present=1**")
