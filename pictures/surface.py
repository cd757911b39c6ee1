"""How high a loss is drawn: in the log of its gap above the lowest minimum, so that the valley is as detailed as the walls."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap

from core.picture import Plane
from pictures.look import Theme
from pictures.sheet import Sheet

LEVELS = 22
MOST = 1e285  # differences of such numbers are still finite
HATCH = "///"  # where there is no loss


def heights(loss: np.ndarray, lowest: float | None) -> np.ndarray:
    """The height [rows, columns] of a loss, from 0 to 1; NaN where it is not finite.

    A floor keeps the bottom of the valley from taking all the levels. Without a minimum the gap has no zero, and it is the
    loss itself.
    """
    z = np.where(np.isfinite(loss), loss, np.nan).clip(-MOST, MOST)
    finite = z[np.isfinite(z)]
    if not finite.size:
        return z
    if lowest is not None:
        base = max(min(lowest, float(finite.min())), -MOST)
        floor = max(1e-3 * float(np.sort(finite - base)[finite.size // 2]), 1e-12)
        z = np.log10(np.maximum(z - base, 0.0) + floor)
    low, high = np.nanmin(z), np.nanmax(z)
    return (z - low) / (high - low if high > low else 1.0)


def levels() -> np.ndarray:
    """Heights [LEVELS] of the contour lines."""
    return (np.arange(LEVELS) + 0.5) / LEVELS


def colours(theme: Theme) -> LinearSegmentedColormap:
    return LinearSegmentedColormap.from_list("surface", theme.scale)


def contours(sheet: Sheet, axes: Axes, plane: Plane, loss: np.ndarray, domain: tuple[float, float, float, float]) -> None:
    """Fill the axes with a pale picture of the loss, hatched where there is none."""
    theme, z = sheet.theme, np.ma.masked_invalid(heights(loss, plane.lowest))
    x = np.linspace(domain[0], domain[1], z.shape[1])
    y = np.linspace(domain[2], domain[3], z.shape[0])
    if z.mask.any():
        axes.patch.set(hatch=HATCH, edgecolor=(*_parts(theme.line), 0.35), linewidth=0)
    if z.count() == 0:
        return
    steps = colours(theme)(np.linspace(0, 1, LEVELS + 1))
    axes.contourf(x, y, z, levels(), colors=steps, extend="both", zorder=0)
    if z.max() > z.min():
        width = max(1.0, sheet.unit) if not sheet.bare else 0.8 * sheet.unit
        axes.contour(
            x, y, z, levels(), colors=theme.line, alpha=theme.line_alpha, linewidths=width, linestyles="solid", zorder=1
        )


def _parts(colour: str) -> tuple[float, ...]:
    return tuple(part / 255 for part in bytes.fromhex(colour[1:]))
