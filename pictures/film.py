"""A descent as a GIF that loops: what stands still is drawn once, each frame adds the steps that are new.

All frames share one palette, and a frame stores only what differs from the one before, so that a film of six seconds takes
a few hundred kilobytes.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

import locales
from core.picture import Picture
from pictures import fonts
from pictures.look import Theme, rgb

if TYPE_CHECKING:  # Matplotlib takes half a second to load, and is loaded by the first picture
    from pictures.sheet import Sheet

HOLD = 1000  # milliseconds that the last frame stays
COLOURS = 255  # the 256th stands for what has not changed
SECONDS, FRAMES_PER_SECOND = (1.0, 20.0), (5, 30)
MAX_PIXELS = 100_000_000  # frames × width × height: some ten seconds of drawing


def moments(steps: int, seconds: float, frames_per_second: int) -> list[tuple[int, int]]:
    """The step that each frame shows, and how many milliseconds it stays. GIF counts in hundredths of a second."""
    count = max(2, round(seconds * frames_per_second))
    shown = [round(steps * i / (count - 1)) for i in range(count)]
    ends = [10 * round(100 * (i + 1) / frames_per_second) for i in range(count)]
    shown_for: list[tuple[int, int]] = []
    for step, start, end in zip(shown, [0, *ends], ends, strict=False):
        if shown_for and shown_for[-1][0] == step:
            shown_for[-1] = (step, shown_for[-1][1] + end - start)
        else:
            shown_for.append((step, end - start))
    shown_for[-1] = (steps, shown_for[-1][1] + HOLD)
    return shown_for


def gif(picture: Picture, size: tuple[int, int], theme: str, language: str, seconds: float, fps: int) -> bytes:
    """The whole playhead in so many seconds, as the bytes of a GIF."""
    from pictures.drawing import draw

    shown = moments(picture.steps or 0, seconds, fps)
    sheet = draw(picture, size, theme, locales.translator(fonts.lettered(language)))
    film = _Film(sheet)
    palette = _palette(sheet.theme, [film.frame(step) for step in (0, picture.steps or 0)])
    frames = _changes((film.frame(step) for step, _ in shown), palette)
    out = io.BytesIO()
    next(frames).save(
        out,
        "GIF",
        save_all=True,
        append_images=frames,
        duration=[duration for _, duration in shown],
        loop=0,
        disposal=1,
        transparency=COLOURS,
        optimize=False,
    )
    return out.getvalue()


class _Film:
    """Draws what stands still once, and for every frame what moves."""

    def __init__(self, sheet: Sheet):
        self.sheet = sheet
        for mover in sheet.movers:
            for artist in mover.artists:
                artist.set_animated(True)
        sheet.canvas.draw()
        self.still = sheet.canvas.copy_from_bbox(sheet.figure.bbox)

    def frame(self, step: int) -> Image.Image:
        sheet = self.sheet
        sheet.show(step)
        sheet.canvas.restore_region(self.still)
        for mover in sheet.movers:
            for artist in mover.artists:
                sheet.figure.draw_artist(artist)
        pixels = Image.frombuffer("RGBA", (sheet.width, sheet.height), bytes(sheet.canvas.buffer_rgba()))
        return pixels.convert("RGB")


def _palette(theme: Theme, ends: list[Image.Image]) -> np.ndarray:
    """Colours u8[COLOURS, 3] for the first and the last frame; those of the theme and of the runs exactly."""
    both = Image.fromarray(np.concatenate([np.asarray(frame) for frame in ends]))
    listed = both.quantize(COLOURS, Image.Quantize.MEDIANCUT).getpalette("RGB") or []
    colours = np.zeros((COLOURS, 3), np.uint8)
    colours[: len(listed) // 3] = np.array(listed).reshape(-1, 3)[:COLOURS]
    for exact in map(rgb, (theme.background, theme.text, *theme.runs)):
        colours[np.abs(colours.astype(int) - np.array(exact)).sum(1).argmin()] = exact
    return colours


def _changes(frames: Iterator[Image.Image], palette: np.ndarray) -> Iterator[Image.Image]:
    """Each frame as numbers of the palette; where it is as the one before, the number that stands for nothing."""
    before: np.ndarray | None = None
    for frame in frames:
        pixels = np.asarray(frame.convert("RGBA")).view("<u4")[..., 0]
        changed = np.ones(pixels.shape, bool) if before is None else pixels != before
        numbers = np.full(pixels.shape, COLOURS, np.uint8)
        numbers[changed] = _nearest(pixels[changed], palette)
        image = Image.fromarray(numbers)
        image.putpalette(palette.ravel().tolist())
        before = pixels
        yield image


def _nearest(pixels: np.ndarray, palette: np.ndarray) -> np.ndarray:
    """Numbers [n] of the palette's colours nearest to pixels u32[n], red lowest. Image.quantize is faster and not exact."""
    colours, which = np.unique(pixels, return_inverse=True)
    parts = np.stack([colours & 255, colours >> 8 & 255, colours >> 16 & 255], axis=1).astype(np.float32)
    wanted = palette.astype(np.float32)
    # |a - b|² = |a|² - 2ab + |b|², and the first is the same for all b
    distance = (wanted**2).sum(1) - 2 * parts @ wanted.T
    return distance.argmin(1).astype(np.uint8)[which]
