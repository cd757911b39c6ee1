"""Every page of the registry: as a page of its own, as a file without a network, and its share menu."""

from urllib.parse import parse_qsl

import pytest
from playwright.sync_api import expect
from test_accessibility import serious

from pages import PAGES

each = pytest.mark.parametrize("page", PAGES.values(), ids=PAGES)
OPENED = {"errata": "entry=6"}  # the list has no slider


def query_and_slider(page):
    """What the page opens with, and the slider that a file of it has."""
    query = OPENED.get(page.key, page.default)
    sliders = list(page.offline(page.parse(parse_qsl(query))[0]))
    return query, sliders[0] if sliders else None


@each
def test_by_itself_it_draws_and_its_slider_is_live(visit, page):
    query, slider = query_and_slider(page)
    lab = visit(f"/embed/{page.key}?{query}" + (f"&controls={slider}" if slider else ""))
    assert serious(lab) == []
    assert lab.messages == [], "no session of Streamlit's"
    if slider:
        expect(lab.root.locator("input[type=range][data-param]")).to_have_count(1)
        before = lab.query
        with lab.holding(slider) as to:
            to(0.3)
            lab.until("return root.dataset.query !== given", before)


@each
def test_a_file_of_it_needs_no_network_and_its_slider_is_live(visit, page, tmp_path):
    query, slider = query_and_slider(page)
    lab = visit("/healthz", ready=False, first=True)
    reply = lab.page.request.get(f"{lab.server}/export/{page.key}?{query}")
    assert reply.status == 200
    file = tmp_path / "page.html"
    file.write_bytes(reply.body())
    lab.page.goto("about:blank")  # or the icon of the page before would be missed
    lab.page.context.set_offline(True)
    asked = []
    lab.page.on("request", lambda request: asked.append(request.url))
    lab.page.goto(file.as_uri())
    lab.until("return root")
    if slider:
        before = lab.query
        with lab.holding(slider) as to:
            to(0.3)
            lab.until("return root.dataset.query !== given", before)
    assert [url for url in asked if not url.startswith(("file:", "data:", "blob:"))] == []


@each
def test_its_share_menu_offers_files_that_are_there(visit, page):
    query, _ = query_and_slider(page)
    lab = visit(f"/{page.path}?{query}")
    lab.troubles.expect(r"/\w+/_stcore/", r"console: Failed to load resource.*404")
    lab.settled()
    lab.press("share")
    kinds = lab.root.locator("[data-action^=export-]")
    expect(kinds.nth(2)).to_be_visible()
    for i in range(kinds.count()):
        address = kinds.nth(i).get_attribute("href")
        assert f"/export/{page.key}" in address
        if not address.split("?")[0].endswith(".gif"):  # filmed in tests/test_pages.py
            assert lab.page.request.get(address).status == 200, address
