"""/embed: the player on a page of its own."""

import re

from playwright.sync_api import expect

from landscapes import LANDSCAPES


def test_embed_draws_and_keeps_its_address_up_to_date(visit):
    lab = visit("/embed?surface=beale&run=sgd:lr=0.001")
    assert lab.asks == {"surface": ["beale"], "run": ["sgd:lr=0.001"]}
    before = lab.seen()
    with lab.holding("run0.lr") as to:
        to(0.25)
        lab.redrawn(before.version)
        assert lab.seen().paths != before.paths
        assert lab.page.url == before.address
    lab.page.wait_for_url(lambda url: url != before.address)
    lab.settled()
    now, table = lab.seen(), lab.table()
    assert lab.messages == []  # no session of Streamlit's
    lab.page.reload()
    lab.until("return root")
    assert lab.table() == table
    assert lab.seen().paths == now.paths


def test_embed_has_the_settings_of_the_page(visit):
    lab = visit("/embed?view=panels&scale=linear&lang=zh&run=sgd&run=adam")
    expect(lab.stage.locator(".cartesianlayer > .subplot")).to_have_count(2)
    expect(lab.action("log")).not_to_be_checked()
    expect(lab.action("language")).to_have_text("English")
    expect(lab.page.locator("html")).to_have_attribute("lang", re.compile("^zh"))
    lab.press("language")
    expect(lab.action("language")).to_have_text("中文")
    lab.page.wait_for_url(lambda url: "lang=en" in url)


def test_embed_in_a_frame_of_another_page(visit):
    lab = visit("/healthz", ready=False)
    lab.page.set_content(f'<iframe src="{lab.server}/embed?run=sgd" width="900" height="700"></iframe>')
    inside = lab.page.frame_locator("iframe")
    expect(inside.locator("[data-player]")).to_have_attribute("data-step", "200")
    inside.locator("[data-action=first]").click()
    expect(inside.locator("[data-player]")).to_have_attribute("data-step", "0")


def test_a_bad_embed_link_is_answered_with_a_readable_page(visit):
    lab = visit("/healthz", ready=False)
    lab.troubles.expect("400")
    reply = lab.page.goto(f"{lab.server}/embed?surface=tacoo&steps=0&run=sgd:lr=<b>")
    assert reply.status == 400
    expect(lab.page.get_by_role("heading")).to_be_visible()
    problems = lab.page.get_by_role("listitem")
    expect(problems).to_have_count(3)
    for words in ("“taco”", "steps = 0", "<b>"):
        expect(lab.page.get_by_role("list")).to_contain_text(words)


def test_every_surface_of_the_menu_is_drawn(visit):
    lab = visit("/embed?run=sgd")
    menu = lab.action("surface")
    pictures = set()
    for key in LANDSCAPES:
        if menu.input_value() != key:
            lab.choose("surface", key)
        assert lab.asks.get("surface", ["taco"]) == [key]
        expect(lab.notice).to_be_hidden()
        pictures.add(lab.seen().paths)
    assert len(pictures) == len(LANDSCAPES)
