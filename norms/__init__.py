"""Normalizations, one file each. Copy `_template.py` to add one."""

from core.registry import discover
from core.types import Norm

ORDER = ("none", "batch", "layer", "group", "rms", "instance")
NORMS = discover(__name__, __path__, Norm, ORDER)
