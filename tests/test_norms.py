"""Normalizations: recorded PyTorch, what each averages over, the dense form against the convolution, train against test."""

import json
from itertools import product
from pathlib import Path
from types import SimpleNamespace

import jax.numpy as jnp
import numpy as np
import pytest

from core.types import spec
from engines.signal import network, normalization
from norms import NORMS
from norms.instance import POSITIONS

GOLDEN = json.loads((Path(__file__).parent / "golden" / "torch_nn.json").read_text())
every = pytest.mark.parametrize("key", NORMS)
each = pytest.mark.parametrize("key", [key for key in NORMS if key != "none"])


def dense(key: str, x, gamma=1.0, beta=0.0, groups=4.0):
    return np.asarray(normalization.normalise(NORMS[key], jnp.asarray(x), SimpleNamespace(groups=groups), gamma, beta))


def convolution(key: str, x: np.ndarray, of: np.ndarray, gamma=1.0, beta=0.0) -> np.ndarray:
    """Normalise x [N, C, H, W] by the statistics of its `members`: what PyTorch is known to do, and the dense form must do."""
    if not normalization.axes(key):
        return x
    after = np.empty_like(x)
    for number in np.unique(of):
        inside = x[of == number]
        centred = inside - inside.mean() * NORMS[key].centred
        after[of == number] = gamma * centred / np.sqrt(np.mean(centred**2) + normalization.EPSILON) + beta
    return after


@pytest.mark.parametrize("row", GOLDEN["norms"], ids=lambda row: row["call"])
def test_agrees_with_torch(row):
    x = np.array(GOLDEN["values"]).reshape(GOLDEN["shape"])
    groups = 2 if row["call"].endswith(", 2)") else 4
    of = normalization.members(row["key"], x.shape, groups)
    np.testing.assert_allclose(convolution(row["key"], x, of).ravel(), row["y"], rtol=1e-7, atol=1e-9)
    chosen = spec(row["key"], NORMS[row["key"]].params, groups=groups)
    assert network.code(chosen, NORMS[row["key"]].params, [NORMS[row["key"]].torch]) == [row["call"]]


def test_everything_torch_has_is_recorded():
    assert {row["key"] for row in GOLDEN["norms"]} == {key for key, norm in NORMS.items() if norm.torch}


AXES = {"none": "", "batch": "NHW", "layer": "CHW", "group": "CHW", "rms": "CHW", "instance": "HW"}


@every
def test_axes_are_those_that_share_statistics(key):
    assert "".join(normalization.axes(key)) == AXES[key]
    shape = (3, 6, 2, 5)
    of = normalization.members(key, shape, groups=3)
    size = np.bincount(of.ravel())
    whole = np.prod([n for n, letter in zip(shape, "NCHW", strict=True) if letter in AXES[key]])
    assert set(size) == {whole / 3 if key == "group" else whole}
    assert len(size) * size[0] == np.prod(shape)
    for axis, letter in enumerate("NCHW"):
        first, second = np.take(of, 0, axis), np.take(of, 1, axis)  # two channels of the first group of two
        assert (first == second).all() == (letter in AXES[key])


def test_groups_lie_between_layer_and_instance():
    shape = (2, 6, 3, 3)
    np.testing.assert_array_equal(normalization.members("group", shape, 1), normalization.members("layer", shape))
    np.testing.assert_array_equal(normalization.members("group", shape, 6), normalization.members("instance", shape))


@each
def test_a_dense_layer_is_a_convolution_on_one_pixel(key):
    """For instance norm, POSITIONS neighbouring units stand for the pixels of one channel."""
    x = np.random.default_rng(0).normal(2, 3, (5, 48))
    shape = (5, 48 // POSITIONS, 4, 4) if key == "instance" else (5, 48, 1, 1)
    image = x.reshape(shape)
    wanted = convolution(key, image, normalization.members(key, shape), 2.0, 0.3).reshape(x.shape)
    np.testing.assert_allclose(dense(key, x, 2.0, 0.3), wanted, rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize(("width", "groups"), [*product((8, 13, 50), (1, 3, 5, 64))])
def test_any_number_of_groups_goes_with_any_width(width, groups):
    x = np.random.default_rng(0).normal(2, 3, (4, width))
    of = np.arange(width) * groups // width
    y = dense("group", x, groups=float(groups))
    for group in np.unique(of):
        inside = y[:, of == group]
        np.testing.assert_allclose(inside.mean(1), 0, atol=1e-9)
        if inside.shape[1] > 1:
            np.testing.assert_allclose(inside.var(1), 1, atol=1e-2)


@pytest.mark.parametrize("width", [8, 16, 40])
def test_instances_of_any_width(width):
    y = dense("instance", np.random.default_rng(0).normal(2, 3, (4, width)))
    for start in range(0, width, POSITIONS):
        np.testing.assert_allclose(y[:, start : start + POSITIONS].mean(1), 0, atol=1e-9)


def test_gamma_and_beta_can_undo_batch_norm():
    """002: γ = √Var and β = E give the values back."""
    x = np.random.default_rng(0).normal(4, 3, (64, 1))
    np.testing.assert_allclose(dense("batch", x, np.sqrt(x.var() + normalization.EPSILON), x.mean()), x, rtol=1e-9)


def test_a_batch_of_one_is_wiped_out_by_batch_norm_only():
    x = np.random.default_rng(0).normal(size=(1, 32))
    assert (dense("batch", x, beta=0.7) == 0.7).all()
    assert dense("layer", x).std() == pytest.approx(1, abs=1e-3)


# ---------------------------------------------------------------------------------------- training and testing


def test_the_estimate_for_a_test_is_unbiased():
    """000: σ² = N/(N − 1)·E[σ_b²]. Without the factor, the variance is too small by (N − 1)/N."""
    for batch in (2, 4, 16):
        measured = normalization.train_and_test(batch, count=20_000)
        assert measured.test_mean == pytest.approx(measured.mean, abs=0.1)
        assert measured.test_variance == pytest.approx(measured.variance, rel=0.04)
        assert measured.biased_variance == pytest.approx(measured.variance * (batch - 1) / batch, rel=0.04)
        assert measured.test_variance == pytest.approx(measured.biased_variance * batch / (batch - 1))


def test_running_averages_arrive():
    measured = normalization.train_and_test(16, count=400, momentum=0.05)
    assert (len(measured.means), len(measured.running_mean)) == (400, 401)
    assert (measured.running_mean[0], measured.running_variance[0]) == (0, 1)
    assert measured.running_mean[-1] == pytest.approx(measured.mean, abs=0.6)
    assert measured.running_variance[-100:].mean() == pytest.approx(measured.variance, rel=0.2)
    assert measured.running_mean[1] == pytest.approx(0.05 * measured.means[0])


def test_a_test_uses_means_of_several_units():
    batches = np.random.default_rng(0).normal([0, 5], [1, 2], (50, 8, 2))
    mean, variance = normalization.inference(batches)
    np.testing.assert_allclose(mean, batches.reshape(-1, 2).mean(0))
    np.testing.assert_allclose(variance, batches.var(1, ddof=1).mean(0))


# ------------------------------------------------------------------------------------------------- erratum 15


def test_batch_norm_makes_nothing_gaussian():
    """Mean 0 and variance 1, but the skew stays."""
    before, after = normalization.skewed()
    measured = normalization.moments(after)
    assert (measured["mean"], measured["std"]) == pytest.approx((0, 1), abs=1e-4)
    assert measured["skew"] == pytest.approx(normalization.moments(before)["skew"], rel=1e-9)
    assert measured["skew"] > 1.5
