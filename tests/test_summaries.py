"""What things say of themselves, in a summary, in "what to look for" and beside a slider, is true of what is computed.

The checks stand in the files of the things (`holds`), and `seen` computes what they ask for.
"""

import re
from urllib.parse import parse_qsl

import pytest
import seen

from activations import ACTIVATIONS
from datasets import DATASETS
from initializers import INITIALIZERS
from landscapes import LANDSCAPES
from locales.texts import collect
from norms import NORMS
from optimizers import OPTIMIZERS
from pages import PAGES
from schedules import SCHEDULES
from wrappers import WRAPPERS

FOLDERS = {
    "surface": (LANDSCAPES, seen.Surface),
    "optimizer": (OPTIMIZERS, seen.Rule),
    "schedule": (SCHEDULES, seen.Course),
    "wrapper": (WRAPPERS, seen.Around),
    "activation": (ACTIVATIONS, seen.Unit),
    "initializer": (INITIALIZERS, seen.Weights),
    "norm": (NORMS, seen.Normed),
    "data": (DATASETS, seen.Samples),
}


class Answers:
    """A page: `see(query)` is its result."""

    def __init__(self, page):
        self.page, self.known = page, {}

    def __call__(self, query: str):
        if query not in self.known:
            value, problems = self.page.parse(parse_qsl(query, keep_blank_values=True))
            assert not problems, problems
            self.known[query] = self.page.compute(value)
        return self.known[query]


FOLDERS["page"] = ({key: page for key, page in PAGES.items() if page.look_for}, Answers)
THINGS = {f"{kind} {key}": (thing, look) for kind, (things, look) in FOLDERS.items() for key, thing in things.items()}
# A number, a comparison or a promise. A sentence without any of them names a thing and says nothing of it.
CLAIMS = re.compile(
    r"\d|[²³√±]|\b(?:one|two|three|four|six|eight|thirteen|thirty|once|twice|half|first|last|"
    r"more|less|most|least|same|equal\w*|every|each|all|any|only|never|always|no|not|without|exactly|"
    r"(?:larg|small|long|short|fast|slow|steep|flat|deep|low|high|few|clos|narrow|wid|earl|lat|near|much|far)\w*)\b",
    re.IGNORECASE,
)


def said(thing) -> str:
    rows = getattr(thing, "all_params", getattr(thing, "params", ()))
    return " ".join([thing.summary, getattr(thing, "look_for", ""), *(row.help for row in rows)])


@pytest.mark.parametrize("name", THINGS)
def test_what_it_says_has_a_check(name):
    thing, _ = THINGS[name]
    assert thing.holds or not CLAIMS.search(said(thing)), f"{name} says {said(thing)!r}: put checks into its `holds`"


@pytest.mark.parametrize("name", [name for name, (thing, _) in THINGS.items() if thing.holds])
def test_what_it_says_is_so(name):
    thing, look = THINGS[name]
    see = look(thing)
    wrong = [number for number, check in enumerate(thing.holds) if not bool(check(see))]
    assert not wrong, f"checks {wrong} of {name}: {said(thing)}"


def test_no_text_speaks_of_an_effective_rate():
    """A step divided by a gradient that the rule did not see, as under noise or with a velocity, is no rate: it is gone."""
    said = [text for text in collect() if re.search(r"effective (learning )?rate", text, re.IGNORECASE)]
    assert said == []
    assert any("rate against its limit" in text for text in collect()), "what stands in its place is among the texts"
