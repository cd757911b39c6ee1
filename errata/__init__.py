"""The errata of the lectures, one per file, by their number."""

from core.registry import discover
from errata._record import Entry

ERRATA = dict(sorted(discover(__name__, __path__, Entry).items(), key=lambda item: item[1].number))
