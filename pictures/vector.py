"""A pen that writes SVG: paths and text, nothing of pixels."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from xml.sax.saxutils import escape, quoteattr

import numpy as np

from pictures import contours, fonts, look
from pictures.look import Theme
from pictures.paths import LONGEST, Box, Piece, lengths
from pictures.pen import Text

BANDS = 44  # colours of a surface
FAMILY = "'Source Sans 3', 'Source Sans Pro', 'Noto Sans', 'Noto Sans SC', 'Noto Sans CJK SC', Arial, Helvetica, sans-serif"
_ANCHORS = {"left": "start", "middle": "middle", "right": "end"}


class Vector:
    """See pictures.pen.Pen."""

    def __init__(self, width: int, height: int, background: str, title: str, language: str = "en"):
        self.clips = 0
        self.fields: dict[tuple[int, float, float], tuple[str, float, float]] = {}
        self.parts = [
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" '
            f'role="img" xml:lang="{language}" font-family={quoteattr(FAMILY)} stroke-linejoin="round">',
            f"<title>{escape(title)}</title>",
            f'<rect width="{width}" height="{height}" fill="{background}"/>',
        ]

    def finish(self) -> str:
        return "\n".join([*self.parts, "</svg>\n"])

    @contextmanager
    def within(self, box: Box) -> Iterator[None]:
        self.clips += 1
        name = f"box{self.clips}"
        self.parts.append(f'<clipPath id="{name}"><rect {_rectangle(box)}/></clipPath>')
        self.parts.append(f'<g clip-path="url(#{name})">')
        yield
        self.parts.append("</g>")

    def field(self, box: Box, z: np.ndarray, lines: Sequence[np.ndarray], width: float, theme: Theme) -> None:
        """Regions above each level, one upon the other. A second panel like the first one refers to it."""
        key = (id(z), round(box.width, 3), round(box.height, 3))
        if key not in self.fields:
            name = f"field{len(self.fields) + 1}"
            self.fields[key] = (name, box.left, box.top)
            self.parts += [f'<g id="{name}">', *self._bands(box, z, theme)]
            pieces = [Piece(box.cells(line, z.shape), 0.0) for line in lines]
            self.lines(pieces, theme.line, width, alpha=theme.line_alpha)
            self.parts.append("</g>")
            return
        name, left, top = self.fields[key]
        self.parts.append(f'<use href="#{name}" x="{_number(box.left - left)}" y="{_number(box.top - top)}"/>')

    def _bands(self, box: Box, z: np.ndarray, theme: Theme) -> Iterator[str]:
        levels = np.arange(BANDS) / BANDS
        colours = look.shade(theme, levels + 0.5 / BANDS)
        levels[0] = -1.0  # rounding takes nothing from the lowest band
        for level, colour in zip(levels, colours, strict=True):
            outlines = [box.cells(outline, z.shape) for outline in contours.regions(z, float(level))]
            if outlines:
                path = "".join(_path(outline) + "Z" for outline in outlines)
                yield f'<path fill="#{bytes(colour).hex()}" fill-rule="evenodd" d="{path}"/>'

    def rectangle(self, box: Box, colour: str, alpha: float = 1.0) -> None:
        self.parts.append(f'<rect {_rectangle(box)} fill="{colour}"{_opacity(alpha)}/>')

    def lines(self, pieces: Sequence[Piece], colour: str, width: float, dash: Sequence[float] = (), alpha: float = 1.0) -> None:
        """Dashes go on from piece to piece, so each dashed piece is a path of its own."""
        solid = [piece for piece in pieces if not dash or lengths(piece.points)[-1] > LONGEST]
        head = f'<path fill="none" stroke="{colour}" stroke-width="{_number(width)}"{_opacity(alpha)}'
        if solid:
            self.parts.append(f'{head} d="{"".join(_path(piece.points) for piece in solid)}"/>')
        for piece in pieces:
            if not any(piece is other for other in solid):
                pattern = f' stroke-dasharray="{" ".join(map(_number, dash))}" stroke-dashoffset="{_number(piece.before)}"'
                self.parts.append(f'{head}{pattern} d="{_path(piece.points)}"/>')

    def shape(self, outline: np.ndarray, colour: str, edge: str = "", width: float = 0.0, alpha: float = 1.0) -> None:
        stroke = f' stroke="{edge}" stroke-width="{_number(width)}" paint-order="stroke"' if edge else ""
        self.parts.append(f'<path fill="{colour}"{stroke}{_opacity(alpha)} d="{_path(outline)}Z"/>')

    def dots(self, places: np.ndarray, radius: float, colour: str, alpha: float = 1.0) -> None:
        """Lines of no length with round ends."""
        path = "".join(f"M{_number(x)} {_number(y)}h0" for x, y in places.tolist())
        width = _number(2 * radius)
        self.parts.append(
            f'<path stroke="{colour}" stroke-width="{width}" stroke-linecap="round"{_opacity(alpha)} d="{path}"/>'
        )

    def text(self, text: Text) -> None:
        x, y, words, size, colour, anchor, bold, halo = text
        weight = ' font-weight="600"' if bold else ""
        edge = f' stroke="{halo}" stroke-width="{_number(size / 4)}" paint-order="stroke"' if halo else ""
        place = f'x="{_number(x)}" y="{_number(y + 0.35 * size)}" text-anchor="{_ANCHORS[anchor]}"'
        letters = f'font-size="{_number(size)}"{weight} fill="{colour}"{edge}'
        self.parts.append(f'<text {place} {letters} xml:space="preserve">{escape(words)}</text>')

    def width(self, words: str, size: float, bold: bool = False) -> float:
        """By the app's own font; the reader's may be wider."""
        wide = sum(map(fonts.chinese, words))  # as wide as high
        rest = "".join(letter for letter in words if not fonts.chinese(letter))
        return 1.08 * fonts.width(rest, size, fonts.BOLD if bold else fonts.PLAIN) + wide * size


def _number(value: float) -> str:
    """Hundredths of a pixel are enough."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def _path(points: np.ndarray) -> str:
    """A line to tenths of a pixel, without the points that fall together; the first with M, the others relative to it."""
    rounded = np.rint(points * 10).astype(int)
    moves = np.diff(rounded, axis=0)
    moves = moves[moves.any(axis=1)]
    x, y = rounded[0].tolist()
    onward = "l" + " ".join(f"{_tenths(a)} {_tenths(b)}" for a, b in moves.tolist()) if len(moves) else "h0"
    return f"M{_tenths(x)} {_tenths(y)}{onward}"


def _tenths(value: int) -> str:
    whole, tenth = divmod(abs(value), 10)
    sign = "-" if value < 0 else ""
    return f"{sign}{whole}.{tenth}" if tenth else f"{sign}{whole}"


def _rectangle(box: Box) -> str:
    x, y, width, height = map(_number, (box.left, box.top, box.width, box.height))
    return f'x="{x}" y="{y}" width="{width}" height="{height}"'


def _opacity(alpha: float) -> str:
    return f' opacity="{_number(alpha)}"' if alpha != 1.0 else ""
