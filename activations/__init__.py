"""Activation functions, one file each. Copy `_template.py` to add one."""

from core.registry import discover
from core.types import Activation

ORDER = (
    "sigmoid", "tanh", "relu", "leaky_relu", "prelu", "elu", "selu", "gelu", "silu", "softplus", "mish", "hard_swish",
    "maxout", "identity",
)  # fmt: skip
ACTIVATIONS = discover(__name__, __path__, Activation, ORDER)
