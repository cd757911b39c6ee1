"""Update rules, one file each. Copy `_template.py` to add one."""

from core.registry import discover
from core.types import Optimizer

ORDER = ("sgd", "momentum", "nesterov", "adagrad", "rmsprop", "adam", "adadelta", "adamw", "nadam", "amsgrad", "adamax")
OPTIMIZERS = discover(__name__, __path__, Optimizer, ORDER)
