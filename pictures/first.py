"""A plane as a visitor sees it before the live one is there: the same lines and marks, in pixels of the screen."""

from __future__ import annotations

import io
from typing import NamedTuple

from PIL import Image

from core.picture import Panel, Plane
from engines.descent.window import Domain, equal_axes

REACH = (0.85, 2.2)  # width over height of the windows that it covers
SIDE = (760, 540)  # pixels within which the plane's own domain is drawn


class Frame(NamedTuple):
    """How a picture lies about a domain: the domain's shape, and how much wider and taller the picture is."""

    shape: float
    wide: float
    tall: float


def frame(domain: Domain) -> Frame:
    """With both axes on one scale the picture holds what every window in REACH shows beside the domain."""
    x0, x1, y0, y1 = domain
    shape = (x1 - x0) / (y1 - y0)
    if not equal_axes(domain):
        return Frame(shape, 1.0, 1.0)
    return Frame(shape, max(1.0, REACH[1] / shape), max(1.0, shape / REACH[0]))


def webp(plane: Plane, theme: str) -> bytes:
    """The whole plane at its last step."""
    from pictures.plane import plane as draw
    from pictures.sheet import Box, Sheet

    x0, x1, y0, y1 = plane.domain
    around, equal = frame(plane.domain), equal_axes(plane.domain)
    wide, tall = (x1 - x0) * around.wide, (y1 - y0) * around.tall
    x, y = (x0 + x1) / 2, (y0 + y1) / 2
    domain = (x - wide / 2, x + wide / 2, y - tall / 2, y + tall / 2)
    if plane.wider and domain != plane.domain:
        plane = plane._replace(domain=domain, loss=plane.wider(domain))
    side = min(SIDE[0], SIDE[1] * around.shape) if equal else SIDE[0]
    size = (round(side * around.wide), round((side / around.shape if equal else SIDE[1]) * around.tall))
    sheet = Sheet(size, theme, lambda text: text, bare=True)
    sheet.unit = 1.0
    axes = draw(sheet, Box(0, 0, *size), Panel(plane=plane, equal=equal))
    axes.set_axis_off()
    sheet.show(max((len(path) - 1 for path, _, _ in plane.paths), default=0))
    sheet.canvas.draw()
    out = io.BytesIO()
    drawn = Image.frombuffer("RGBA", size, bytes(sheet.canvas.buffer_rgba())).convert("RGB")
    drawn.save(out, "WEBP", quality=82, method=4)
    return out.getvalue()
