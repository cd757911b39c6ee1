"""CIFAR-10 in full, from files of the user: the binary version."""

from datasets._folder import CIFAR_FILES, Source, cifar_samples
from datasets._folder import dataset as of_folder

dataset = of_folder(
    "cifar10",
    Source(("cifar-10-batches-bin", "cifar10", "cifar-10-batches-py"), CIFAR_FILES, cifar_samples),
    samples=60_000,
    name="CIFAR-10, all",
    summary="Photographs in colours, training and test files together, from a folder of yours.",
    source="Krizhevsky, Learning multiple layers of features from tiny images, 2009",
    licence="Its authors name none.",
    shape=(32, 32, 3),
    classes=("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"),
)
