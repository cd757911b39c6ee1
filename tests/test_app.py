"""The Streamlit script, without a browser: every surface and a bad link run, and the text under the race follows the link."""

import pytest
from streamlit.testing.v1 import AppTest

import locales
from activations import ACTIVATIONS
from initializers import INITIALIZERS
from landscapes import LANDSCAPES
from optimizers import OPTIMIZERS
from pages import PAGES
from schedules import SCHEDULES

LANGUAGES = list(locales.LANGUAGES)


@pytest.fixture
def app(pytestconfig, monkeypatch):
    """`app(surface="beale", lang="zh")`: the page at such an address, with all its notes open."""
    monkeypatch.chdir(pytestconfig.rootpath)

    def at(**query: str | list[str]) -> AppTest:
        page = AppTest.from_file(str(pytestconfig.rootpath / "ui" / "shell.py"), default_timeout=60)
        for field, value in query.items():
            page.query_params[field] = value
        return opened(page.run())

    return at


def opened(page: AppTest) -> AppTest:
    """The page with formulas, sources and code, which it shows where they are asked for."""
    return page.toggle(key="more").set_value(True).run() if page.toggle else page


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("key", LANDSCAPES)
def test_every_surface_runs_and_says_what_to_look_for(app, key, language):
    page, _ = app(surface=key, lang=language), locales.translator(language)
    assert not page.exception
    assert not page.warning
    assert [head.value for head in page.subheader] == [_("What to look for")]
    assert _(LANDSCAPES[key].look_for) in [text.value for text in page.markdown]
    assert any(LANDSCAPES[key].latex in formula.value for formula in page.latex)


@pytest.mark.parametrize("page", [page for page in PAGES if page != "lectures"])
def test_a_first_visit_brings_no_formula_and_no_listing(pytestconfig, monkeypatch, page):
    """Their scripts and fonts are larger than all the rest of the page."""
    monkeypatch.chdir(pytestconfig.rootpath)
    script = f"from pages import PAGES\nfrom ui import frame\nframe.show(PAGES[{page!r}])"
    seen = AppTest.from_string(script, default_timeout=60).run()
    assert not seen.exception
    assert [kind for kind in ("latex", "code", "tab", "plotly_chart", "expander") if seen.get(kind)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_bad_link_lists_its_problems_and_shows_the_rest(app, language):
    page = app(surface="tacoo", run=["adam:lr=0.2", "sgdd"], steps="0", view="4d", lang=language)
    assert not page.exception
    [warning] = page.warning
    first, *problems = warning.value.split("\n")
    assert first == locales.translator(language)("Part of this link could not be used; the rest is shown.")
    assert len(problems) == 4
    for part in ("tacoo", "taco", "sgdd", "steps = 0", "5000", "4d", "3d"):
        assert part in warning.value
    assert [tab.label for tab in page.tabs] == ["Adam"]


def test_a_bad_language_is_a_problem_like_any_other(app):
    page = app(lang="xx")
    assert not page.exception
    assert "xx" in page.warning[0].value


@pytest.mark.parametrize("key", OPTIMIZERS)
def test_the_rule_the_code_and_the_source_of_every_optimizer_are_shown(app, key):
    rule = OPTIMIZERS[key]
    page = app(run=[f"{key}:lr=0.0123"])
    assert not page.exception
    assert [tab.label for tab in page.tabs] == [rule.name]
    assert rule.latex[0] in page.latex[1].value
    *code, source = [block.value for block in page.code]
    assert "def update" in source
    assert all("0.0123" in block for block in code)
    assert bool(code) == bool(rule.torch or rule.optax)


def test_a_formula_runs(app):
    page = app(formula="x**2 + 3*y**2", run=["sgd:lr=0.1"])
    assert not page.exception
    assert not page.warning


def test_the_lecture_hall_has_no_explanation(app):
    page = app(present="1")
    assert not page.exception
    assert not page.subheader


# ------------------------------------------------------------------------------------------------- the other pages


@pytest.fixture
def page_of(pytestconfig, monkeypatch):
    """`page_of("schedules", run="sgd~step")`: one page by itself, with all its notes open."""
    monkeypatch.chdir(pytestconfig.rootpath)

    def at(name: str, **query: str | list[str]) -> AppTest:
        script = f"from pages import PAGES\nfrom ui import frame\nframe.show(PAGES[{name!r}])"
        page = AppTest.from_string(script, default_timeout=60)
        for field, value in query.items():
            page.query_params[field] = value
        return opened(page.run())

    return at


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ["schedules", "activations", "initialization"])
def test_every_page_opens_and_says_what_to_look_for(page_of, name, language):
    page = page_of(name, lang=language)
    assert not page.exception
    assert not page.warning
    assert locales.translator(language)("What to look for") in [head.value for head in page.subheader]
    assert page.latex
    assert not page_of(name, present="1").subheader


BAD = {
    "schedules": (dict(run=["sgd~cosin", "sgd~step"], steps="100001"), ("cosine", "100000")),
    "activations": (dict(activation=["rellu", "tanh"], rate="0"), ("relu", "rate = 0")),
    "initialization": (dict(init=["lecunn"], depth="51"), ("lecun", "depth = 51")),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_link_to_any_page_is_named_and_the_rest_shown(page_of, name):
    query, words = BAD[name]
    page = page_of(name, **query)
    assert not page.exception
    assert all(word in page.warning[0].value for word in words)
    assert page.latex


@pytest.mark.parametrize("key", SCHEDULES)
def test_the_formula_the_code_and_the_source_of_every_schedule_are_shown(page_of, key):
    page = page_of("schedules", run=[f"sgd:lr=0.0123~{key}:warmup=7"], surface="noisy_taco")
    assert not page.exception
    assert [tab.label for tab in page.tabs] == [SCHEDULES[key].name]
    assert SCHEDULES[key].latex in page.latex[0].value
    *code, source = [block.value for block in page.code]
    assert "def rate" in source
    assert code
    begins = [text.value for text in page.markdown if "7" in text.value and SCHEDULES[key].name in text.value]
    assert begins  # what its first update runs at, computed


@pytest.mark.parametrize("key", ACTIVATIONS)
def test_every_activation_is_explained(page_of, key):
    page = page_of("activations", activation=[key])
    assert not page.exception
    assert ACTIVATIONS[key].latex in page.latex[0].value
    assert "Activation(" in page.code[-1].value


@pytest.mark.parametrize("key", INITIALIZERS)
def test_every_initializer_is_explained_and_the_lecture_checked(page_of, key):
    page = page_of("initialization", init=[key], width="32", depth="3", batch="16")
    assert not page.exception
    assert any(INITIALIZERS[key].latex in formula.value for formula in page.latex)
    assert any("LeCun" in text.value and "0.1768" in text.value for text in page.markdown)  # 1/√32
