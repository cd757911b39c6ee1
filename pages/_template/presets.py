"""What the menu of examples offers. Each sentence has a check: `holds` is given what is computed of the query."""

from core.page import Preset

PRESETS = (
    Preset(
        "steep",
        "Steep",
        "slope=5",
        "A slope of five: y grows five times as fast as x.",
        holds=lambda line: line.y[-1] - line.y[0] == 5 * 2,
    ),
)
