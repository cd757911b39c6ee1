"""Loss surfaces, one file each. Copy `_template.py` to add one."""

from core.registry import discover
from core.types import Landscape

ORDER = (
    "taco", "saddle", "bounded_saddle", "plateau", "double_well", "cliff", "noisy_taco", "least_squares", "logistic",
)  # fmt: skip
LANDSCAPES = discover(__name__, __path__, Landscape, ORDER)
