"""Paths on a surface, seen from above: where they began, how they went, where they are."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.text import Text

from core.picture import Panel, Plane
from engines.descent.window import ASPECT, Domain, fit
from pictures.look import dashes
from pictures.sheet import Box, Mover, Sheet
from pictures.surface import contours

MANY = 400  # steps: with more, there is no room for a dot at each
FAR = 60.0  # widths of the window: what is farther away is drawn there, in its own direction


def plane(sheet: Sheet, box: Box, panel: Panel) -> Axes:
    """Draw a panel's plane into a box, and give the axes their movers."""
    assert panel.plane
    shown = panel.plane
    domain, box = window(shown, box, panel.equal)
    loss = shown.wider(domain) if shown.wider and domain != shown.domain else shown.loss
    axes = sheet.axes(box)
    axes.set(xlim=domain[:2], ylim=domain[2:])
    contours(sheet, axes, shown, loss, domain)
    u, text = sheet.unit, sheet.theme.text
    if len(shown.minima):
        cross: Any = dict(marker="+", markersize=11 * u, markeredgewidth=1.6 * u, linestyle="none", zorder=3)
        axes.plot(shown.minima[:, 0], shown.minima[:, 1], color=text, **cross)
    sheet.movers.append(_paths(sheet, axes, shown, domain))
    sheet.movers.append(_averages(sheet, axes, shown, domain))
    ring: Any = dict(marker="o", markersize=14 * u, markeredgewidth=1.6 * u, fillstyle="none", linestyle="none", zorder=6)
    (start,) = axes.plot(*np.transpose(_near(np.array([shown.start]), domain)), color=text, **ring)
    sheet.movers.append(Mover((start,), lambda step: None))
    sheet.movers.append(_heads(sheet, axes, shown, domain, box, panel.title))
    return axes


def window(plane: Plane, box: Box, equal: bool) -> tuple[Domain, Box]:
    """The domain that fills the box, and what of the box it fills where both axes have one scale."""
    domain = plane.domain
    if not equal:
        return domain, box
    if plane.wider:
        domain = fit(domain, min(max(box.width / box.height, ASPECT[0]), ASPECT[1])).domain
    own = (domain[1] - domain[0]) / (domain[3] - domain[2])
    wide, tall = min(box.width, box.height * own), min(box.height, box.width / own)
    left, top = box.left + (box.width - wide) / 2, box.top + (box.height - tall) / 2
    return domain, Box(left, top, left + wide, top + tall)


def _near(points: np.ndarray, domain: Domain) -> np.ndarray:
    """Points [n, 2]; those very far away brought nearer, since pixels have no room for 1e300."""
    middle = np.array([domain[0] + domain[1], domain[2] + domain[3]]) / 2
    span = np.array([domain[1] - domain[0], domain[3] - domain[2]])
    away = (points.clip(-1e290, 1e290) - middle) / span
    farthest = np.maximum(np.abs(away).max(1, keepdims=True, initial=0.0), FAR)
    return middle + away * (FAR / farthest) * span


def _paths(sheet: Sheet, axes: Axes, plane: Plane, domain: Domain) -> Mover:
    """The lines, and a dot for every step where there is room."""
    u, width, lines, points = sheet.unit, 2.5 * sheet.unit, [], []
    for x, run, _ in plane.paths:
        style = sheet.theme.style(run)
        near = _near(x, domain)
        dots: Any = dict(marker="o", markersize=5 * u, markeredgewidth=0) if len(x) <= MANY + 1 else {}
        shape = dashes(style, u, width)
        lines += axes.plot(
            *near.T, color=style.colour, linewidth=width, linestyle=shape, zorder=4, solid_joinstyle="round", **dots
        )
        points.append(near)

    def show(step: int) -> None:
        for line, near in zip(lines, points, strict=True):
            line.set_data(near[: step + 1, 0], near[: step + 1, 1])

    return Mover(lines, show)


def _averages(sheet: Sheet, axes: Axes, plane: Plane, domain: Domain) -> Mover:
    """Thin lines from the first update on, with a halo to be seen among the steps, and an open marker where each is."""
    u, drawn = sheet.unit, []
    for x, run in plane.averages:
        style, near = sheet.theme.style(run), _near(x, domain)
        halo: Any = dict(color=sheet.theme.background, linewidth=3.5 * u, solid_joinstyle="round", zorder=4.4)
        line: Any = dict(color=style.colour, linewidth=1.5 * u, solid_joinstyle="round", zorder=4.5)
        head: Any = dict(marker=style.symbol, markersize=11 * u, markeredgewidth=2 * u, zorder=6.5, linestyle="none")
        lines = (*axes.plot([], [], **halo), *axes.plot([], [], **line))
        drawn.append((lines, *axes.plot([], [], color=style.colour, markerfacecolor=sheet.theme.background, **head), near))

    def show(step: int) -> None:
        for lines, head, near in drawn:
            for line in lines:
                line.set_data(*near[1 : step + 1].T)
            head.set_data(*near[max(step, 1) : step + 1].T)

    return Mover(tuple(artist for lines, head, _ in drawn for artist in (*lines, head)), show)


def _heads(sheet: Sheet, axes: Axes, plane: Plane, domain: Domain, box: Box, title: str) -> Mover:
    """The marker of every run, at the border where it has left the picture; named there, and where it has diverged."""
    heads = [_head(sheet, axes, run) for _, run, _ in plane.paths]
    labels = [_label(sheet, axes, run) for _, run, _ in plane.paths]
    heading = _heading(sheet, axes, plane, title)
    points = [_near(x, domain) for x, _, _ in plane.paths]
    low, high = np.array([domain[0], domain[2]]), np.array([domain[1], domain[3]])
    rim = 10 * sheet.unit * (high - low) / (box.width, box.height)

    def show(step: int) -> None:
        taken: list[float] = []
        for head, label, near, (_, run, lost) in zip(heads, labels, points, plane.paths, strict=True):
            place = near[step].clip(low + rim, high - rim)
            head.set_data(place[:1], place[1:])
            diverged = lost is not None and step >= lost
            away = bool((near[step] < low).any() or (near[step] > high).any())
            label.set_visible(not sheet.bare and not title and (diverged or away))
            if label.get_visible():
                label.set_text(_news(sheet, run, lost if diverged else None))
                _place(sheet, label, place, domain, box, taken)
        heading.set_text(_story(sheet, plane, title, step))

    return Mover((*heads, *labels, heading), show)


def _news(sheet: Sheet, run: int, lost: int | None) -> str:
    """Of a run that is not to be seen: its name, and when it diverged."""
    _, name = sheet.translate, sheet.names.get(run, "")
    return name if lost is None else _("{name} diverged at {n}").format(name=name, n=lost)


def _head(sheet: Sheet, axes: Axes, run: int) -> Line2D:
    style, u = sheet.theme.style(run), sheet.unit
    look: Any = dict(markersize=15 * u, markeredgewidth=2 * u, markeredgecolor=sheet.theme.background, zorder=7)
    (head,) = axes.plot([], [], color=style.colour, marker=style.symbol, linestyle="none", **look)
    return head


def _label(sheet: Sheet, axes: Axes, run: int) -> Text:
    label = axes.text(0, 0, "", color=sheet.theme.style(run).colour, fontproperties=sheet.font(1.05 * sheet.letters, True))
    label.set(verticalalignment="center", path_effects=sheet.halo(), zorder=8, clip_on=False)
    return label


def _place(sheet: Sheet, label: Text, place: np.ndarray, domain: Domain, box: Box, taken: list[float]) -> None:
    """Write beside a head, inwards, and off the lines of text in `taken`."""
    tall = 1.3 * sheet.letters
    across = (place[0] - domain[0]) / (domain[1] - domain[0])
    y = box.bottom - (place[1] - domain[2]) / (domain[3] - domain[2]) * box.height
    inwards = -1 if y > (box.top + box.bottom) / 2 else 1
    while any(abs(y - other) < tall for other in taken):
        y += inwards * tall / 4
    taken.append(y)
    side = 1 if across < 0.5 else -1
    x = domain[0] + (across + side * 14 * sheet.unit / box.width) * (domain[1] - domain[0])
    label.set_position((x, domain[2] + (box.bottom - y) / box.height * (domain[3] - domain[2])))
    label.set_horizontalalignment("left" if side > 0 else "right")


def _heading(sheet: Sheet, axes: Axes, plane: Plane, title: str) -> Text:
    """Of a plane with a title: that, in the colour of its run."""
    colour = sheet.theme.style(plane.paths[0][1]).colour if len(plane.paths) == 1 else sheet.theme.text
    heading = axes.text(0.02, 0.97, "", transform=axes.transAxes, color=colour, verticalalignment="top", zorder=8)
    size = sheet.letters
    if title:
        wide = sheet.measure(title, size, True)
        room = 0.94 * axes.get_position().width * sheet.width
        size *= min(1.0, room / wide)
    heading.set(fontproperties=sheet.font(size, True), path_effects=sheet.halo(), visible=bool(title) and not sheet.bare)
    return heading


def _story(sheet: Sheet, plane: Plane, title: str, step: int) -> str:
    """The title, and what became of the one run that the plane shows."""
    _ = sheet.translate
    lost = plane.paths[0][2] if len(plane.paths) == 1 else None
    if lost is None or step < lost:
        return title
    return title + "\n" + _("diverged at step {n}").format(n=lost)
