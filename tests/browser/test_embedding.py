"""/embed: the player on a page of its own."""

import re

import pytest
from lab import SWEPT
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
    frame = f'<iframe src="{lab.server}/embed?run=sgd" width="900" height="700"></iframe>'
    lab.page.route("**/slides", lambda route: route.fulfill(content_type="text/html", body=frame))
    lab.page.goto(f"{lab.server}/slides")
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


def test_only_the_chosen_sliders_are_shown_and_they_move_the_picture(visit):
    lab = visit("/embed?run=sgd&run=adam&controls=run0.lr,surface.kappa&theme=dark&autoplay=1")
    expect(lab.root.locator("input[type=range][data-param]")).to_have_count(2)
    expect(lab.action("surface")).to_have_count(0)
    lab.until("return Number(root.dataset.step) > 3")  # it plays by itself
    assert "rgb(14, 17, 23)" in lab.page.evaluate("getComputedStyle(document.body).backgroundColor")
    before = lab.seen()
    with lab.holding("surface.kappa") as to:
        to(0.2)
        lab.redrawn(before.version)
        lab.until("return root.dataset.query.includes('kappa=')")
    lab.page.wait_for_url(lambda url: "kappa=" in url and "controls=run0.lr" in url and "theme=dark" in url)


def test_the_strict_policy_lets_every_view_draw(visit):
    lab = visit("/embed?view=3d&run=sgd")  # a refused script or style would be a console error
    expect(lab.stage.locator("canvas").first).to_be_attached()
    lab.press("view-panels")
    expect(lab.stage.locator(".cartesianlayer > .subplot").first).to_be_visible()


def test_a_drag_asks_once_and_is_local_from_then_on(visit):
    lab = visit("/embed?run=sgd&run=adam", script=SWEPT)
    with lab.holding("run0.lr") as to:
        lab.until("return window.swept")
        asked, version = len(lab.asked), lab.version
        for along in (0.3, 0.4, 0.5, 0.6):
            to(along)
            lab.frames(2)
        assert lab.version >= version + 4
        assert len(lab.asked) == asked
        shown = lab.number("run0.lr").input_value()
        assert f"sgd:lr={shown}" in lab.query
    lab.page.wait_for_url(lambda url: f"lr%3D{shown}" in url or f"lr={shown}" in url)


def test_a_question_that_the_sweep_has_overtaken_is_not_waited_for(visit):
    lab = visit("/embed?run=sgd&run=adam", script=SWEPT)
    held, sweeps = [], []
    lab.page.route(lambda url: "/api/descent" in url and "sweep=" not in url, lambda route: held.append(route))
    lab.page.route(lambda url: "sweep=" in url, lambda route: sweeps.append(route))
    with lab.holding("run0.lr") as to:
        with lab.page.expect_request(lambda request: "/api/descent" in request.url and "sweep=" not in request.url):
            to(0.3, 1)  # asks by itself, as the sweep is still under way
        sweeps[0].continue_()
        lab.until("return window.swept")
        version = lab.version
        to(0.6)
        lab.until("return Number(root.dataset.version) > given", version)
        assert len(held) == 1
        held[0].continue_()
        lab.page.unroute_all(behavior="wait")
        lab.redrawn(version)
    assert f"sgd:lr={lab.number('run0.lr').input_value()}" in lab.query


def test_an_exported_file_plays_and_drags_without_a_network(visit, tmp_path):
    lab = visit("/healthz", ready=False, first=True)
    reply = lab.page.request.get(f"{lab.server}/export?run=sgd&run=momentum&lang=zh")
    file = tmp_path / "descent-lab.html"
    file.write_bytes(reply.body())
    lab.page.goto("about:blank")  # or the icon of the page before would be missed
    lab.page.context.set_offline(True)
    asked = []
    lab.page.on("request", lambda request: asked.append(request.url))
    lab.page.goto(file.as_uri())
    lab.until("return root")
    expect(lab.root).to_have_attribute("lang", "zh-CN")
    before = lab.seen()
    with lab.holding("run1.lr") as to:
        to(0.3)
        lab.redrawn(before.version)
        assert lab.seen().paths != before.paths
    rate = lab.query.partition("momentum:lr=")[2]
    assert float(lab.number("run1.lr").input_value()) == float(rate), "6.05e-4 in the field, 0.000605 in the link"
    lab.key("Home")
    lab.press("play")
    lab.until("return Number(root.dataset.step) > 10")
    assert [url for url in asked if not url.startswith(("file:", "data:", "blob:"))] == []


def test_share_copies_a_frame_and_lists_the_files(visit):
    lab = visit("/?run=sgd:lr=0.02", permissions=["clipboard-read", "clipboard-write"])
    lab.press("share")
    lab.press("copy-iframe")
    expect(lab.action("copy-iframe")).to_have_text("Copied")
    text = lab.page.evaluate("navigator.clipboard.readText()")
    assert text.startswith("<iframe")
    assert "/embed/race?run=sgd:lr=0.02" in text
    for kind in ("html", "png", "svg", "gif", "csv", "json", "py"):
        address = lab.action(f"export-{kind}").get_attribute("href")
        assert lab.page.request.get(address).status == 200, address
    with lab.page.expect_download() as saved:
        lab.press("export-svg")
    assert saved.value.suggested_filename.endswith(".svg")
    lab.key("Escape")
    expect(lab.action("copy-iframe")).to_be_hidden()


def test_present_is_a_key_and_a_clicker_turns_the_presets(visit):
    lab = visit("/", viewport={"width": 1280, "height": 720})
    lab.settled()
    lab.key("p")
    lab.page.wait_for_url("**present=1**")
    lab.until("return root?.classList.contains('dl-present')")  # Streamlit may have put it elsewhere, as a page of its own
    lab.settled()
    expect(lab.action("surface")).to_be_hidden()
    assert lab.page.evaluate("document.querySelector('[data-player]').getBoundingClientRect().bottom <= innerHeight")
    query = lab.query
    lab.key("PageDown")
    lab.until("return root.dataset.query !== given", query)
    first = lab.query
    lab.key("PageDown")
    lab.until("return root.dataset.query !== given", first)
    lab.key("PageUp")
    lab.until("return root.dataset.query === given", first)
    lab.key("q")
    lab.page.wait_for_function("() => document.querySelector('.dl-code img')?.naturalWidth > 100")
    lab.key("q")
    expect(lab.page.locator(".dl-code")).to_have_count(0)


def test_students_open_the_page_by_itself_and_find_the_way_into_the_lab(visit):
    """The link itself, of every page, is looked at in test_every_page.py."""
    student = visit("/embed/schedules?lang=en")
    assert student.messages == []  # no session
    expect(student.action("share")).to_be_visible()  # all the controls
    way = student.action("lab")
    expect(way).to_have_text("Open in Descent Lab")
    assert way.get_attribute("href").startswith(f"{student.server}/schedules?")
    assert student.page.request.get(way.get_attribute("href")).status == 200


def test_the_way_into_the_lab_follows_what_is_on_the_screen(visit):
    lab = visit("/embed?run=sgd&run=adam&controls=run0.lr")
    expect(lab.action("lab")).to_be_visible()
    lab.type(lab.number("run0.lr"), "0.02")
    lab.until("return root.dataset.query.includes('sgd:lr=0.02')")
    lab.until("return root.querySelector('[data-action=lab]').href.includes('sgd:lr=0.02')")
    expect(visit("/?run=sgd").action("lab")).to_have_count(0)  # who is there needs no way


@pytest.mark.parametrize(("hosts", "words"), [(["192.168.7.20"], "Use 192.168.7.20"), ([], "Start the app where")])
def test_a_code_that_says_localhost_is_no_use_to_a_telephone(visit, hosts, words):
    lab = visit("/embed?run=sgd", permissions=["clipboard-read", "clipboard-write"])
    lab.page.route("**/api/hosts", lambda route: route.fulfill(json={"hosts": hosts}))
    lab.key("q")
    code = lab.page.locator(".dl-code")
    expect(code.get_by_role("alert")).to_contain_text("localhost")
    expect(code.get_by_role("alert")).to_contain_text(words)
    if hosts:
        lab.press("own-address")
        expect(code.get_by_role("alert")).to_be_hidden()
        expect(code.locator("img")).to_have_attribute("alt", re.compile(r"^http://192\.168\.7\.20:\d+/embed/race\?run=sgd"))
        lab.page.wait_for_function("() => document.querySelector('.dl-code img').naturalWidth > 100")
    lab.key("Escape")
    expect(code).to_have_count(0)
    if not hosts:
        lab.press("share")
        lab.press("copy-students")
        expect(lab.notice).to_contain_text("only this computer understands")
