"""A pen that makes pixels, with Pillow. It draws everything larger and shrinks it in the end, which smooths the edges.

Text is not drawn larger: FreeType smooths letters better than shrinking does. So it comes last, above everything else.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import numpy as np
from PIL import Image, ImageDraw

from pictures import fonts, look
from pictures.look import Theme
from pictures.paths import Box, Piece, dashed
from pictures.pen import Text

_ANCHORS = {"left": "lm", "middle": "mm", "right": "rm"}


class Raster:
    """See pictures.pen.Pen.

    Args:
      width, height: of the finished picture. factor: how much larger it is drawn.
    """

    def __init__(self, width: int, height: int, background: str, factor: int):
        self.factor = factor
        self.image = Image.new("RGB", (width * factor, height * factor), background)
        self.origin = (0, 0)  # of what is drawn on, in pixels drawn
        self.texts: list[Text] = []

    def copy(self) -> Raster:
        """The same picture, to be gone on with separately."""
        other = object.__new__(Raster)
        other.__dict__ = {**self.__dict__, "image": self.image.copy(), "texts": self.texts.copy()}
        return other

    def finish(self) -> Image.Image:
        image = self.image.reduce(self.factor)
        draw = ImageDraw.Draw(image)
        for x, y, words, size, colour, anchor, bold, halo in self.texts:
            font = fonts.font(words, size, fonts.BOLD if bold else fonts.PLAIN)
            edge = max(1, round(size / 8)) if halo else 0
            draw.text((x, y), words, colour, font, anchor=_ANCHORS[anchor], stroke_width=edge, stroke_fill=halo or None)
        return image

    # Drawing ---------------------------------------------------------------------------------------------------------

    @contextmanager
    def within(self, box: Box) -> Iterator[None]:
        whole, before = self.image, self.origin
        left, top = (round(place * self.factor) for place in (box.left, box.top))
        right, bottom = (round(place * self.factor) for place in (box.right, box.bottom))
        moved = (left - before[0], top - before[1])
        self.image, self.origin = whole.crop((*moved, right - before[0], bottom - before[1])), (left, top)
        try:
            yield
        finally:
            whole.paste(self.image, moved)
            self.image, self.origin = whole, before

    def field(self, box: Box, z: np.ndarray, lines: Sequence[np.ndarray], width: float, theme: Theme) -> None:
        rows, columns = z.shape
        left, top, right, bottom = (round(place * self.factor) for place in box)
        size = (right - left, bottom - top)
        holes = np.isnan(z)
        between = (0.5, 0.5, columns - 0.5, rows - 0.5)  # the outermost entries lie on the edges
        flipped = np.where(holes, np.nanmin(z) if not holes.all() else 0.0, z)[::-1]
        smooth = Image.fromarray(flipped.astype(np.float32)).resize(size, Image.Resampling.BICUBIC, between)
        colours = look.shade(theme, np.linspace(0, 1, 256))
        picture = Image.fromarray(colours[(np.asarray(smooth) * 255).clip(0, 255).astype(np.uint8)])
        seen = Image.fromarray(np.where(holes, 0, 255).astype(np.uint8)[::-1]).resize(size, Image.Resampling.NEAREST)
        self.image.paste(picture, (left - self.origin[0], top - self.origin[1]), seen if holes.any() else None)
        with self.within(box):
            pieces = [Piece(box.cells(line, z.shape), 0.0) for line in lines]
            self.lines(pieces, theme.line, width, alpha=theme.line_alpha)

    def rectangle(self, box: Box, colour: str, alpha: float = 1.0) -> None:
        corners = [[box.left, box.top], [box.right, box.top], [box.right, box.bottom], [box.left, box.bottom]]
        self.shape(np.array(corners), colour, alpha=alpha)

    def lines(self, pieces: Sequence[Piece], colour: str, width: float, dash: Sequence[float] = (), alpha: float = 1.0) -> None:
        """On a mask where they are pale, so that nothing is blended twice."""
        mask = Image.new("L", self.image.size) if alpha != 1.0 else None
        draw, ink = (ImageDraw.Draw(self.image), colour) if mask is None else (ImageDraw.Draw(mask), round(255 * alpha))
        thick = max(1, round(width * self.factor))
        for piece in pieces:
            for part in dashed(piece, dash):
                draw.line(self._pixels(part), ink, thick, joint="curve" if thick > 2 else None)
        if mask is not None:
            self.image.paste(look.rgb(colour), (0, 0), mask)

    def shape(self, outline: np.ndarray, colour: str, edge: str = "", width: float = 0.0, alpha: float = 1.0) -> None:
        if edge:  # half of a stroke is outside, and the other half is covered
            self.lines([Piece(np.vstack([outline, outline[:2]]), 0.0)], edge, width, alpha=alpha)
        self._draw().polygon(self._pixels(outline), (*look.rgb(colour), round(255 * alpha)))

    def dots(self, places: np.ndarray, radius: float, colour: str, alpha: float = 1.0) -> None:
        r, draw, ink = radius * self.factor, self._draw(), (*look.rgb(colour), round(255 * alpha))
        for x, y in self._pixels(places):
            draw.ellipse((x - r, y - r, x + r, y + r), ink)

    def text(self, text: Text) -> None:
        self.texts.append(text)

    def width(self, words: str, size: float, bold: bool = False) -> float:
        return fonts.width(words, size, fonts.BOLD if bold else fonts.PLAIN)

    def _draw(self) -> ImageDraw.ImageDraw:
        """What blends each thing into the picture."""
        return ImageDraw.Draw(self.image, "RGBA")

    def _pixels(self, places: np.ndarray) -> list[tuple[float, float]]:
        return [(x, y) for x, y in (places * self.factor - self.origin).tolist()]
