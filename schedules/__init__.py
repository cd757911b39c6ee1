"""Learning-rate schedules, one file each. Copy `_template.py` to add one."""

from core.registry import discover
from core.types import Schedule

ORDER = (
    "constant", "step", "multistep", "exponential", "inverse_time", "cosine", "sgdr", "linear", "inverse_sqrt",
    "transformer", "polynomial", "triangular", "one_cycle", "wsd", "tiered",
)  # fmt: skip
SCHEDULES = discover(__name__, __path__, Schedule, ORDER)
