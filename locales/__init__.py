"""Translations. English is the source; `<language>/LC_MESSAGES/descent.po` holds the others (`make locales`).

Two domains are compiled from it: `descent` is everything, `player` is what the JavaScript shows.
"""

from __future__ import annotations

import functools
import gettext
from collections.abc import Callable
from pathlib import Path

LANGUAGES = {"en": "English", "zh": "中文"}
_FOLDER = Path(__file__).parent


@functools.cache
def catalogue(language: str, domain: str = "descent") -> gettext.NullTranslations:
    return gettext.translation(domain, _FOLDER, [language], fallback=True)


def translator(language: str) -> Callable[[str], str]:
    """The function from an English text to `language`; text without a translation stays English."""
    find = catalogue(language).gettext
    return lambda text: find(text) if text else text


def words(language: str) -> dict[str, str]:
    """The translated texts that the browser side shows itself; nothing for the source language."""
    texts = getattr(catalogue(language, "player"), "_catalog", {})
    return {source: text for source, text in texts.items() if source}


def choose(*wishes: str | None) -> str:
    """The first wish that is spoken here, else English. A wish is a tag ("zh-CN" is "zh") or an Accept-Language header."""
    tags = [tag for wish in wishes for tag in (wish or "").lower().replace("_", "-").split(",")]
    for tag in tags:
        short = tag.split(";")[0].split("-")[0].strip()
        if short in LANGUAGES:
            return short
    return "en"
