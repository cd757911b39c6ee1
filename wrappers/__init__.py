"""What goes around a rule, one file each, in the order in which they act. Copy `_template.py` to add one."""

from core.registry import discover
from core.types import Wrapper

# As PyTorch has it: noise is in the gradient, clipping comes before the optimizer, and L2 is the optimizer's own.
ORDER = ("noise", "clip_value", "clip_norm", "l2", "decay", "ema", "average")
WRAPPERS = discover(__name__, __path__, Wrapper, ORDER)
