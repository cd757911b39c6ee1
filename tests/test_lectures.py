"""The gallery: every card leads to something that can be shown, and its numbers are finite."""

import re
from dataclasses import replace
from urllib.parse import parse_qsl

import numpy as np
import pytest

from core import settings
from engines.activation import curve, learning
from engines.descent.results import Descent
from engines.maps.atlas import Basin
from engines.signal.statistics import signal
from pages import PAGES
from pages.convolution import answer as convolution
from pages.data import answer as data
from pages.lectures.cards import CARDS, LECTURES, TOPICS
from pages.maps import answer as maps
from pages.schedules.seeds import SeededRuns
from pages.training import answer as training

BY_KEY = {card.key: card for card in CARDS}
each = pytest.mark.parametrize("key", BY_KEY)


def opened(card, query):
    """What the page of a card makes of a query; every word of it is understood."""
    pairs = parse_qsl(query, keep_blank_values=True, strict_parsing=True)
    page = PAGES[card.page]
    shown = settings.split(pairs, page.settings)
    value, more = page.parse(shown.rest)
    assert not shown.problems + more
    return value


def finite(*arrays):
    for array in arrays:
        assert np.isfinite(array).all()


def test_cards_are_told_apart():
    assert len(BY_KEY) == len(CARDS)
    for field in ("name", "sentence"):
        texts = [getattr(card, field) for card in CARDS]
        assert len(set(texts)) == len(texts)


@each
def test_a_card_is_complete(key):
    card = BY_KEY[key]
    assert card.topic in TOPICS
    assert card.page in PAGES
    assert card.show in ("", *PAGES[card.page].shows)
    assert set(card.lectures) <= set(LECTURES)
    assert list(card.lectures) == sorted(set(card.lectures))
    assert re.search(r"[a-z0-9%]\.$", card.sentence)
    assert len(card.sentence) < 130


def test_every_lecture_and_topic_has_cards():
    assert {lecture for card in CARDS for lecture in card.lectures} == set(LECTURES)
    assert {card.topic for card in CARDS} == set(TOPICS)
    assert {card.page for card in CARDS} >= {page.key for page in PAGES.values() if page.shows} - {"errata", "lectures"}


@each
def test_its_link_is_understood_and_short(key):
    card = BY_KEY[key]
    value = opened(card, card.query)
    assert PAGES[card.page].parse(PAGES[card.page].pairs(value))[0] == value


@each
def test_its_numbers_are_finite(key):
    card = BY_KEY[key]
    value = opened(card, card.pictured)
    if card.page == "race":
        descent = Descent(value)
        for t in descent.trajectories:
            finite(t.x, t.loss, t.gradient)
            assert t.diverged_at is None
    elif card.page == "schedules":
        for one in SeededRuns(value).runs:
            finite(one.rates, one.x, one.mean)
            assert not one.diverged
    elif card.page == "activations":
        for spec in value.activations:
            finite(*curve.curve(spec, np.linspace(*value.range, 101)))
        dying = learning.dying(value.activations[0], value.rate, value.bias)
        finite(learning.zigzag(value.activations[0], value.rate).path, dying.loss, dying.dead)
    elif card.page == "data":
        for view in data.compute(value).views:
            finite(view.points, view.path.loss, view.bowl.lowest)
            assert view.path.diverged_at is None
    elif card.page == "maps":
        for run in maps.compute(value).maps:
            finite(*([run.steps, run.share] if isinstance(run, Basin) else [run.loss[~run.diverged]]))
    elif card.page == "training":
        for run in training.compute(value).runs:
            before = run.steps < (np.inf if run.diverged_at is None else run.diverged_at)
            assert before.any()
            finite(*(score[before] for score in run.scores))
    elif card.page == "convolution":
        finite(convolution.compute(value).seen.gradient)
    else:
        for network in value:
            s = signal(network)
            finite(s.mean, s.std, s.grad_std)
            assert s.overflow_at is s.grad_overflow_at is None


@pytest.mark.parametrize("key", [card.key for card in CARDS if card.page == "maps"])
def test_the_picture_of_maps_is_the_first_of_them(key):
    """The lighter query has the first run alone, whose map is the one that is drawn."""
    card = BY_KEY[key]
    assert card.show == "map"
    shown, drawn = opened(card, card.query), opened(card, card.pictured)
    assert drawn == replace(shown, experiment=replace(shown.experiment, runs=shown.experiment.runs[:1]))


@pytest.mark.parametrize("key", BY_KEY)
def test_its_picture_is_drawn(key, client):
    """As the gallery asks for it."""
    card = BY_KEY[key]
    show = f"&show={card.show}" if card.show else ""
    reply = client.get(f"/thumb.png?page={card.page}{show}&{card.pictured}")
    assert reply.status == 200, reply.text[:300]
    assert reply.body.startswith(b"\x89PNG")


@pytest.mark.parametrize("key", [card.key for card in CARDS if card.small and card.page != "maps"])
def test_a_lighter_picture_looks_the_same(key):
    """Spread of the outputs, layer by layer, of the network that is shown and of the small one that is drawn."""
    card = BY_KEY[key]
    (large,), (small,) = opened(card, card.query), opened(card, card.pictured)
    assert (large.activation, large.depth) == (small.activation, small.depth)
    assert (large.init.key, large.norm) == (small.init.key, small.norm)
    if "std" in large.init.values:  # others scale themselves with the width
        scales = [network.init.values["std"] * network.width**0.5 for network in (large, small)]
        assert scales[0] == pytest.approx(scales[1], rel=1e-3)
    assert small.batch * small.width == pytest.approx(large.batch * large.width, rel=0.01)
