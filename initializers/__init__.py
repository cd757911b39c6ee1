"""Weight initializers, one file each. Copy `_template.py` to add one."""

from core.registry import discover
from core.types import Initializer

ORDER = (
    "zeros", "constant", "normal", "uniform", "lecun", "glorot_normal", "glorot_uniform", "he_normal", "he_uniform",
    "orthogonal", "lsuv", "sparse",
)  # fmt: skip
INITIALIZERS = discover(__name__, __path__, Initializer, ORDER)
