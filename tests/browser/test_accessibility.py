"""axe-core finds nothing serious; each page by itself and in the lab is looked at in test_every_page.py."""

from importlib.resources import files

from playwright.sync_api import expect

PHONE = dict(viewport={"width": 390, "height": 844}, device_scale_factor=2, is_mobile=True, has_touch=True)
# Streamlit looks for its own address beneath that of a page first.
PROBES = (r"/\w+/_stcore/", r"console: Failed to load resource.*404")
AXE = files("axe_playwright_python") / "axe.min.js"


def serious(lab, *rules: str) -> list[str]:
    """What axe calls serious or critical, with the first nodes that it means; by all of its rules, unless some are named."""
    lab.page.evaluate(AXE.read_text("utf-8"))
    only = f", runOnly: {list(rules)}" if rules else ""
    violations = lab.page.evaluate(
        f"axe.run(document, {{resultTypes: ['violations']{only}}}).then((result) => result.violations)"
    )
    return [
        f"{rule['impact']} {rule['id']}: {rule['help']}: {node['target'][-1]} {node['html'][:200]}"
        for rule in violations
        if rule["impact"] in ("serious", "critical")
        for node in rule["nodes"]
        if not _streamlits(rule["id"], node["target"][-1])
    ]


def _streamlits(rule: str, target: str) -> bool:
    """A formula of st.latex scrolls sideways where it has no room, and nothing of ours can make it focusable."""
    return rule == "scrollable-region-focusable" and target.endswith(".katex-display")


def by_day_and_by_night(lab) -> list[str]:
    """What is serious on a page that is open, in light and in dark, where only colours are others."""
    violations = serious(lab)
    lab.page.emulate_media(color_scheme="dark")
    lab.until("return getComputedStyle(root).color.match(/\\d+/g).slice(0, 3).every((part) => Number(part) > 180)")
    lab.frames()
    violations += [f"in the dark: {line}" for line in serious(lab, "color-contrast")]
    lab.page.emulate_media(color_scheme="light")
    return violations


def test_nothing_serious_on_a_phone(visit):
    lab = visit("/", **PHONE)
    lab.open_notes()
    expect(lab.page.get_by_role("tab").first).to_be_visible()
    assert serious(lab) == []


def test_nothing_serious_in_a_notice_with_everything_open_and_a_run_diverged(visit):
    lab = visit("/?surface=tacoo&noise=gaussian&run=sgd:lr=0.5&run=adam&view=panels")
    lab.press("more1")
    lab.type(lab.number("run0.lr"), "99")
    expect(lab.notice).to_be_visible()
    assert serious(lab) == []


def test_the_page_of_a_bad_embed_link_too(visit):
    lab = visit("/healthz", ready=False)
    lab.troubles.expect("400")
    lab.page.goto(f"{lab.server}/embed?surface=tacoo")
    assert serious(lab) == []


def test_the_whole_player_is_reached_with_tab(visit):
    lab = visit("/embed?run=sgd")
    reached = set()
    for _ in range(40):
        lab.key("Tab")
        reached.add(lab.page.evaluate("document.activeElement.dataset.action ?? document.activeElement.dataset.param ?? ''"))
    wanted = "surface surface.kappa noise preset view-3d link start play scrub speed run0.lr add"
    assert set(wanted.split()) <= reached
