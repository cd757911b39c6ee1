"""The gallery of figures: cards with pictures that the app draws, filters, and links that open them live."""

import pytest
from playwright.sync_api import expect
from test_accessibility import serious

PROBES = r"/lectures/_stcore/"  # Streamlit looks for its own address beneath that of a page first
QUIET = (PROBES, r"console: Failed to load resource.*404")
PHONE = dict(viewport={"width": 390, "height": 844}, device_scale_factor=2, is_mobile=True, has_touch=True)
LOADED = "[...document.querySelectorAll('.dl-gallery img')].every((image) => image.complete && image.naturalWidth > 0)"


@pytest.fixture
def lectures(visit):
    def open_page(path="/lectures", **more):
        lab = visit(path, **more)
        lab.troubles.expect(*QUIET, r"/schedules/_stcore/")
        lab.page.wait_for_selector(".dl-gallery")
        return lab

    return open_page


def cards(lab):
    return lab.page.locator(".dl-gallery li")


def test_cards_with_pictures_that_open_live(lectures):
    lab = lectures("/lectures?topic=rates")
    expect(cards(lab).first).to_be_visible()
    for i in range(cards(lab).count()):  # they load as they come into view
        cards(lab).nth(i).scroll_into_view_if_needed()
    lab.page.wait_for_function(f"() => {LOADED}")
    names = lab.page.locator(".dl-gallery img").evaluate_all("images => images.map((image) => image.alt)")
    assert len(names) == len(set(names)) == cards(lab).count() > 5
    assert all(names)
    card = cards(lab).filter(has_text="Warm restarts")
    link = card.get_by_role("link")
    link.focus()
    lab.key("Enter")
    lab.until("return root && root.classList.contains('dl-schedules')")
    assert lab.page.url.startswith(f"{lab.server}/schedules?")
    assert [run.partition("~")[2].partition(":")[0] for run in lab.asks["run"]] == ["sgdr", "cosine", ""]
    expect(lab.page.get_by_text("Part of this link could not be used")).to_have_count(0)
    expect(lab.notice).to_have_count(0)


def test_filters_narrow_the_cards_and_are_in_the_address(lectures):
    lab = lectures("/lectures")
    everything = cards(lab).count()
    lab.choose("topic", "activations")
    expect(lab.page.locator(".dl-gallery")).not_to_contain_text("Zig-zag across")
    some = cards(lab).count()
    assert 0 < some < everything
    lab.page.wait_for_url("**topic=activations**")
    lab.choose("lecture", "001")
    expect(lab.page.locator(".dl-gallery")).not_to_contain_text("Gradients of one sign")
    assert 0 < cards(lab).count() < some
    lab.page.wait_for_url("**lecture=001**")


def test_a_filter_that_does_not_exist_is_named(lectures):
    lab = lectures("/lectures?topic=rate&lecture=001")
    expect(lab.page.get_by_role("alert").filter(has_text="rate")).to_be_visible()
    expect(lab.page.locator(".dl-gallery")).not_to_contain_text("A larger rate does not help")


def test_on_a_phone_what_is_chosen_among_stands_before_the_cards(lectures):
    lab = lectures("/embed/lectures", **PHONE)
    menus, first = lab.root.locator(".dl-toolbar select").all(), cards(lab).first.bounding_box()
    assert len(menus) == 2
    assert all(menu.bounding_box()["y"] < first["y"] < 844 for menu in menus)


def test_in_chinese_on_a_phone_in_the_dark(lectures):
    lab = lectures("/embed/lectures?lang=zh&topic=normalization", color_scheme="dark", **PHONE)
    lab.page.wait_for_function(f"() => document.querySelector('.dl-gallery img').src.includes('theme=dark') && {LOADED}")
    assert lab.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert serious(lab) == []
    expect(cards(lab).first).to_contain_text("批")
    addresses = lab.page.locator(".dl-gallery a").evaluate_all("links => links.map((l) => l.href)")
    assert addresses
    assert all("lang=zh" in address for address in addresses)
