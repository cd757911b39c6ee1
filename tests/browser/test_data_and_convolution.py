"""The pages of data and of convolution: what a person does there."""

import pytest
from playwright.sync_api import expect
from test_accessibility import serious

PHONE = dict(viewport={"width": 390, "height": 844}, device_scale_factor=2, is_mobile=True, has_touch=True)
STACK = "document.querySelector('.dl-stack canvas').toDataURL()"
PLANES = "document.querySelector('.dl-planes canvas').toDataURL()"


def row(lab, region: str, number: int) -> list[str]:
    table = lab.root.get_by_role("region", name=region, exact=True)
    return table.locator("tbody tr").nth(number).locator("td").all_inner_texts()


@pytest.mark.parametrize("path", ["/embed/convolution", "/embed/data?data=iris&pair=2,3"])
def test_nothing_serious(visit, path):
    lab = visit(path)
    assert serious(lab) == []


@pytest.mark.parametrize("path", ["/embed/convolution", "/embed/data"])
def test_a_phone_is_wide_enough(visit, path):
    lab = visit(path, **PHONE)
    assert lab.page.evaluate("document.documentElement.scrollWidth") <= 390


def test_a_layer_is_looked_at_changed_and_refused(visit):
    lab = visit("/embed/convolution?input=32x32x3&layer=conv:filters=6,kernel=5&layer=pool:kernel=2")
    assert row(lab, "Layers", 0)[3:9] == ["28×28×6", "456", "352,800", "5", "1", "0"]
    drawn, version = lab.page.evaluate(STACK), lab.version
    lab.press("look1")
    lab.redrawn(version)
    assert lab.asks["unit"] == ["1,14,14"]
    lab.frames()
    assert lab.page.evaluate(STACK) != drawn
    version = lab.version
    lab.type(lab.root.locator('[data-param="layer1.kernel"]'), "3")
    lab.redrawn(version)
    assert row(lab, "Layers", 0)[3] == "30×30×6"
    assert row(lab, "Layers", 1)[3] == "15×15×6"
    lab.troubles.expect("status 400", "console: Failed to load resource.*400")
    lab.type(lab.root.locator('[data-param="layer1.kernel"]'), "40")
    expect(lab.root.get_by_role("alert")).to_contain_text("kernel up to 32")
    expect(lab.root.locator('[data-param="layer1.kernel"]')).to_have_value("3")
    version = lab.version
    lab.press("add-dense")
    lab.redrawn(version)
    assert row(lab, "Layers", 2)[3:5] == ["10", "13,510"]


def test_a_click_on_the_picture_chooses_a_unit(visit):
    lab = visit("/embed/convolution?input=32x32x3&layer=conv:filters=6,kernel=5")
    version = lab.version
    box = lab.root.locator(".dl-stack").bounding_box()
    lab.page.mouse.click(box["x"] + 0.1 * box["width"], box["y"] + 0.3 * box["height"])
    lab.redrawn(version)
    layer, down, across = map(int, lab.asks["unit"][0].split(","))
    assert layer == 1
    assert 0 <= down < 14
    assert 0 <= across < 14


def test_a_convolution_is_walked_through(visit):
    lab = visit("/embed/convolution")
    total = lab.root.locator(".dl-sum[aria-live]")
    expect(total).to_have_text("2·1 + 1·(−1) + 1·2 + 2·(−1) = 1")
    lab.key("ArrowRight")
    expect(total).to_contain_text("= −3")
    lab.key("End")
    assert lab.step == 8
    with lab.holding("dilation") as to:
        to(1)
        lab.until("return root.dataset.query.includes('dilation=3')")
    expect(total).to_contain_text("fits nowhere")


def test_a_filter_is_drawn_on_a_photograph(visit):
    lab = visit("/embed/convolution?photo=china")
    assert lab.step == 783, "whole maps first"
    lab.press("filter2")
    cells = lab.root.locator("[data-cell]")
    expect(cells.nth(0)).to_have_text("−1")
    total = lab.root.locator(".dl-sum:visible")
    expect(total).to_contain_text("level edges at (27, 27)")
    boxes = [cells.nth(k).bounding_box() for k in (0, 4)]
    version = lab.version
    lab.page.mouse.move(boxes[0]["x"] + 9, boxes[0]["y"] + 9)
    lab.page.mouse.down()
    lab.page.mouse.move(boxes[1]["x"] + 9, boxes[1]["y"] + 9)  # in one go: the cells between are painted too
    lab.page.mouse.up()
    lab.redrawn(version)
    lab.until("return root.dataset.query.includes('filter=2:11111aaaaa000001111111111')")
    expect(total).to_contain_text("drawn at")
    cells.nth(0).press("ArrowDown")
    cells.nth(5).press("7")
    lab.until("return root.dataset.query.includes('filter=2:111117aaaa')")
    cells.nth(5).press("-")
    lab.until("return root.dataset.query.includes('filter=2:11111gaaaa')")
    assert lab.step == 783, "the arrows moved in the filter, not the playhead"
    lab.press("filters")
    lab.until("return !root.dataset.query.includes('filter=')")
    expect(cells.nth(0)).to_have_text("−1")
    face = lab.root.locator(".dl-face").bounding_box()
    lab.page.mouse.click(face["x"] + face["width"] / 2, face["y"] + 4)
    assert lab.step == 14
    assert serious(lab) == []


def test_a_transform_is_chosen_and_a_cloud_is_pulled(visit):
    lab = visit("/embed/data")
    assert row(lab, "All transforms", 0)[4] == "189"
    drawn, version = lab.page.evaluate(PLANES), lab.version
    lab.press("transform-whitened")
    lab.redrawn(version)
    assert lab.asks["transform"] == ["whitened"]
    lab.frames()
    assert lab.page.evaluate(PLANES) != drawn
    with lab.holding("data.correlation") as to:
        to(0.95)
        lab.until("return root.dataset.query.includes('correlation=')")
    assert float(row(lab, "All transforms", 2)[2]) > 3.4, "it was 3.369"
    lab.press("first")
    assert lab.step == 0
    lab.press("forward")
    assert lab.step == 1


def test_another_data_set_brings_its_features(visit):
    lab = visit("/embed/data")
    lab.action("data").select_option("wine")
    lab.until("return root.dataset.query.includes('data=wine')")
    expect(lab.action("feature0")).to_be_visible()
    assert row(lab, "All transforms", 0)[2] == "8.04e7"
    version = lab.version
    lab.action("feature0").select_option("12")
    lab.redrawn(version)
    assert lab.asks["pair"] == ["12,1"]
    assert not lab.root.locator(".dl-photographs").is_visible()
    lab.action("data").select_option("photographs")
    lab.until("return root.dataset.query.includes('data=photographs')")
    expect(lab.root.get_by_role("img", name="less the mean image")).to_have_count(2)
    expect(lab.root.locator(".dl-photographs p")).to_contain_text("4608 numbers")
