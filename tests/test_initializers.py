"""Initializers over the live registry: the variance they state, by drawing; recorded PyTorch; JAX's own."""

import json
from pathlib import Path
from types import SimpleNamespace

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from experiments import numbers
from hypothesis import given, settings
from hypothesis import strategies as st

from core.types import defaults, spec
from engines.signal import network
from initializers import INITIALIZERS, _template

GOLDEN = json.loads((Path(__file__).parent / "golden" / "torch_nn.json").read_text())
ALL = {**INITIALIZERS, "_template": _template.initializer}
every = pytest.mark.parametrize("rule", ALL.values(), ids=ALL.keys())
SHAPE = GOLDEN["fan_in"], GOLDEN["fan_out"]


def drawn(rule, shape=SHAPE, seed=0, **values):
    values = SimpleNamespace(**{**vars(defaults(rule.params)), **values})
    return rule.weights(np.random.default_rng(seed), shape, values)


def noise(count: int, kurtosis: float = 3.0) -> float:
    """Five standard deviations of a sample variance, as a share of it."""
    return 5 * ((kurtosis - 1) / count) ** 0.5


# ---------------------------------------------------------------------------------------------------- contract


@every
def test_every_row_is_filled_in(rule):
    assert all(p.help.endswith(".") for p in rule.params)
    assert rule.summary.endswith(".")
    assert rule.latex
    assert set(rule.drawn) <= {p.key for p in rule.params}
    assert rule.torch or rule.difference


@every
@pytest.mark.parametrize("shape", [(8, 8), (64, 20), (20, 64)])
def test_shape_type_and_seed(rule, shape):
    one, again, other = (drawn(rule, shape, seed) for seed in (0, 0, 1))
    assert (one.shape, one.dtype) == (shape, np.float32)
    np.testing.assert_array_equal(one, again)
    assert (one != other).any() == (rule.key not in ("zeros", "constant"))


@every
def test_a_draw_reads_only_what_it_says(rule):
    """A value that is not listed in `drawn` may move without a new draw."""

    class Guarded:
        def __getattr__(self, key):
            assert key in rule.drawn
            return getattr(defaults(rule.params), key)

    rule.draw(np.random.default_rng(0), (16, 12), Guarded())


# ---------------------------------------------------------------------------------------------------- variance


@every
@settings(max_examples=5)
@given(st.data())
def test_the_variance_it_states(rule, data):
    chosen = {p.key: data.draw(numbers(p)) for p in rule.params}
    values = SimpleNamespace(**chosen)
    for shape in ((300, 200), (100, 400)):
        stated = rule.variance(*shape, values)
        if stated is not None:
            weights = drawn(rule, shape, **chosen)
            share = np.count_nonzero(weights) / weights.size or 1.0
            assert weights.var() == pytest.approx(stated, rel=noise(weights.size, 3 / share) + 2e-3, abs=1e-12)
            assert abs(weights.mean()) <= 5 * (stated / weights.size) ** 0.5 + 1e-9


@pytest.mark.parametrize("row", GOLDEN["initializers"], ids=lambda row: row["key"])
def test_agrees_with_torch(row):
    rule = ALL[row["key"]]
    assert network.code(spec(rule.key, rule.params), rule.params, [rule.torch]) == [row["call"]]
    stated = rule.variance(*SHAPE, defaults(rule.params))
    weights = drawn(rule)
    share = np.count_nonzero(weights) / weights.size or 1.0
    assert weights.var() == pytest.approx(row["variance"], rel=2 * noise(weights.size, 3 / share), abs=1e-12)
    if stated is None:
        assert weights.mean() == pytest.approx(row["mean"])
    else:
        assert stated == pytest.approx(row["variance"], rel=noise(weights.size, 3 / share), abs=1e-12)
    assert np.abs(weights).max() == pytest.approx(row["largest"], rel=0.3)


def test_everything_torch_has_is_recorded():
    assert {row["key"] for row in GOLDEN["initializers"]} == {key for key, rule in ALL.items() if rule.torch}


@every
def test_agrees_with_jax(rule):
    chosen = spec(rule.key, rule.params)
    for call in network.code(chosen, rule.params, [rule.jax]):
        make = eval(call, {"jax": jax, "jnp": jnp, "fan_in": SHAPE[0]})
        theirs = np.asarray(make(jax.random.key(0), SHAPE))
        assert theirs.var() == pytest.approx(drawn(rule).var(), rel=2 * noise(theirs.size), abs=1e-12)
        assert theirs.mean() == pytest.approx(drawn(rule).mean(), abs=10 * theirs.std() / theirs.size**0.5 + 1e-7)


# ----------------------------------------------------------------------------------------------- one by one


@pytest.mark.parametrize("shape", [(40, 40), (40, 90), (90, 40)])
def test_every_singular_value_of_an_orthogonal_draw_is_the_gain(shape):
    weights = drawn(INITIALIZERS["orthogonal"], shape, gain=1.5)
    np.testing.assert_allclose(np.linalg.svd(weights, compute_uv=False), 1.5, rtol=1e-5)


def test_orthogonal_draws_are_uniform():
    """Without the sign of R's diagonal the corner entries would not average to 0."""
    corner = [drawn(INITIALIZERS["orthogonal"], (4, 4), seed)[0, 0] for seed in range(400)]
    assert abs(np.mean(corner)) < 0.1
    assert np.var(corner) == pytest.approx(0.25, abs=0.06)


@pytest.mark.parametrize("k", [1, 15, 100])
def test_sparse_units_listen_to_k_inputs(k):
    weights = drawn(INITIALIZERS["sparse"], (60, 200), nonzeros=float(k))
    np.testing.assert_array_equal(np.count_nonzero(weights, axis=0), min(k, 60))
    if k == 15:  # places are random: each input is listened to about equally often
        assert np.count_nonzero(weights, axis=1) == pytest.approx(50, abs=35)


def test_the_same_draw_serves_all_scales():
    rules = [INITIALIZERS[key] for key in ("normal", "lecun", "glorot_normal", "he_normal")]
    units = [rule.draw(np.random.default_rng(0), (9, 9), defaults(rule.params)) for rule in rules]
    assert len({rule.draw for rule in rules}) == 1
    for unit in units:
        np.testing.assert_array_equal(unit, units[0])


# -------------------------------------------------------------------------------------------------- erratum 14


def test_what_the_lectures_call_xavier_is_lecuns_rule():
    """1/√fan-in is LeCun's; Glorot's 2/(fan-in + fan-out) equals it in a square layer only."""

    def variance(key: str, fan_in: int, fan_out: int) -> float:
        return INITIALIZERS[key].variance(fan_in, fan_out, None) or 0.0

    assert variance("lecun", 500, 500) == variance("glorot_normal", 500, 500) == 1 / 500
    assert variance("lecun", 3072, 50) == 1 / 3072
    assert variance("glorot_normal", 3072, 50) == pytest.approx(2 / 3122)
    assert variance("glorot_normal", 3072, 50) > 1.9 * variance("lecun", 3072, 50)
    assert variance("he_normal", 500, 500) == 2 * variance("lecun", 500, 500)
