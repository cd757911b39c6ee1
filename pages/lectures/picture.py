"""The cards of a filter as a picture: how many figures there are of each topic."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import numpy as np

from core.picture import Line, Panel, Picture
from pages.lectures.answer import Listed
from pages.lectures.cards import TOPICS

SHOWS = ("topics",)


def picture(listed: Listed, show: str, translate: Callable[[str], str]) -> Picture:
    """Bars, in the order of the topics; those without a figure are left out."""
    counts = Counter(card.topic for card in listed.cards)
    topics = [topic for topic in TOPICS if counts[topic]]
    bars = Line(np.arange(len(topics)), np.array([float(counts[topic]) for topic in topics]), style="bars")
    names = tuple(translate(TOPICS[topic]) for topic in topics)
    return Picture(((Panel(y=translate("figures"), lines=(bars,), names=names),),), translate("Lectures"))
