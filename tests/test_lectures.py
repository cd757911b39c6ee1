"""The gallery: every card leads to something that can be shown, and its numbers are finite."""

import re
from urllib.parse import parse_qsl

import numpy as np
import pytest

from core import settings
from engines.activation import curve as units
from engines.activation import learning
from engines.descent.results import Descent
from engines.signal.statistics import signal
from pages.lectures.figures import FIGURES, LECTURES, PAGES, TOPICS
from pages.schedules.seeds import Courses
from web.pictures import CARDS

BY_KEY = {figure.key: figure for figure in FIGURES}
each = pytest.mark.parametrize("key", BY_KEY)


def opened(figure, query):
    """What the page of a figure makes of a query; every word of it is understood."""
    pairs = parse_qsl(query, keep_blank_values=True, strict_parsing=True)
    _, wrong = settings.read([pair for pair in pairs if pair[0] in settings.PAGE_FIELDS])
    found, more = CARDS[figure.page].parse([pair for pair in pairs if pair[0] not in settings.PAGE_FIELDS])
    assert not wrong + more
    return found


def finite(*arrays):
    for array in arrays:
        assert np.isfinite(array).all()


def test_cards_are_told_apart():
    assert len(BY_KEY) == len(FIGURES)
    for field in ("name", "sentence"):
        texts = [getattr(figure, field) for figure in FIGURES]
        assert len(set(texts)) == len(texts)


@each
def test_a_card_is_complete(key):
    figure = BY_KEY[key]
    assert figure.topic in TOPICS
    assert figure.page in PAGES
    assert figure.show in ("", *CARDS[figure.page].shows)
    assert set(figure.lectures) <= set(LECTURES)
    assert list(figure.lectures) == sorted(set(figure.lectures))
    assert re.search(r"[a-z0-9]\.$", figure.sentence)
    assert len(figure.sentence) < 130


def test_every_lecture_and_topic_has_cards():
    assert {lecture for figure in FIGURES for lecture in figure.lectures} == set(LECTURES)
    assert {figure.topic for figure in FIGURES} == set(TOPICS)
    assert {figure.page for figure in FIGURES} == set(PAGES) == set(CARDS)


@each
def test_its_link_is_understood_and_short(key):
    figure = BY_KEY[key]
    found = opened(figure, figure.query)
    assert CARDS[figure.page].parse(CARDS[figure.page].pairs(found))[0] == found


@each
def test_its_numbers_are_finite(key):
    figure = BY_KEY[key]
    found = opened(figure, figure.pictured)
    if figure.page == "race":
        descent = Descent(found)
        for t in descent.trajectories:
            finite(t.x, t.loss, t.gradient)
            assert t.diverged_at is None
    elif figure.page == "schedules":
        for course in Courses(found).courses:
            finite(course.rates, course.path.x, course.mean)
            assert not course.diverged
    elif figure.page == "activations":
        for spec in found.activations:
            finite(*units.curve(spec, np.linspace(*found.range, 101)))
        dying = learning.dying(found.activations[0], found.rate, found.bias)
        finite(learning.zigzag(found.activations[0], found.rate).path, dying.loss, dying.dead)
    else:
        for network in found:
            s = signal(network)
            finite(s.mean, s.std, s.grad_std)
            assert s.overflow_at is s.grad_overflow_at is None


@pytest.mark.parametrize("key", [figure.key for figure in FIGURES if figure.small])
def test_a_lighter_picture_looks_the_same(key):
    """Spread of the outputs, layer by layer, of the network that is shown and of the small one that is drawn."""
    figure = BY_KEY[key]
    (large,), (small,) = opened(figure, figure.query), opened(figure, figure.pictured)
    assert (large.activation, large.depth) == (small.activation, small.depth)
    scales = [network.init.values.get("std", 1.0) * network.width**0.5 for network in (large, small)]
    assert scales[0] == pytest.approx(scales[1], rel=1e-3) or "std" not in large.init.values
    assert small.batch * small.width == pytest.approx(large.batch * large.width, rel=0.01)
