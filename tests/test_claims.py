"""Claims are tests: every sentence of a preset and of a card has a check beside it, and the check holds of what is computed."""

import sys
from urllib.parse import parse_qsl

import numpy as np
import pytest

from core import settings
from engines.descent import codec
from engines.descent import experiment as ex
from engines.descent.rate_search import tuned
from engines.descent.results import Descent
from pages import PAGES
from pages.lectures.cards import CARDS
from pages.race.page import limits

# On the page of the errata a preset's sentence is what a lecture says, and its verdict is the test (tests/test_errata.py).
SAID = {
    f"{page.key}: {preset.key}": (page, preset) for page in PAGES.values() if page.key != "errata" for preset in page.presets
}
SAID |= {f"card: {card.key}": (PAGES[card.page], card) for card in CARDS}


@pytest.mark.parametrize("name", SAID)
def test_a_sentence_is_true_of_what_it_is_shown_with(name):
    page, said = SAID[name]
    shown = settings.split(parse_qsl(said.query, keep_blank_values=True), page.settings)
    value, problems = page.parse(shown.rest)
    assert not problems + shown.problems
    assert said.holds is not None, "a sentence without a check is not shown"
    assert bool(said.holds(page.compute(value))), said.sentence


def test_racers_are_tuned_alike():
    """In the preset of the race and in the race that opens first nobody gains a tenth of his steps by another rate."""
    chosen = next(preset for preset in PAGES["race"].presets if preset.key == "race")
    for experiment in (codec.parse(parse_qsl(chosen.query))[0], ex.default()):
        best = tuned(experiment, range(len(experiment.runs)))
        for before, after in zip(Descent(experiment).summaries(), Descent(best).summaries(), strict=True):
            assert before.steps_to_tolerance is not None
            assert after.steps_to_tolerance > 0.9 * before.steps_to_tolerance


def test_the_page_says_at_which_share_of_its_limit_each_runs():
    lines = limits(ex.default(), str)
    assert lines[0] == "SGD at 0.045: 90 % of its limit of 0.05 where it ends."
    assert "10.5 % of its limit of 0.095" in lines[1]
    assert len(lines) == 2, "none is known for Adam"


def test_a_class_that_opens_one_link_computes_its_limits_once(monkeypatch):
    computed, page = [], sys.modules[limits.__module__]
    monkeypatch.setattr(page, "Descent", lambda experiment: computed.append(experiment) or Descent(experiment))
    experiment = codec.parse(parse_qsl("surface=taco:kappa=41&run=sgd:lr=0.0451"))[0]
    assert limits(experiment, str) == limits(codec.parse(parse_qsl("surface=taco:kappa=41&run=sgd:lr=0.0451"))[0], str)
    assert computed == [experiment]


def test_limits_follow_the_slider():
    for kappa in (2.0, 40.0, 200.0):
        for share in np.linspace(0.1, 0.99, 4):
            rate = float(f"{share * 2 / kappa:.4g}")
            (line,) = limits(codec.parse(parse_qsl(f"surface=taco:kappa={kappa}&run=sgd:lr={rate}"))[0], str)
            assert f"{100 * rate * kappa / 2:.3g} % of its limit of {2 / kappa:.3g}" in line
