"""One line on what this schedule does. Copy this file to `schedules/<key>.py`; everything else follows from it."""

import numpy as np

from core.types import Param, Schedule


def rate(initial_rate, t, horizon, values):
    # t = 0, 1, …, horizon − 1, an array; return as many rates. Warm-up is not your business: the caller applies it.
    return initial_rate * values.floor + initial_rate * (1 - values.floor) * (1 - np.asarray(t) / horizon)


schedule = Schedule(
    key="_template",  # the file's name
    name="Template",
    summary="One sentence for the menu.",
    latex=r"\alpha_t = \alpha_0 \left(c + (1 - c)(1 - t/T)\right)",
    fn=rate,
    reference="Author, title, year, equation",
    params=(Param("floor", "c", 0.1, 0.0, 1.0, "linear", "Share of the first rate that is left at the end."),),
    # What the texts above say, each as a check; `see` computes what it asks for (tests/seen.py).
    holds=(lambda see: np.allclose(see(1000, floor=0.2)[[0, -1]], (1, 0.2), atol=0.001),),
)
