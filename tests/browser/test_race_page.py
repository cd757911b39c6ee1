"""What the page adds to the player: the address, Back, bad links, explanations, data, languages."""

import csv
from urllib.parse import unquote

from playwright.sync_api import expect

import locales
from landscapes import LANDSCAPES

# A slow line to Streamlit: what the page tells its script arrives half a second later.
LATE = """
const send = WebSocket.prototype.send;
WebSocket.prototype.send = function (message) { setTimeout(() => send.call(this, message), 500); };
"""


def test_a_bad_link_uses_the_good_part_and_names_the_rest(visit):
    lab = visit("/?surface=tacoo&run=sgd:lr=0.02&run=adm&steps=many&colour=red")
    notice = lab.page.get_by_role("alert").filter(visible=True)
    for words in ("tacoo", "“taco”", "adm", "“adam”", "many", "steps", "colour"):
        expect(notice).to_contain_text(words)
    assert lab.asks == {"run": ["sgd:lr=0.02"]}
    assert lab.optimizers == ["sgd"]


def test_the_notice_of_a_bad_link_goes_when_the_link_is_replaced(visit):
    lab = visit("/?surface=tacoo&run=sgd")
    notice = lab.page.get_by_role("alert").filter(visible=True)
    expect(notice).to_have_count(1)
    version = lab.version
    with lab.holding("run0.lr") as to:
        to(0.3)
        lab.redrawn(version)
    lab.page.wait_for_url(lambda url: "tacoo" not in url)
    lab.settled()
    expect(notice).to_have_count(0)
    assert lab.version > version  # still the same player


def test_back_and_forward_bring_back_what_was_on_the_screen(visit):
    lab = visit("/")
    start = lab.seen()
    lab.choose("surface", "himmelblau")
    lab.choose("surface", "beale")
    lab.page.go_back()
    lab.until("return root.dataset.query.includes('surface=himmelblau')")
    expect(lab.action("surface")).to_have_value("himmelblau")
    lab.page.go_back()
    lab.until("return root.dataset.query === ''")
    expect(lab.action("surface")).to_have_value("taco")
    lab.frames(10)
    assert lab.seen().paths == start.paths
    lab.page.go_forward()
    lab.until("return root.dataset.query.includes('surface=himmelblau')")


def test_the_address_follows_back_to_the_defaults(visit):
    lab = visit("/")
    lab.type(lab.number("run0.lr"), "0.02")
    lab.until("return root.dataset.query.includes('lr=0.02')")
    lab.settled()
    lab.type(lab.number("run0.lr"), "0.045")
    lab.until("return root.dataset.query === ''")
    lab.page.wait_for_url(lambda url: "run=" not in url)


def test_gestures_in_quick_succession_end_at_the_last_one(visit):
    lab = visit("/", script=LATE)
    lab.settled()
    lab.slider("run0.lr").focus()
    lab.key("ArrowLeft", "ArrowLeft", "ArrowLeft", "ArrowLeft")
    last = lab.number("run0.lr").input_value()
    lab.page.wait_for_url(lambda url: f"sgd:lr={last}&" in unquote(url))
    lab.frames(60)
    assert lab.asks.get("run", ["sgd"])[0] == f"sgd:lr={last}"
    assert lab.number("run0.lr").input_value() == last
    lab.settled()


def test_the_data_is_downloaded_as_csv(visit, tmp_path):
    lab = visit("/?run=sgd:lr=0.02&run=adam&steps=50")
    with lab.page.expect_download() as download:
        lab.press("share")
        lab.press("export-csv")
    assert download.value.suggested_filename.endswith(".csv")
    download.value.save_as(tmp_path / "descent.csv")
    with (tmp_path / "descent.csv").open(newline="", encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file))
    numbers = lab.page.request.get(f"{lab.server}/api/descent?{lab.query}").json()
    assert [float(row["loss"]) for row in rows] == [loss for run in numbers["runs"] for loss in run["f"]]
    assert [row["optimizer"] for row in rows] == ["sgd"] * 51 + ["adam"] * 51
    assert all("nan" not in text.lower() for row in rows for text in row.values())


def test_the_explanation_follows_the_experiment(visit):
    lab = visit("/")
    page = lab.page
    expect(page.get_by_role("heading", name="What to look for")).to_be_visible()
    lab.open_notes()
    taco, beale = LANDSCAPES["taco"], LANDSCAPES["beale"]
    formulas = page.locator("annotation")
    expect(formulas.filter(has_text=taco.latex)).to_have_count(1)
    expect(page.get_by_role("tab")).to_have_text(["SGD", "Momentum", "Adam"])
    panel = page.get_by_role("tabpanel").filter(visible=True)
    expect(panel).to_contain_text("torch.optim.SGD")
    expect(panel).to_contain_text("lr=0.045")

    lab.type(lab.number("run0.lr"), "0.02")
    expect(panel).to_contain_text("lr=0.02")
    panel.get_by_text("The source that ran").click()
    expect(panel).to_contain_text("def update")

    lab.choose("surface", "beale")
    expect(formulas.filter(has_text=beale.latex)).to_have_count(1)
    expect(formulas.filter(has_text=taco.latex)).to_have_count(0)
    lab.action("optimizer1").select_option("rmsprop")
    expect(page.get_by_role("tab")).to_have_text(["SGD", "RMSProp", "Adam"])


def test_a_chinese_browser_gets_chinese_and_can_switch_to_english(visit):
    chinese = locales.translator("zh")
    assert chinese("Play") != "Play"
    lab = visit("/?run=sgd:lr=0.02", locale="zh-CN")
    expect(lab.action("play")).to_have_accessible_name(chinese("Play"))
    expect(lab.page.get_by_role("heading", name=chinese("What to look for"))).to_be_visible()
    lab.press("language")
    lab.page.wait_for_url(lambda url: "lang=en" in url)
    expect(lab.action("play")).to_have_accessible_name("Play")
    expect(lab.page.get_by_role("heading", name="What to look for")).to_be_visible()
    assert lab.asks == {"run": ["sgd:lr=0.02"]}
    lab.page.reload()
    expect(lab.action("play")).to_have_accessible_name("Play")


def test_copy_link_copies_what_is_on_the_screen(visit):
    lab = visit("/embed", permissions=["clipboard-read", "clipboard-write"])
    lab.type(lab.number("run0.lr"), "0.02")
    lab.until("return root.dataset.query.includes('lr=0.02')")
    lab.press("link")
    expect(lab.action("link")).to_have_text("Copied")
    copied = lab.page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith(lab.server)
    assert "/embed" not in copied
    assert visit(copied.removeprefix(lab.server)).query == lab.query


def test_the_local_picture_follows_the_playhead_and_is_in_the_link(visit):
    """Of the run that is chosen in the menu; it goes when nothing is chosen."""
    lab = visit("/?steps=30&run=momentum:lr=0.02&run=sgd:lr=0.04~clip_norm")
    panel = lab.page.locator(".dl-local")
    expect(panel).to_be_hidden()
    lab.page.locator("[data-action=local]").select_option("1")
    expect(panel).to_be_visible()
    expect(panel).to_have_attribute("data-local", "1 30")
    lab.page.locator("[data-action=first]").click()
    expect(panel).to_have_attribute("data-local", "1 0")
    lab.page.wait_for_url("**local=1**")
    lab.page.locator("[data-action=local]").select_option("")
    expect(panel).to_be_hidden()
    lab.page.wait_for_url(lambda url: "local=" not in url)
