"""MNIST in full, from files of the user."""

from datasets._folder import IDX_FILES, Source, idx_samples
from datasets._folder import dataset as of_folder

dataset = of_folder(
    "mnist",
    Source(("mnist", "MNIST/raw"), IDX_FILES, idx_samples),
    samples=70_000,
    name="MNIST, all",
    summary="Handwritten digits, training and test files together, from a folder of yours.",
    source="LeCun, Cortes and Burges, The MNIST database of handwritten digits, 1998",
    licence="CC BY-SA 3.0.",
    shape=(28, 28),
    classes=tuple("0123456789"),
)
