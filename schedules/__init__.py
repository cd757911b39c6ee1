"""Learning-rate schedules, one file each. Copy `_template.py` to add one."""

from core.registry import discover
from core.types import Schedule

ORDER = ("constant",)
SCHEDULES = discover(__name__, __path__, Schedule, ORDER)
