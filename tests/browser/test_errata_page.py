"""Check the lecture: the list with its verdicts, an entry whose slider changes them, and links that open the app."""

import pytest
from playwright.sync_api import expect
from test_accessibility import PHONE, serious

# Streamlit looks for its own address beneath that of a page first.
QUIET = (r"/(errata|schedules)/_stcore/", r"console: Failed to load resource.*404")
STILL = "[data-test-script-state=notRunning]"
COMPLAINT = "Part of this link could not be used"


@pytest.fixture
def errata(visit):
    def open_page(query="", **more):
        lab = visit(f"/errata?{query}", ready=False, **more)
        lab.troubles.expect(*QUIET)
        expect(lab.page.locator(".st-key-errata a").filter(has_text="20 ·")).to_be_visible()  # the last thing to come
        lab.page.wait_for_selector(STILL, state="attached")
        return lab

    return open_page


def verdict(lab):
    return lab.page.locator("p").filter(has_text="The verdict:")


def cell(lab, name):
    """What is computed for a quantity."""
    return lab.page.get_by_role("row").filter(has_text=name).get_by_role("cell").nth(1)


def test_the_list_has_every_verdict_and_opens_an_entry(errata):
    lab = errata()
    links = lab.page.locator(".st-key-errata a")
    expect(links).to_have_count(20)
    words = [text.split()[-1] for text in links.all_inner_texts()]
    assert set(words) == {"wrong", "right", "depends"}
    assert words[1] == "right"
    assert serious(lab) == []
    links.nth(5).click()
    expect(verdict(lab)).to_contain_text("depends")
    lab.page.wait_for_url("**/errata?entry=6")


def test_a_slider_changes_numbers_verdict_and_address(errata):
    lab = errata("entry=8&keep=0.51&lang=en")
    expect(verdict(lab)).to_contain_text("wrong")
    expect(lab.page.locator(".js-plotly-plot")).to_be_visible()
    slider = lab.page.get_by_role("slider")
    expect(slider).to_have_value("0.51")
    slider.focus()
    lab.key("ArrowLeft")
    moved = float(slider.input_value())
    assert moved < 0.51
    expect(cell(lab, "probability to keep")).to_have_text(f"{moved:g}")
    lab.page.wait_for_url(f"**keep={moved:g}**")
    assert lab.address == {"entry": ["8"], "keep": [f"{moved:g}"], "lang": ["en"]}
    assert serious(lab) == []
    lab.page.reload()  # the address is all there is
    expect(cell(lab, "probability to keep")).to_have_text(f"{moved:g}")


def test_an_entry_opens_the_race_with_its_values(errata):
    lab = errata("entry=6&b2=0.99")
    lab.page.get_by_role("link", name="See it move").click()
    lab.until("return root")
    assert lab.asks["run"] == ["adam:lr=0.1,b2=0.99", "adam:lr=0.1,b2=0.99,bias_correction=false"]
    expect(lab.page.get_by_text(COMPLAINT)).to_have_count(0)


def test_a_bad_value_is_named_and_the_rest_is_used(errata):
    lab = errata("entry=6&b2=7&b1=0.5")
    expect(lab.page.get_by_role("alert").filter(has_text=COMPLAINT)).to_contain_text("b2 = 7")
    assert serious(lab) == []
    expect(lab.page.get_by_role("slider").nth(0)).to_have_value("0.5")


def test_in_chinese_on_a_phone_in_the_dark(errata):
    lab = errata("entry=19&lang=zh", color_scheme="dark", **PHONE)
    expect(lab.page.locator("p").filter(has_text="结论：")).to_contain_text("错误")
    assert lab.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert serious(lab) == []
