"""15. What batch norm does to the shape of a distribution."""

import jax.numpy as jnp
import numpy as np

from core.types import Param, Values, defaults
from engines.signal.normalization import moments, normalise
from errata._record import Axes, Entry, Live, Mark, Outcome, Quantity
from norms import NORMS

SAMPLES, SIGMAS = 4000, 5
EDGES = np.linspace(-3, 6, 46)


def run(values: Values) -> Outcome:
    before = np.random.default_rng(0).gamma(values.shape, 1.0, SAMPLES)
    norm = NORMS["batch"]
    after = np.asarray(normalise(norm, jnp.asarray(before[:, None]), defaults(norm.params), 1.0, 0.0))[:, 0]
    first, last = moments(before), moments(after)
    numbers = {
        "skew_before": first["skew"],
        "mean": last["mean"],
        "std": last["std"],
        "skew_after": last["skew"],
        "error": (6 / SAMPLES) ** 0.5,  # of the skew of a Gaussian sample
    }
    theory = {"skew_before": 2 / values.shape**0.5, "mean": 0.0, "std": 1.0, "skew_after": 2 / values.shape**0.5}
    middles = (EDGES[1:] + EDGES[:-1]) / 2
    density = [np.histogram(x, EDGES)[0] / SAMPLES / (EDGES[1] - EDGES[0]) for x in (before, after)]
    gauss = np.exp(-(middles**2) / 2) / (2 * np.pi) ** 0.5
    return Outcome(numbers, theory, (((middles, density[0]), (middles, density[1]), (middles, gauss)),))


def judge(numbers):
    standard = abs(numbers["mean"]) < 1e-6 and abs(numbers["std"] - 1) < 0.01
    if not standard:
        return "wrong"
    return "wrong" if abs(numbers["skew_after"]) > SIGMAS * numbers["error"] else "right"


entry = Entry(
    key="batch_norm_shape",
    number=15,
    lectures=("002", "004"),
    title="Batch norm makes the values Gaussian",
    claim="After batch norm the values of a unit follow a standard Gaussian.",
    tested=(
        "4000 skewed values of one unit (Gamma distributed) through batch norm; their mean, spread and skew before and after."
    ),
    params=(Param("shape", "k", 1.0, 0.25, 16.0, "log", "Shape of the Gamma distribution; its skew is 2/√k."),),
    quantities=(
        Quantity("skew_before", "skew before"),
        Quantity("mean", "mean after"),
        Quantity("std", "spread after"),
        Quantity("skew_after", "skew after"),
        Quantity("error", "what the skew of 4000 Gaussian values scatters by"),
    ),
    axes=(
        Axes(
            "value of the unit",
            "density",
            (Mark("before"), Mark("after batch norm"), Mark("Gaussian", "dashed")),
        ),
    ),
    run=run,
    judge=judge,
    findings={
        "wrong": (
            "Mean {mean} and spread {std}, and that is all: a skew of {skew_before} is still {skew_after}. A Gaussian has none."
        ),
        "right": "Mean {mean}, spread {std}, and a skew of {skew_after}, no more than chance.",
    },
    instead="Batch norm shifts and scales to mean 0 and variance 1. The shape stays: skew, tails and peaks are what they were.",
    latex=(
        r"\hat x = \frac{x - \mu}{\sqrt{\sigma^2 + \epsilon}}",
        r"\mathbb E\bigl[\hat x^3\bigr] = \frac{\mathbb E[(x - \mu)^3]}{\sigma^3}",
    ),
    live=lambda values: Live("initialization", "activation=relu&init=he_normal&norm=none&norm=batch&position=after&depth=2"),
)
