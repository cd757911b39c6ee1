"""Fashion-MNIST in full, from files of the user."""

from datasets._folder import IDX_FILES, Source, idx_samples
from datasets._folder import dataset as of_folder

dataset = of_folder(
    "fashion_mnist",
    Source(("fashion_mnist", "FashionMNIST/raw"), IDX_FILES, idx_samples),
    samples=70_000,
    name="Fashion-MNIST, all",
    summary="Clothes, shoes and bags, training and test files together, from a folder of yours.",
    source="Xiao, Rasul and Vollgraf, Fashion-MNIST: a novel image dataset for benchmarking machine learning algorithms, 2017",
    licence="MIT.",
    shape=(28, 28),
    classes=("T-shirt", "trousers", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "boot"),
)
