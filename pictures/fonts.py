"""The fonts of pictures: the app's own, which comes with Streamlit, and an installed one for Chinese.

Pillow's built-in font has neither Greek letters nor a minus sign. Source Sans, the font of the pages, has both.
"""

from __future__ import annotations

import functools
from importlib.util import find_spec
from pathlib import Path

from PIL import ImageFont

Font = ImageFont.FreeTypeFont | ImageFont.ImageFont
PLAIN, BOLD = 400, 600
# Where the app's own is missing: fonts with Greek, as systems name them.
OTHERS = ("DejaVuSans.ttf", "LiberationSans-Regular.ttf", "Arial.ttf", "arial.ttf", "Helvetica.ttc")
# File, its bold twin, and the number of the face in both. Pillow looks for them where the system keeps its fonts.
CHINESE = (
    ("NotoSansCJK-Regular.ttc", "NotoSansCJK-Bold.ttc", 2),
    ("NotoSansCJKsc-Regular.otf", "NotoSansCJKsc-Bold.otf", 0),
    ("NotoSansSC-Regular.otf", "NotoSansSC-Bold.otf", 0),
    ("SourceHanSansSC-Regular.otf", "SourceHanSansSC-Bold.otf", 0),
    ("wqy-microhei.ttc", "", 0),
    ("PingFang.ttc", "", 0),
    ("msyh.ttc", "msyhbd.ttc", 0),
)


@functools.cache
def _own() -> Path | None:
    """The variable font in Streamlit's wheel; found without importing Streamlit."""
    spec = find_spec("streamlit")
    folders = [Path(place) / "static" / "static" / "media" for place in (spec and spec.submodule_search_locations) or ()]
    return next((file for folder in folders for file in sorted(folder.glob("SourceSansVF-Upright*"))), None)


@functools.cache
def _chinese(weight: int) -> tuple[str, int] | None:
    for name, bold, face in CHINESE:
        for file in (bold, name) if weight >= BOLD else (name,):
            try:
                ImageFont.truetype(file, 12, index=face)
            except OSError:
                continue
            return file, face
    return None


def speaks(language: str) -> bool:
    """Whether pictures made of pixels can be lettered in a language here."""
    return language != "zh" or _chinese(PLAIN) is not None


def chinese(letter: str) -> bool:
    return ord(letter) > 0x2E80


def font(text: str, size: float, weight: int = PLAIN) -> Font:
    """The font for a text, `size` pixels high."""
    found = _chinese(weight) if any(map(chinese, text)) else None
    return _loaded(size, weight, found)


@functools.lru_cache(maxsize=64)
def _loaded(size: float, weight: int, file: tuple[str, int] | None) -> Font:
    if file:
        return ImageFont.truetype(file[0], size, index=file[1])
    own = _own()
    if own:
        loaded = ImageFont.truetype(str(own), size)
        loaded.set_variation_by_axes([weight])
        return loaded
    for name in OTHERS:
        try:
            return ImageFont.truetype(name, size)
        except OSError:
            continue
    return ImageFont.load_default(size)


def width(text: str, size: float, weight: int = PLAIN) -> float:
    """How wide a line of text is, in pixels."""
    return font(text, size, weight).getlength(text)
