"""A descent as a GIF that loops: what stands still is drawn once, each frame adds the steps that are new.

All frames share one palette, and a frame stores only what differs from the one before, so that a film of six seconds takes
a few hundred kilobytes.
"""

from __future__ import annotations

import io
from collections.abc import Iterator

import numpy as np
from PIL import Image

from engines.descent.results import Descent
from pictures.descent import Picture, Wish, Words
from pictures.look import THEMES, rgb
from pictures.raster import Raster

FACTOR = 2
HOLD = 1000  # milliseconds that the last frame stays
COLOURS = 255  # the 256th stands for what has not changed
SECONDS, FRAMES_PER_SECOND = (1.0, 20.0), (5, 30)
MAX_PIXELS = 100_000_000  # frames × width × height: some ten seconds of drawing


def moments(steps: int, seconds: float, frames_per_second: int) -> list[tuple[int, int]]:
    """The step that each frame shows, and how many milliseconds it stays. GIF counts in hundredths of a second."""
    count = max(2, round(seconds * frames_per_second))
    shown = [round(steps * i / (count - 1)) for i in range(count)]
    ends = [10 * round(100 * (i + 1) / frames_per_second) for i in range(count)]
    found: list[tuple[int, int]] = []
    for step, start, end in zip(shown, [0, *ends], ends, strict=False):
        if found and found[-1][0] == step:
            found[-1] = (step, found[-1][1] + end - start)
        else:
            found.append((step, end - start))
    found[-1] = (steps, found[-1][1] + HOLD)
    return found


def film(descent: Descent, words: Words, wish: Wish, seconds: float, frames_per_second: int) -> bytes:
    """The whole descent in so many seconds, as the bytes of a GIF."""
    shown = moments(descent.experiment.steps, seconds, frames_per_second)
    still = Raster(wish.width, wish.height, THEMES[wish.theme].background, FACTOR)
    picture = Picture(descent, words, wish, still.width)
    picture.ground(still)
    palette = _palette(picture, still)
    frames = _changes(_frames(picture, still, shown), palette)
    first = next(frames)
    out = io.BytesIO()
    first.save(
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


def _frames(picture: Picture, still: Raster, shown: list[tuple[int, int]]) -> Iterator[Image.Image]:
    before = 0
    for step, _ in shown:
        picture.trails(still, before, step)
        frame, before = still.copy(), step
        picture.heads(frame, step)
        yield frame.finish()


def _palette(picture: Picture, still: Raster) -> np.ndarray:
    """Colours u8[COLOURS, 3] for the first and the last frame; those of the theme and of the runs exactly."""
    ends = [np.asarray(frame) for frame in _frames(picture, still.copy(), [(0, 0), (picture.steps, 0)])]
    found = Image.fromarray(np.concatenate(ends)).quantize(COLOURS, Image.Quantize.MEDIANCUT).getpalette("RGB") or []
    colours = np.zeros((COLOURS, 3), np.uint8)
    colours[: len(found) // 3] = np.array(found).reshape(-1, 3)[:COLOURS]
    for exact in map(rgb, (picture.theme.background, picture.theme.text, *(style.colour for style in picture.styles))):
        colours[np.abs(colours - np.array(exact)).sum(1).argmin()] = exact
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
