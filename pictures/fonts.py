"""The letters of pictures: DejaVu Sans, which comes with Matplotlib and has Greek, minus and raised digits, and for
Chinese an installed font.
"""

from __future__ import annotations

import functools

LATIN = "DejaVu Sans"
CHINESE = ("Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "WenQuanYi Micro Hei", "PingFang SC", "Microsoft YaHei")


@functools.cache
def families() -> tuple[str, ...]:
    """Fonts to be tried letter by letter: the first, and those for Chinese that are installed."""
    from matplotlib.font_manager import fontManager

    installed = set(fontManager.get_font_names())
    return (LATIN, *(name for name in CHINESE if name in installed))


def speaks(language: str) -> bool:
    """Whether pictures made of pixels can be lettered in a language here."""
    return language != "zh" or len(families()) > 1


def lettered(language: str) -> str:
    """The language that pixels are lettered in: English where there is no font for Chinese."""
    return language if speaks(language) else "en"
