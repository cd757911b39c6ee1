"""Claims are tests: every sentence of a preset and of a card has a check beside it, and the check holds of what is computed."""

from urllib.parse import parse_qsl

import pytest

from core import settings
from pages import PAGES
from pages.lectures.cards import CARDS

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
