"""The page of schedules, and schedules in the race."""

import pytest
from playwright.sync_api import expect

PROBES = r"/schedules/_stcore/"  # Streamlit looks for its own address beneath that of a page first
QUIET = (PROBES, r"console: Failed to load resource.*404")
PHONE = dict(viewport={"width": 390, "height": 844}, device_scale_factor=2, is_mobile=True, has_touch=True)
CURVES = "document.querySelector('.dl-curves > canvas').toDataURL()"
AXIS = "document.querySelector('.dl-curves .dl-plotly')._fullLayout.xaxis.range[1]"


@pytest.fixture
def schedules(visit):
    def open_page(path="/schedules", **more):
        lab = visit(path, **more)
        lab.troubles.expect(*QUIET)
        return lab

    return open_page


def test_it_opens_with_schedules_over_one_another(schedules):
    lab = schedules()
    assert [lab.action(f"schedule{i}").input_value() for i in range(lab.cards.count())] == [
        "constant",
        "step",
        "cosine",
        "linear",
    ]
    lab.press("unfold")
    floors = lab.root.get_by_role("region", name="At the playhead").locator("tbody tr td:nth-child(7)")
    expect(floors).to_have_count(4)
    constant, *falling = map(float, floors.all_inner_texts())
    assert all(floor < constant / 3 for floor in falling)
    expect(lab.page.get_by_text("which is 1/30 of the rate")).to_be_visible()


def test_dragging_a_milestone_redraws_before_it_is_let_go(schedules):
    lab = schedules("/schedules?surface=noisy_taco&run=sgd:lr=0.04~multistep")
    lab.settled()
    version, drawn, address = lab.version, lab.page.evaluate(CURVES), lab.page.url
    with lab.holding("run0.schedule.first") as to:
        to(0.3)
        lab.redrawn(version)
        lab.until("return root.dataset.query.includes('first=')")
        assert lab.page.evaluate(CURVES) != drawn
        assert lab.page.url == address
    lab.settled()
    assert "first=" in lab.address["run"][0]


def test_the_playhead_moves_rates_and_path_together(schedules):
    lab = schedules()
    lab.key("Home")
    lab.until("return Number(root.dataset.step) === 0")
    rates, path = lab.page.evaluate(CURVES), lab.seen().paths
    lab.key("ArrowRight", "ArrowRight")
    lab.until("return Number(root.dataset.step) === 2")
    assert lab.page.evaluate(CURVES) != rates
    assert lab.seen().paths != path
    lab.press("play")
    lab.until("return Number(root.dataset.step) > 20")


def test_a_long_horizon_fills_its_axis(schedules):
    lab = schedules("/schedules?steps=100000&surface=noisy_taco&run=sgd:lr=0.04~cosine")
    lab.settled()
    assert lab.page.evaluate(AXIS) == 100_000
    expect(lab.root.locator(".dl-steplabel")).to_contain_text("/ 100000")


def test_a_schedule_is_added_chosen_and_shared(schedules):
    lab = schedules("/schedules?surface=noisy_taco&run=sgd:lr=0.04")
    lab.press("add")
    lab.until("return root.dataset.query.split('run=').length === 3")
    lab.settled()
    lab.choose("schedule1", "transformer")
    assert lab.asks["run"][1] == "sgd:lr=0.04~transformer:warmup=20"  # a tenth of the 200 steps; 4000 would not be seen
    other = schedules("/schedules?" + lab.page.url.split("?")[1])
    assert other.query == lab.query


def test_a_bad_schedule_is_named_and_the_rest_shown(schedules):
    lab = schedules("/schedules?surface=noisy_taco&run=sgd:lr=0.04~cosin&steps=100001")
    notice = lab.page.get_by_test_id("stAlert")
    expect(notice).to_contain_text("cosine")
    expect(notice).to_contain_text("100000")
    assert lab.asks["run"] == ["sgd:lr=0.04"]


def test_in_chinese_and_on_a_phone_nothing_is_cut_off(schedules):
    lab = schedules("/schedules", locale="zh-CN", **PHONE)
    expect(lab.root.get_by_role("button", name="+ 添加策略")).to_be_visible()
    assert lab.page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_run_of_the_race_has_a_schedule_of_its_own(visit):
    lab = visit("/?run=sgd&run=adam")
    lab.settled()
    lab.press("more0")
    lab.action("schedule0").select_option("step")
    lab.until("return root.dataset.query.includes('~step')")
    version, drawn = lab.version, lab.page.evaluate(CURVES)
    with lab.holding("run0.schedule.every") as to:
        to(0.4)
        lab.redrawn(version)
        assert lab.page.evaluate(CURVES) != drawn
    lab.settled()
    assert lab.address["run"][0].startswith("sgd~step:every=")
    lab.open_notes()
    expect(lab.page.get_by_role("tab", name="Step decay")).to_be_visible()
