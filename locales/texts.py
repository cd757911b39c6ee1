"""Every English text that is shown, with the files it comes from: what a catalogue has to translate.

Two sources. Babel reads the calls that mark a text: `_("…")`, `translate("…")` and `N_("…")` in Python, `_('…')` and
`words('…')` in JavaScript. What the records of the registries say is taken from the live registries.
"""

from __future__ import annotations

import importlib
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import get_type_hints

from babel.messages.extract import extract_from_file

from activations import ACTIVATIONS
from core.settings import PAGE_FIELDS
from core.symbols import plain
from core.types import Param
from datasets import DATASETS
from datasets._tables import TABLES, table
from engines.convolution import layers
from engines.descent import experiment, rates
from engines.formula import surface as formula
from engines.preprocessing import cloud
from engines.signal import network
from engines.training import dropout, models
from engines.training import experiment as training
from errata import ERRATA
from errata._record import LECTURES
from initializers import INITIALIZERS
from landscapes import LANDSCAPES
from norms import NORMS
from optimizers import OPTIMIZERS
from pages import PAGES
from pages.activations import query as curve_set
from pages.lectures import cards as lectures
from schedules import SCHEDULES
from wrappers import WRAPPERS

ROOT = Path(__file__).parent.parent
FILES = {
    "python": (
        "app.py",
        *(f"{f}/**/*.py" for f in ("core", "datasets", "engines", "export", "pages", "pictures", "ui", "web")),
    ),
    "javascript": ("player/*.js", "pages/*/*.js"),
}
MARKERS = {"python": ("_", "N_", "translate"), "javascript": ("_", "words")}
OPTIONS = {"jsx": False, "parse_template_string": True}
READOUTS = "player/readouts.js"  # looks the names of an optimizer's state up, so that the browser needs them
REGISTRIES = {
    "landscapes": LANDSCAPES,
    "optimizers": OPTIMIZERS,
    "schedules": SCHEDULES,
    "wrappers": WRAPPERS,
    "activations": ACTIVATIONS,
    "initializers": INITIALIZERS,
    "norms": NORMS,
    "datasets": DATASETS,
}


def collect(root: Path = ROOT) -> dict[str, list[str]]:
    """Text → the files that show it, both in a fixed order."""
    places: dict[str, set[str]] = defaultdict(set)
    for text, name in (*marked(root), *_registries()):
        if text:
            places[text].add(name)
    return {text: sorted(places[text]) for text in sorted(places)}


def sources(root: Path, language: str) -> list[Path]:
    return sorted({file for pattern in FILES[language] for file in root.glob(pattern)})


def marked(root: Path = ROOT) -> Iterator[tuple[str, str]]:
    """The texts in calls of a marker, as Babel reads them."""
    for language, markers in MARKERS.items():
        for file in sources(root, language):
            for _line, text, *_ in extract_from_file(language, file, dict.fromkeys(markers), options=OPTIONS):
                yield (text if isinstance(text, str) else text[0]), file.relative_to(root).as_posix()


# Registries ----------------------------------------------------------------------------------------------------------


def pages() -> Iterator[tuple[str, str]]:
    """The titles and summaries of the pages, of their panels, and the help of their own parameters."""
    for page in PAGES.values():
        file = f"pages/{page.key}/__init__.py"
        yield from ((text, file) for text in (page.title, page.summary))
        yield from ((title, file) for titles in page.panels.values() for title in titles)
        yield from ((text, file) for param in page.numbers for text in (param.word, param.help))


def presets(root: Path = ROOT) -> Iterator[tuple[str, str]]:
    """The names and sentences of the presets of every page that has some."""
    for file in sorted(root.glob("pages/[!_]*/presets.py")):
        module = importlib.import_module(f"pages.{file.parent.name}.presets")
        yield from ((text, file.relative_to(root).as_posix()) for p in module.PRESETS for text in (p.name, p.sentence))


def _registries() -> Iterator[tuple[str, str]]:
    for folder, registry in REGISTRIES.items():
        for item in registry.values():
            yield from ((text, f"{folder}/{item.key}.py") for text in _item(item))
    yield from ((text, "engines/formula/surface.py") for text in _item(formula.landscape("x + y")))
    yield from ((name, READOUTS) for rule in OPTIMIZERS.values() for name in _state(rule.init))
    yield from ((name, READOUTS) for around in WRAPPERS.values() if around.path for name in _state(around.init))
    shared = [*vars(experiment).values(), *vars(rates).values(), *(p for rows in experiment.NOISES.values() for p in rows)]
    own = [p for p in shared if isinstance(p, Param)]
    yield from ((text, "engines/descent/experiment.py") for p in own for text in (p.word, p.help))
    for module in (network, training, models, dropout, curve_set, layers, cloud):
        name = module.__name__.replace(".", "/")
        own = [p for p in vars(module).values() if isinstance(p, Param)]
        yield from ((text, f"{name}.py") for p in own for text in (p.word, p.help))
    named = (name for key in TABLES if key != "digits" for name in table(key)[2])  # a pixel's name is put together
    yield from ((name.replace("_", " "), "pages/data/player.js") for name in named)
    yield from presets()
    yield from ((text, f"errata/{entry.key}.py") for entry in ERRATA.values() for text in entry.texts)
    yield from ((name, "errata/_record.py") for name in LECTURES.values())
    yield from ((text, "pages/lectures/cards.py") for card in lectures.CARDS for text in (card.name, card.sentence))
    yield from ((name, "pages/lectures/cards.py") for name in lectures.TOPICS.values())
    yield from pages()
    yield from ((field, "core/settings.py") for field in PAGE_FIELDS)


def _item(item) -> Iterator[str]:
    yield from (getattr(item, field, "") for field in ("name", "summary", "look_for", "cost", "difference"))
    if getattr(item, "short", "") not in {plain(p.symbol) for p in item.params}:  # a symbol is the same in every language
        yield getattr(item, "short", "")
    yield from (text for p in getattr(item, "all_params", item.params) for text in (p.word, p.help))


def _state(init) -> Iterator[str]:
    """The names that the read-outs give to the state of an optimizer, or of what is around it."""
    yield from (field.replace("_", " ") for field in get_type_hints(init)["return"]._fields)
