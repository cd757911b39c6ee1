"""A core.picture.Picture as a Matplotlib figure, of which a part may move."""

from __future__ import annotations

from collections.abc import Callable

from core.picture import Key, Panel, Picture
from pictures.chart import chart, shaped
from pictures.layout import Place, legend, places
from pictures.plane import plane
from pictures.sheet import Box, Mover, Sheet
from pictures.solid import solid
from pictures.ticks import bare, ticks


def draw(picture: Picture, size: tuple[int, int], theme: str, translate: Callable[[str], str], *, plain: bool = False) -> Sheet:
    """Lay out and draw a picture; `Sheet.show` then sets it to a step.

    Args:
      size: width and height in pixels. theme: one of look.THEMES. translate: English → the language of the letters.
      plain: without letters, as on cards.
    """
    sheet = Sheet(size, theme, translate, plain, {run: name for run, name, _ in picture.legend})
    entries = legend(sheet, picture)
    for (x, y), entry in zip(entries, (*picture.legend, *picture.keys), strict=False):
        _key(sheet, x, y, entry) if isinstance(entry, Key) else _entry(sheet, x, y, entry)
    placed = places(sheet, picture, entries[-1][1] + 12 * sheet.unit if entries else 6 * sheet.unit)
    for place in placed:
        _panel(sheet, place)
    moving = next((place for place in placed if _moves(place.panel)), None)
    if moving and picture.steps is not None and not plain:
        sheet.movers.append(_counter(sheet, moving, picture.steps))
    sheet.show(picture.steps or 0)
    return sheet


def _moves(panel: Panel) -> bool:
    return any(line.moving for line in panel.lines) or bool(panel.cells and panel.cells.moving)


def _panel(sheet: Sheet, place: Place) -> None:
    panel, box, u = place.panel, place.box, sheet.unit
    if panel.equal and panel.cells and not panel.cells.moving and not sheet.bare:
        box = shaped(panel, box)
    if panel.plane and panel.plane.solid:
        solid(sheet, box, panel)
        return
    if panel.plane:
        axes = plane(sheet, box, panel)
        if sheet.bare:
            bare(sheet, axes, panel)
            return
        ticks(sheet, axes, panel, box, x=place.numbers, y=place.left)
        for spine in axes.spines.values():
            spine.set_visible(False)
        return
    chart(sheet, box, panel, place.numbers)
    if not sheet.bare:
        _words(sheet, place, panel, box, u)


def _words(sheet: Sheet, place: Place, panel: Panel, box: Box, u: float) -> None:
    """Above a chart what it shows, beneath it what x is, and which line is which."""
    left = box.left - (0 if panel.histograms else 38 * u)
    top = min([box.top, *(y - 4 * u for _, y in place.names)])
    if panel.title or panel.y:
        sheet.fitted(left, top - 12 * u, panel.title or panel.y, box.right - left, bold=True)
    if panel.x:
        size = 0.92 * sheet.letters
        y = box.bottom + (25 * u if place.numbers else 9 * u)
        sheet.text((box.left + box.right) / 2, y, panel.x, size=size, align="center")
    named = [line for line in panel.lines if line.name]
    for (x, y), line in zip(place.names, named, strict=False):
        sheet.sample(x, y, sheet.theme.style(line.run), line.style)
        sheet.fitted(x + 34 * u, y, line.name, box.right - x - 30 * u)


def _entry(sheet: Sheet, x: float, y: float, entry: tuple[int, str, str]) -> None:
    """One run in the legend: its line, its marker, its name, its values."""
    run, name, values = entry
    u, size = sheet.unit, sheet.letters
    sheet.sample(x, y, sheet.theme.style(run))
    sheet.text(x + 34 * u, y, name, size=size, bold=True)
    sheet.text(x + 40 * u + sheet.measure(name, size, True), y, values, size=size)


def _key(sheet: Sheet, x: float, y: float, key: Key) -> None:
    """What a colour or a mark means."""
    shown = bool(key.colour or key.mark)
    if shown:
        sheet.explain(x, y, key)
    sheet.text(x + (20 * sheet.unit if shown else 0), y, key.text, size=sheet.letters)


def _counter(sheet: Sheet, place: Place, steps: int) -> Mover:
    """Which step the playhead is at, above the chart at the right."""
    _ = sheet.translate
    box, u = place.box, sheet.unit
    size = 0.92 * sheet.letters
    words = _("step {n} of {count}")
    counter = sheet.text(box.right, box.top - 12 * u, words.format(n=steps, count=steps), size=size, align="right")
    heading = sheet.measure(place.panel.title or place.panel.y, size, True)
    room = box.width + 38 * u - heading - sheet.measure(counter.get_text(), size)
    counter.set_visible(room > 10 * u)
    return Mover((counter,), lambda step: counter.set_text(words.format(n=step, count=steps)))
