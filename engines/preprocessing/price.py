"""What preprocessing costs: directions of noise blown up by whitening, and statistics that have seen the test set."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from engines.preprocessing.transforms import statistics, transformed

TEST = 0.3  # of the samples
MOST = 600  # samples that are used: more would take long, and say the same
FEW = 3  # training samples per feature at which the leak is looked at


class Split(NamedTuple):
    """Training and test samples of one shuffle: x f64[n, d] and classes int64[n] of each."""

    x: np.ndarray
    y: np.ndarray
    test_x: np.ndarray
    test_y: np.ndarray


def some(x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """MOST samples, evenly from all of them."""
    at = np.linspace(0, len(x) - 1, min(len(x), MOST)).astype(int)
    return x[at], y[at]


def split(x: np.ndarray, y: np.ndarray, seed: int, train: int | None = None) -> Split:
    """The last TEST of a shuffle are the test set; of the rest, all or the first `train` are for training."""
    order = np.random.default_rng(seed).permutation(len(x))
    cut = len(x) - round(TEST * len(x))
    first, last = order[:cut][:train], order[cut:]
    return Split(x[first], y[first], x[last], y[last])


def nearest(parts: Split) -> float:
    """Test accuracy of the class of the nearest training sample: distances are all that it knows."""
    squares = (parts.x**2).sum(1) - 2 * parts.test_x @ parts.x.T
    return float((parts.y[squares.argmin(1)] == parts.test_y).mean())


class Price(NamedTuple):
    """Test accuracy against the number of principal components kept.

    Attributes:
      components: int64[m], from 1 on. pca, whitened: f64[m], the accuracy in those components as they are, and whitened.
    """

    components: np.ndarray
    pca: np.ndarray
    whitened: np.ndarray


def price(x: np.ndarray, y: np.ndarray, seed: int) -> Price:
    """Nearest neighbour in more and more components, of statistics from the training samples only."""
    parts = split(x, y, seed)
    by = statistics(parts.x)
    counts = np.unique(np.linspace(1, len(by.variances), min(len(by.variances), 20)).astype(int))
    accuracies = []
    for transform in ("pca", "whitened"):
        seen, unseen = (transformed(part, transform, by) for part in (parts.x, parts.test_x))
        accuracies.append([nearest(parts._replace(x=seen[:, :m], test_x=unseen[:, :m])) for m in counts])
    return Price(counts, np.array(accuracies[0]), np.array(accuracies[1]))


class Joint(NamedTuple):
    """Accuracy of a linear model where all samples together are whitened.

    Attributes:
      samples: int64[m], training and test samples together. accuracy: f64[m], in the mean over shuffles. chance: of the
        most frequent class.
    """

    samples: np.ndarray
    accuracy: np.ndarray
    chance: float


def joint(x: np.ndarray, y: np.ndarray, seed: int, shuffles: int = 6) -> Joint:
    """Least squares (the smallest solution) on one-hot targets, after whitening training and test samples together.

    While there are no more samples than features, whitening without centring makes all of them orthogonal to one another:
    what was learnt from some says nothing of another one (Wadia et al., “Whitening and second order optimization both
    make information about the dataset unusable during training, and can reduce or prevent generalization”, 2020).
    """
    used = x[:, x.std(0) > 0]
    features = used.shape[1]
    samples = np.unique((features * np.array([0.5, 0.75, 1.0, 1.25, 1.5, 2.0, 3.0])).astype(int))
    samples = samples[(samples >= 8) & (samples <= len(x))]
    classes = np.eye(int(y.max()) + 1)
    rng, accuracies = np.random.default_rng(seed), []
    for count in samples:
        right = []
        for _ in range(shuffles):
            chosen = rng.permutation(len(x))[:count]
            u, singular, _rows = np.linalg.svd(used[chosen], full_matrices=False)
            white = u[:, singular > singular.max() * max(used.shape) * np.finfo(float).eps]
            cut = count - max(1, round(TEST * count))
            weights = np.linalg.lstsq(white[:cut], classes[y[chosen[:cut]]], rcond=None)[0]
            scores = white[cut:] @ weights
            clear = np.abs(scores).max(1) > 1e-9  # else nothing is said, and the first class would be guessed
            right.append(float(np.where(clear, scores.argmax(1) == y[chosen[cut:]], 1 / classes.shape[1]).mean()))
        accuracies.append(np.mean(right))
    return Joint(samples, np.array(accuracies), float(np.bincount(y).max() / len(y)))


class Leak(NamedTuple):
    """How much better a test looks that has been seen: accuracies in the mean over shuffles, and how many training samples."""

    honest: float
    leaky: float
    train: int


def leak(x: np.ndarray, y: np.ndarray, transform: str, seed: int, shuffles: int = 8) -> Leak:
    """Nearest neighbour on few training samples, with statistics of those alone, and of all samples, test set included."""
    train = min(len(x) - round(TEST * len(x)), FEW * x.shape[1])
    honest, leaky = [], []
    everything = statistics(x)
    for shuffle in range(shuffles):
        parts = split(x, y, seed + shuffle, train)
        for by, accuracies in ((statistics(parts.x), honest), (everything, leaky)):
            seen, unseen = (transformed(part, transform, by) for part in (parts.x, parts.test_x))
            accuracies.append(nearest(parts._replace(x=seen, test_x=unseen)))
    return Leak(float(np.mean(honest)), float(np.mean(leaky)), train)
