"""A picture as the bytes of a PNG or an SVG file, the same bytes whenever it is drawn."""

from __future__ import annotations

import io

from PIL import Image

import locales
from core.picture import Picture
from pictures import fonts

Size = tuple[int, int]


def png(picture: Picture, size: Size, theme: str, language: str, step: int | None = None, bare: bool = False) -> bytes:
    """`size` pixels; at `step`, or the last one. English where no font here has the language's letters."""
    from pictures.drawing import draw

    sheet = draw(picture, size, theme, locales.translator(fonts.lettered(language)), plain=bare)
    if step is not None:
        sheet.show(step)
    sheet.canvas.draw()
    out = io.BytesIO()
    Image.frombuffer("RGBA", size, bytes(sheet.canvas.buffer_rgba())).convert("RGB").save(out, "PNG")
    return out.getvalue()


def gif(picture: Picture, size: Size, theme: str, language: str) -> bytes:
    """What does not move, as a GIF of one frame: for slides that take nothing else."""
    out = io.BytesIO()
    Image.open(io.BytesIO(png(picture, size, theme, language))).quantize(256).save(out, "GIF")
    return out.getvalue()


def svg(picture: Picture, size: Size, theme: str, language: str, step: int | None = None, bare: bool = False) -> bytes:
    """Paths and text and no pixels, lettered by whoever opens it; the picture's title is that of the file."""
    from matplotlib.backends.backend_svg import FigureCanvasSVG

    from pictures.drawing import draw

    sheet = draw(picture, size, theme, locales.translator(language), plain=bare)
    if step is not None:
        sheet.show(step)
    out = io.BytesIO()
    about = {"Date": None, "Creator": None, "Title": picture.title or None}
    FigureCanvasSVG(sheet.figure).print_svg(out, metadata=about)
    return out.getvalue()
