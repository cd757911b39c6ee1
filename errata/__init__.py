"""The errata of the lectures, one per file, by their number."""

from core.entry import Entry
from core.registry import discover

ERRATA = dict(sorted(discover(__name__, __path__, Entry).items(), key=lambda item: item[1].number))
