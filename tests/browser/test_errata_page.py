"""Check the lecture: the list with its verdicts, an entry whose slider changes them while it is dragged, and every way out."""

import pytest
from playwright.sync_api import expect
from test_accessibility import PHONE, serious

# Streamlit looks for its own address beneath that of a page first.
QUIET = (r"/(errata|schedules)/_stcore/", r"console: Failed to load resource.*404")
COMPLAINT = "Part of this link could not be used"


@pytest.fixture
def errata(visit):
    def open_page(query="", path="/errata", **more):
        lab = visit(f"{path}?{query}", **more)
        lab.troubles.expect(*QUIET)
        return lab

    return open_page


def verdict(lab):
    return lab.root.locator(".dl-columns .dl-verdict")


def cell(lab, name):
    """What is computed for a quantity."""
    return lab.page.get_by_role("row").filter(has_text=name).get_by_role("cell").nth(1)


def test_the_list_has_every_verdict_and_opens_an_entry(errata):
    lab = errata()
    entries = lab.root.locator(".dl-errors li")
    expect(entries).to_have_count(20)
    words = entries.locator(".dl-verdict").all_inner_texts()
    assert set(words) == {"wrong", "right", "depends"}
    assert words[1] == "right"
    expect(lab.root.locator(".dl-sentence")).to_contain_text("20 places")
    assert serious(lab) == []
    version = lab.version
    entries.nth(5).get_by_role("link").click()
    lab.redrawn(version)
    expect(verdict(lab)).to_have_text("wrong")
    lab.page.wait_for_url("**/errata?entry=6")
    version = lab.version
    lab.press("all")
    lab.redrawn(version)
    expect(entries).to_have_count(20)


def test_a_slider_changes_numbers_and_finding_before_it_is_let_go_and_then_the_address(errata):
    lab = errata("entry=8&keep=0.51&lang=en")
    expect(verdict(lab)).to_have_text("wrong")
    expect(lab.root.locator(".js-plotly-plot")).to_be_visible()
    lab.settled()
    said = lab.root.locator(".dl-finding").inner_text()
    with lab.holding("keep") as to:
        to(0.2)
        lab.until("return Number(new URLSearchParams(root.dataset.query).get('keep')) < 0.4")
        assert float(cell(lab, "probability to keep").inner_text()) < 0.4
        assert lab.root.locator(".dl-finding").inner_text() != said
        assert lab.address["keep"] == ["0.51"], "the address follows when the slider is let go"
    lab.settled()
    moved = lab.asks["keep"]
    assert lab.address == {"entry": ["8"], "keep": moved, "lang": ["en"]}
    assert serious(lab) == []
    lab.page.reload()  # the address is all there is
    lab.until("return root")
    expect(cell(lab, "probability to keep")).to_have_text(moved[0])


def test_an_entry_opens_the_race_with_its_values(errata):
    lab = errata("entry=6&b2=0.99")
    lab.press("live")
    lab.until("return root && root.classList.contains('dl-race')")
    assert lab.asks["run"] == ["adam:lr=0.1,b2=0.99", "adam:lr=0.1,b2=0.99,bias_correction=false"]
    expect(lab.page.get_by_text(COMPLAINT)).to_have_count(0)


def test_a_bad_value_is_named_and_the_rest_is_used(errata):
    lab = errata("entry=6&b2=7&b1=0.5")
    expect(lab.page.get_by_role("alert").filter(has_text=COMPLAINT)).to_contain_text("b2 = 7")
    assert serious(lab) == []
    expect(lab.number("b1")).to_have_value("0.5")


def test_in_chinese_on_a_phone_in_the_dark(errata):
    lab = errata("entry=19&lang=zh", path="/embed/errata", color_scheme="dark", **PHONE)
    expect(verdict(lab)).to_have_text("错误")
    assert lab.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert serious(lab) == []


def test_a_clicker_turns_the_entries(errata):
    lab = errata("entry=1&present=1", path="/embed/errata")
    version = lab.version
    lab.key("PageDown")
    lab.redrawn(version)
    assert lab.asks["entry"] == ["2"]


def test_embedded_with_one_slider(errata):
    lab = errata("entry=6&controls=b2", path="/embed/errata")
    expect(lab.root.get_by_role("slider")).to_have_count(1)
    picture = lab.root.locator(".js-plotly-plot .scatterlayer")
    drawn = picture.inner_html()
    with lab.holding("b2") as to:
        to(0.1)
        lab.until("return Number(new URLSearchParams(root.dataset.query).get('b2')) < 0.9")
        lab.until("return root.querySelector('.js-plotly-plot .scatterlayer').innerHTML !== given", drawn)
