"""One card of the gallery."""

from __future__ import annotations

from dataclasses import dataclass

from core.claims import Holds
from core.settings import PAGE_FIELDS

TOPICS = {
    "surfaces": "Loss surfaces",
    "noise": "Noise and batches",
    "optimizers": "Optimizers",
    "rates": "Learning rates",
    "maps": "Maps of starts and rates",
    "activations": "Activations",
    "initialization": "Initialization",
    "normalization": "Normalization",
    "data": "Data before training",
    "training": "Training in practice",
    "convolution": "Convolution",
}


@dataclass(frozen=True)
class Card:
    """One figure of a lecture.

    Attributes:
      key: its name in links. name, sentence: what it is and what it shows.
      topic: one of TOPICS. lectures: keys of LECTURES in which the figure is drawn, or what it shows is said.
      page, query: key of a page, and where there the software shows it; the query may hold the page's own fields, as view=3d.
      show: which small picture of that page stands on the card (SHOWS in its picture.py).
      holds: whether the sentence is true of what the page computes (core.claims).
      small: a lighter query for that picture alone, which looks the same; "" where the query itself is light. It has
        no `size`, which is that of the picture there.
    """

    key: str
    name: str
    sentence: str
    topic: str
    lectures: tuple[str, ...]
    page: str
    query: str
    show: str = ""
    small: str = ""
    holds: Holds | None = None

    @property
    def pictured(self) -> str:
        """The query of the small picture: without the page's own fields."""
        pairs = [pair for pair in (self.small or self.query).split("&") if pair.partition("=")[0] not in PAGE_FIELDS]
        return "&".join(pairs)
