"""Data to learn from, one file each. Copy `_template.py` to add one."""

from core.registry import discover
from core.types import Dataset

ORDER = (
    "digits", "mnist_5k", "wine", "breast_cancer", "iris", "moons", "circles", "spirals", "xor", "blobs", "line", "sine",
    "mnist", "fashion_mnist", "cifar10",
)  # fmt: skip
DATASETS = discover(__name__, __path__, Dataset, ORDER)
