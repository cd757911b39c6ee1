"""A training experiment: one frozen value that the page, the API, the link and the tests all start from."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from activations import ACTIVATIONS
from core.problems import Problem
from core.types import Dataset, Param, Spec, namespace, spec
from core.words import N_
from datasets import DATASETS
from engines.descent import experiment as ex
from engines.descent.around import Wrapped
from engines.descent.experiment import SEED
from engines.training import models
from engines.training.dropout import DROPOUTS
from initializers import INITIALIZERS
from norms import NORMS
from optimizers import OPTIMIZERS
from wrappers import WRAPPERS

MAX_RUNS, MAX_STEPS, MAX_BATCH = 8, 5000, 1024
STEPS = Param("steps", "T", 1000, 1, MAX_STEPS, "int", "Number of updates.")
BATCH = Param("batch", "B", 32, 1, MAX_BATCH, "int", "Samples in one update; as many as there are is gradient descent.")
TRAIN = Param("train", "n", 1000, 1, 60_000, "int", "Samples that train; the others validate.")
LABEL_NOISE = Param("label_noise", r"\nu", 0.0, 0.0, 1.0, "linear", "Share of the training labels that are drawn at random.")
SHARPNESS = Param("sharpness", "S", 0, 0, 1, "bool", "Measure the largest curvature along the runs; full batch only.")
NUMBERS = (STEPS, BATCH, TRAIN, SEED, LABEL_NOISE, SHARPNESS)
TRANSFORMS = ("standardized", "centred", "raw")
ORDERS = ("shuffled", "sorted")

SIZE = Param("size", "m", 64, 4, 96, "int", "Points along each side of the plane.")
DRAW = Param("seed", "s", 0, 0, 9999, "int", "Which random directions.")
PLANES: dict[str, tuple[Param, ...]] = {"none": (), "pca": (SIZE,), "random": (SIZE, DRAW)}

STRENGTH = Param("strength", r"\lambda", 0.0, 0.0, 1000.0, "linear", "What the penalty is multiplied by.")
PENALTIES: dict[str, tuple[Param, ...]] = {"l2": (STRENGTH,), "l1": (STRENGTH,)}

# What one experiment may take, whatever the sliders say.
MAX_PRODUCTS = 3 * 10**11  # multiply-adds of all runs: a quarter of a minute or so
POINTS, PASSES = 150, 24  # places at which the sharpness is measured; forward passes that each of them costs, about
MULTIPLIED, CONVOLVED = 4e10, 4e9  # multiply-adds in a second on one processor: of matrices, and of the small ones of filters
DRAWN = 1e8  # masks in a second, of a single unit each
RECORDED, JUDGED = 25, 1000  # steps that are judged; samples of either part that are looked at, where there are more
MAX_NUMBERS = 100_000_000  # weights in the snapshots of all runs: 400 MB


@dataclass(frozen=True)
class Run(Wrapped):
    """One optimizer (`lr` is among its values) with its schedule, the parts of the network that may differ, and what is around
    the optimizer, in the order of wrappers/.
    """

    optimizer: Spec
    schedule: Spec
    activation: Spec
    init: Spec
    norm: Spec
    penalty: Spec
    dropout: Spec
    around: tuple[Spec, ...] = ()


@dataclass(frozen=True)
class Training:
    """Everything a training run depends on.

    Attributes:
      data, model: with all parameter values. loss: "softmax", "hinge" or "mse".
      batch: samples in one update. steps: updates. train: samples that train. seed: of data, split, weights and batches.
      transform: of the inputs, by the statistics of the training part. order: in which the samples come.
      label_noise: share of the training labels that are drawn at random.
      sharpness: whether it is measured along the runs, 0 or 1. plane: on which the loss is drawn.
      runs: what is compared; all of them see the same batches, and begin with the same weights where `init` is the same.
    """

    data: Spec
    model: Spec
    loss: str
    batch: int
    steps: int
    seed: int
    train: int
    transform: str
    order: str
    label_noise: float
    runs: tuple[Run, ...]
    sharpness: int = 0
    plane: Spec = field(default_factory=lambda: usual("plane"))

    @property
    def dataset(self) -> Dataset:
        return DATASETS[self.data.key]

    @property
    def outputs(self) -> int:
        """Numbers that come out of the network: one for each class, or one."""
        return max(1, len(self.dataset.classes))

    @property
    def shapes(self) -> list[models.Shape]:
        """Of the weights of every layer, the last one included, as models.py has them."""
        model = models.MODELS[self.model.key]
        values = namespace(model.params, [self.model.values[p.key] for p in model.params])
        return model.shapes(self.dataset.shape, self.outputs, values)

    @property
    def passes(self) -> int:
        """Multiply-adds of one sample passing through the network."""
        return models.products(self.shapes, self.dataset.shape)

    def alone(self, index: int) -> Training:
        """The experiment with one of its runs only: each goes its way whatever the others do."""
        return replace(self, runs=(self.runs[index],))


def bare(t: Training) -> Training:
    """The same runs without what is measured around them."""
    return replace(t, sharpness=0, plane=usual("plane"))


# Rows of the parts ----------------------------------------------------------------------------------------------------


def optimizer_params(key: str) -> tuple[Param, ...]:
    """As in the race, but for the range of the rate, which the lectures try from 1e-6 to 1e6, and its default."""
    rule = OPTIMIZERS[key]
    rate = replace(rule.learning_rate, default=rule.network_rate, low=1e-7, high=1e7)
    return (rate, *rule.params)


class Part(NamedTuple):
    """A field of the address that names a thing with values.

    Attributes:
      kind: what it is, in words. known: the keys. params: key -> its rows. name: key -> its English name.
    """

    kind: str
    known: tuple[str, ...]
    params: Callable[[str], tuple[Param, ...]]
    name: Callable[[str], str] = str.upper


PARTS: dict[str, Part] = {
    "data": Part(N_("data set"), tuple(DATASETS), lambda key: DATASETS[key].params),
    "model": Part(N_("model"), tuple(models.MODELS), lambda key: models.MODELS[key].params),
    "activation": Part(
        N_("activation"), tuple(ACTIVATIONS), lambda key: ACTIVATIONS[key].params, lambda key: ACTIVATIONS[key].name
    ),
    "init": Part(
        N_("initializer"), tuple(INITIALIZERS), lambda key: INITIALIZERS[key].params, lambda key: INITIALIZERS[key].name
    ),
    "norm": Part(N_("normalization"), tuple(NORMS), lambda key: NORMS[key].params, lambda key: NORMS[key].name),
    "plane": Part(N_("plane"), tuple(PLANES), lambda key: PLANES[key]),
    "penalty": Part(N_("penalty"), tuple(PENALTIES), lambda key: PENALTIES[key]),
    "dropout": Part(N_("kind of dropout"), tuple(DROPOUTS), lambda key: DROPOUTS[key].params, lambda key: DROPOUTS[key].name),
}
OWN = ("activation", "init", "norm", "penalty", "dropout")  # may differ from run to run
AROUND = tuple(key for key, wrapper in WRAPPERS.items() if not wrapper.path)  # an average is a second network
USUAL = {"data": "digits", "model": "mlp", "activation": "relu", "init": "he_normal", "norm": "none", "penalty": "l2"}
USUAL["plane"] = USUAL["dropout"] = "none"


def usual(field: str) -> Spec:
    """What a part is where the address says nothing."""
    return spec(USUAL[field], PARTS[field].params(USUAL[field]))


def losses(data: Dataset) -> tuple[str, ...]:
    """The losses that make sense for these data, the usual one first."""
    return ("softmax", "hinge", "mse") if data.classes else ("mse",)


def run(optimizer: str = "sgd", schedule: str = "constant", **values: float) -> Run:
    """A run by the keys of its rule and schedule; `values` are those of the rule."""
    rule = spec(optimizer, optimizer_params(optimizer), **values)
    course = spec(schedule, ex.schedule_params(schedule))
    return Run(rule, course, usual("activation"), usual("init"), usual("norm"), usual("penalty"), usual("dropout"))


def default() -> Training:
    """What the address shows that says nothing: SGD and Adam on the digits."""
    data = usual("data")
    return Training(
        data=data,
        model=usual("model"),
        loss=losses(DATASETS[data.key])[0],
        batch=int(BATCH.default),
        steps=int(STEPS.default),
        seed=int(SEED.default),
        train=DATASETS[data.key].trained,
        transform=TRANSFORMS[0],
        order=ORDERS[0],
        label_noise=LABEL_NOISE.default,
        runs=(run("sgd"), run("adam")),
    )


# Limits ---------------------------------------------------------------------------------------------------------------


def products(t: Training) -> int:
    """Multiply-adds of all runs, about: three passes for each sample of each batch; twice with the sharpness."""
    along = PASSES * min(POINTS, t.steps) * t.sharpness
    return t.passes * t.batch * (3 * t.steps * (1 + t.sharpness) + along) * len(t.runs)


def trained_share(t: Training) -> float:
    """How much of the work is the training itself; the rest is the sharpness."""
    return t.passes * t.batch * 3 * t.steps * len(t.runs) / products(t)


def seconds(t: Training) -> float:
    """About how long it takes: updates, their masks of dropout, and the judging of the recorded steps."""
    convolved = any(len(shape) == 4 for shape in t.shapes)
    judged = RECORDED * len(t.runs) * min(t.dataset.size, 2 * JUDGED) * t.passes
    masked = sum(bool(DROPOUTS[run.dropout.key].params) for run in t.runs)
    drawn = masked * t.steps * t.batch * models.units(t.shapes, t.dataset.shape)
    return (products(t) + judged) / (CONVOLVED if convolved else MULTIPLIED) + drawn / DRAWN


def too_large(t: Training) -> Problem | None:
    """What keeps an experiment from being computed here, with what would do; None if nothing does."""
    return _too_long(t) or _too_wide(t)


def _too_long(t: Training) -> Problem | None:
    count = products(t)
    if count <= MAX_PRODUCTS:
        return None
    most = max(1, t.steps * MAX_PRODUCTS // count)
    message = N_(
        "{count} multiplications (3 × those of a sample × batch × steps × runs) are more than {limit}; {most} steps would do"
    )
    return Problem("steps", message, dict(count=f"{count:,}", limit=f"{MAX_PRODUCTS:,}", most=most), [1, most])


def _too_wide(t: Training) -> Problem | None:
    """Memory: each run keeps its weights at every recorded step; a single run of any model fits."""
    each = sum(math.prod(shape) for shape in t.shapes) * min(RECORDED, t.steps + 1)
    most = MAX_NUMBERS // each
    if len(t.runs) <= most:
        return None
    message = N_("{count} weights in the snapshots of {runs} runs are more than {limit}; {most} runs would do")
    numbers = dict(count=f"{each * len(t.runs):,}", runs=len(t.runs), limit=f"{MAX_NUMBERS:,}", most=most)
    return Problem("run", message, numbers, [1, most])
