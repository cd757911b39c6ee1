"""The Streamlit script, without a browser: every surface and a bad link run, and the text under the race follows the link."""

import pytest
from streamlit.testing.v1 import AppTest

import locales
from landscapes import LANDSCAPES
from optimizers import OPTIMIZERS

LANGUAGES = list(locales.LANGUAGES)


@pytest.fixture
def app(pytestconfig, monkeypatch):
    """`app(surface="beale", lang="zh")`: the page at such an address, after its first run."""
    monkeypatch.chdir(pytestconfig.rootpath)

    def at(**query: str | list[str]) -> AppTest:
        page = AppTest.from_file(str(pytestconfig.rootpath / "ui" / "shell.py"), default_timeout=60)
        for field, value in query.items():
            page.query_params[field] = value
        return page.run()

    return at


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("key", LANDSCAPES)
def test_every_surface_runs_and_says_what_to_look_for(app, key, language):
    page, _ = app(surface=key, lang=language), locales.translator(language)
    assert not page.exception
    assert not page.warning
    assert [head.value for head in page.subheader] == [_("What to look for")]
    assert _(LANDSCAPES[key].look_for) in [text.value for text in page.markdown]
    assert any(LANDSCAPES[key].latex in formula.value for formula in page.latex)


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
