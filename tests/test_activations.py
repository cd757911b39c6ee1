"""Activations over the live registry: recorded PyTorch, live JAX, finite differences, and what each file claims."""

import json
from pathlib import Path
from types import SimpleNamespace

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from experiments import numbers, specs
from hypothesis import given
from hypothesis import strategies as st

from activations import ACTIVATIONS, _template
from core.types import Spec, defaults, spec
from engines.activation import curve, learning
from engines.signal import network

GOLDEN = json.loads((Path(__file__).parent / "golden" / "torch_nn.json").read_text())
ALL = {**ACTIVATIONS, "_template": _template.activation}  # what the skeleton promises is tested too
every = pytest.mark.parametrize("rule", ALL.values(), ids=ALL.keys())
registered = pytest.mark.parametrize("key", ACTIVATIONS)
any_activation = st.sampled_from(list(ACTIVATIONS)).flatmap(lambda key: specs(key, ACTIVATIONS[key].params))


@pytest.fixture(autouse=True)
def with_template(monkeypatch):
    """The skeleton is looked up like any other."""
    monkeypatch.setitem(ACTIVATIONS, "_template", _template.activation)


def at_defaults(key: str, **changes: float) -> Spec:
    return spec(key, ALL[key].params, **changes)


def both(rule, x, values=None):
    """Value and slope of a rule, float64."""
    values = values or defaults(rule.params)
    x = jnp.asarray(x, float)
    return np.asarray(rule.fn(x, values)), np.asarray(curve.slope(rule, x, values))


# ---------------------------------------------------------------------------------------------------- contract


@every
def test_every_row_is_filled_in(rule):
    assert all(p.help.endswith(".") for p in rule.params)
    assert all(text.endswith(".") for text in (rule.summary, rule.cost))
    assert rule.latex
    assert rule.range
    assert rule.torch or rule.difference


@every
def test_any_shape_and_both_precisions(rule):
    values = defaults(rule.params)
    for shape in ((), (2, 3, 4)):
        for dtype in (jnp.float32, jnp.float64):
            result = jax.eval_shape(lambda z: rule.fn(z, values), jax.ShapeDtypeStruct(shape, dtype))
            assert (result.shape, result.dtype) == (shape, dtype)


@every
def test_bounds_are_those_of_the_curve(rule):
    y, _ = both(rule, np.linspace(-60, 60, 4001))
    if rule.bounds:
        assert (y.min(), y.max()) == pytest.approx(rule.bounds, abs=1e-6)
        assert rule.bounds[0] <= y.min() <= y.max() <= rule.bounds[1]
    else:
        assert y.max() - y.min() > 1.5


@registered
def test_zero_centred_is_what_the_mean_over_a_gaussian_says(key):
    assert (abs(curve.expected(at_defaults(key)).value) < 1e-5) == ACTIVATIONS[key].zero_centred


@given(any_activation, st.floats(-1e4, 1e4))
def test_finite_with_a_finite_slope(chosen, x):
    assert np.isfinite(curve.curve(chosen, np.array([x]))).all()


@every
def test_finite_in_single_precision(rule):
    """Where exponentials overflow early."""
    values = defaults(rule.params)
    z = jnp.asarray([-1e30, -1e4, -100, -1e-30, 0, 1e-30, 100, 1e4], jnp.float32)
    assert np.isfinite(rule.fn(z, values)).all()
    assert np.isfinite(curve.slope(rule, z, values)).all()


# -------------------------------------------------------------------------------------------------- references


@pytest.mark.parametrize("row", GOLDEN["activations"], ids=lambda row: f"{row['key']}-{row['values']}")
def test_agrees_with_torch(row):
    rule = ALL[row["key"]]
    chosen = at_defaults(row["key"], **row["values"])
    assert network.code(chosen, rule.params, [rule.torch]) == [row["call"]]
    y, slope = both(rule, GOLDEN["x"], SimpleNamespace(**chosen.values))
    np.testing.assert_allclose(y, row["y"], rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(slope, row["derivative"], rtol=1e-9, atol=1e-12)


def test_everything_torch_has_is_recorded():
    assert {row["key"] for row in GOLDEN["activations"]} == {key for key, rule in ALL.items() if rule.torch}


@every
def test_agrees_with_jax(rule):
    """The call that the file names, run here."""
    x = jnp.asarray(GOLDEN["x"], float)
    for values in ({}, *({p.key: v} for p in rule.params for v in (p.low, p.high))):
        chosen = spec(rule.key, rule.params, **values)
        for call in network.code(chosen, rule.params, [rule.jax]):
            theirs = eval(call, {"jax": jax, "jnp": jnp, "x": x})
            np.testing.assert_allclose(rule.fn(x, SimpleNamespace(**chosen.values)), theirs, rtol=1e-9, atol=1e-12)


# ---------------------------------------------------------------------------------------------------- slopes


@given(any_activation, st.floats(-12, 12))
def test_slope_by_finite_differences(chosen, x):
    step = 1e-5
    if any(abs(x - kink) < 2 * step for kink in curve.kinks(chosen)):
        return
    (below, above), _ = curve.curve(chosen, np.array([x - step, x + step]))
    _, (slope,) = curve.curve(chosen, np.array([x]))
    assert slope == pytest.approx((above - below) / (2 * step), rel=1e-4, abs=1e-6)


@given(any_activation)
def test_the_slope_jumps_at_the_kinks_and_nowhere_else(chosen):
    x = np.linspace(-20, 20, 1600)  # none of the points is a usual kink
    _, slope = curve.curve(chosen, x)
    jumps = np.abs(np.diff(slope)) > 0.2
    near = np.zeros(len(jumps), bool)
    for kink in curve.kinks(chosen):
        near |= (x[:-1] <= kink) & (kink <= x[1:])
    assert not (jumps & ~near).any()


def test_slopes_of_the_lectures():
    """The sigmoid's slope is at most 1/4 and 0.00665 at 5; that of tanh at most 1 and 0.00987 at 3."""
    assert curve.slopes(at_defaults("sigmoid")).largest == pytest.approx(0.25)
    assert curve.slopes(at_defaults("tanh")).largest == pytest.approx(1)
    assert curve.curve(at_defaults("sigmoid"), np.array([5.0]))[1] == pytest.approx(0.00665, abs=5e-6)
    assert curve.curve(at_defaults("tanh"), np.array([3.0]))[1] == pytest.approx(0.00987, abs=5e-6)
    x = np.array([-10.0, 0.0, 10.0])
    np.testing.assert_allclose(curve.curve(at_defaults("sigmoid"), x)[1], np.exp(-x) / (1 + np.exp(-x)) ** 2, rtol=1e-12)


def test_where_units_saturate():
    def ends(key, **changes):
        return curve.saturated(at_defaults(key, **changes))

    ((left, a), (b, right)) = ends("tanh")
    assert (left, right) == (None, None)
    assert (a, b) == pytest.approx((-np.arctanh(0.99), np.arctanh(0.99)), rel=1e-9)
    ((_, a), (b, _)) = ends("sigmoid")
    assert a == pytest.approx(-b, rel=1e-9)
    assert ends("relu") == ends("maxout", w1=1, w2=0) == [(None, 0)]
    assert ends("hard_swish") == [(None, -3)]
    assert ends("leaky_relu", slope=0.01) == ends("identity") == ends("maxout") == []
    assert ends("prelu", alpha=0.0) == ends("relu")
    ((none, end),) = ends("elu")
    assert none is None
    assert end == pytest.approx(np.log(curve.SATURATED), rel=1e-9)


@pytest.mark.parametrize(("key", "dip"), [("gelu", -0.7518), ("silu", -1.2785), ("mish", -1.1924), ("hard_swish", -1.5)])
def test_the_bottom_of_a_dip_is_not_saturated(key, dip):
    """There the slope is 0 too, but a little to either side it is not: over N(0, 1), GELU's share is 0.3 % and not 3.5 %."""
    ((none, end),) = curve.saturated(at_defaults(key))
    assert curve.curve(at_defaults(key), np.array([dip]))[1] == pytest.approx(0, abs=1e-3)
    assert none is None
    assert end < dip - 0.5


def test_the_largest_slope_is_found_beside_corners_too():
    assert curve.slopes(at_defaults("hard_swish")).largest == pytest.approx(1.5, abs=1e-8)
    assert curve.slopes(at_defaults("gelu")).largest == pytest.approx(1.1289, abs=1e-4)


@given(any_activation)
def test_saturation_is_a_small_slope_on_a_flat_side(chosen):
    largest, left, right = curve.slopes(chosen)
    for low, high in curve.saturated(chosen):
        ends = (-20 if low is None else low + 1e-9, 20 if high is None else high - 1e-9)  # at a corner there is no one slope
        inside = np.linspace(*ends, 9)
        assert (np.abs(curve.curve(chosen, inside)[1]) <= curve.SATURATED * largest + 1e-9).all()
        assert left if low is None else right


@registered
def test_averages_over_a_gaussian(key):
    """The integral, by a million samples."""
    z = np.random.default_rng(0).normal(0.3, 1.7, 1_000_000)
    y, slope = both(ACTIVATIONS[key], z)
    measured = curve.expected(at_defaults(key), 0.3, 1.7)
    for mine, samples in zip(measured, (y, y**2, slope**2), strict=True):
        assert mine == pytest.approx(samples.mean(), abs=5 * samples.std() / 1000 + 1e-9)


def test_the_product_of_slopes_vanishes_for_the_sigmoid():
    left = curve.product(at_defaults("sigmoid"), 10)
    np.testing.assert_allclose(left["largest"], 0.25 ** np.arange(1, 11))
    assert (left["typical"] < left["largest"]).all()
    np.testing.assert_allclose(curve.product(at_defaults("relu"), 4)["largest"], 1)
    np.testing.assert_allclose(curve.product(at_defaults("relu"), 2)["typical"], [0.5**0.5, 0.5], rtol=1e-3)


# --------------------------------------------------------------------------------------------------- erratum 9


@given(numbers(ACTIVATIONS["prelu"].params[0]))
def test_prelu_is_a_maximum_only_up_to_slope_one(alpha):
    x = np.linspace(-10, 10, 201)
    exact, _ = curve.curve(at_defaults("prelu", alpha=alpha), x)
    assert np.allclose(exact, curve.prelu_as_max(alpha, x), atol=1e-9) == (alpha <= 1 + 1e-9)


def test_the_two_leaks_of_the_lectures_differ():
    x = np.array([-10.0, -1.0, 2.0])
    tenth, hundredth = (curve.curve(at_defaults("leaky_relu", slope=s), x)[0] for s in (0.1, 0.01))
    np.testing.assert_allclose(tenth, [-1, -0.1, 2])
    np.testing.assert_allclose(hundredth, [-0.1, -0.01, 2])
    assert ACTIVATIONS["leaky_relu"].params[0].default == 0.1


# ------------------------------------------------------------------------------------------------ the zig-zag


def test_positive_inputs_give_gradients_of_one_sign():
    positive, centred = learning.zigzag(at_defaults("sigmoid")), learning.zigzag(at_defaults("tanh"))
    assert positive.path.shape == (61, 2)
    assert positive.gradients.shape == positive.inputs.shape == (60, 2)
    assert (positive.inputs > 0).all()
    assert positive.same_sign == 1
    assert 0.2 < centred.same_sign < 0.8
    for one in (positive, centred):  # the gradient is the error times the input
        turned = one.gradients[:, 0] * one.inputs[:, 1] - one.gradients[:, 1] * one.inputs[:, 0]
        np.testing.assert_allclose(turned, 0, atol=1e-12)
        np.testing.assert_allclose(np.diff(one.path, axis=0), -0.5 * one.gradients, atol=1e-12)


def test_the_zigzag_goes_a_long_way_round():
    """From one start to one target, positive inputs need a longer path and get less far."""
    positive, centred = (learning.zigzag(at_defaults(key), steps=60) for key in ("sigmoid", "tanh"))
    left = [np.linalg.norm(z.path[-1] - z.target) for z in (positive, centred)]
    assert left[0] > 2 * left[1]
    assert positive.length / positive.distance > centred.length / centred.distance


# --------------------------------------------------------------------------------------------------- dead units


def test_units_die_of_a_large_rate_and_of_a_negative_bias():
    calm, fast, wild = (learning.dying(at_defaults("relu"), rate) for rate in (0.1, 1.0, 3.0))
    assert calm.dead.shape == calm.loss.shape == (learning.UPDATES + 1,)
    assert not calm.dead.any()
    assert 10 < fast.dead[-1] < wild.dead[-1] > 40
    assert all(run.loss[-1] < 0.1 * run.loss[0] for run in (calm, fast, wild))
    low = [learning.dying(at_defaults("relu"), 0.1, bias).dead[0] for bias in (0.0, -2.0, -4.0, -10.0)]
    assert low[0] == 0
    assert low == sorted(low)
    assert low[-1] == learning.UNITS


def test_a_leak_keeps_units_alive():
    for rate, bias in ((1.0, 0.0), (0.1, -10.0)):
        leaky = learning.dying(at_defaults("leaky_relu"), rate, bias)
        assert not leaky.dead.any()
        assert leaky.loss[-1] < leaky.loss[0]


def test_a_rate_that_blows_up_is_finite_data():
    course = learning.dying(at_defaults("leaky_relu"), 10.0)
    at = course.diverged_at or 0
    assert at > 2
    assert course.loss.max() < learning.LOST
    assert (course.loss[at - 1 :] == course.loss[at - 1]).all()
    assert learning.dying(at_defaults("relu"), 0.1).diverged_at is None
    walk = learning.zigzag(at_defaults("maxout", w1=3.0, w2=-3.0), 10.0)
    at = walk.diverged_at or 0
    assert at > 2
    assert np.isfinite([walk.length, walk.distance]).all()
    assert (walk.path[at - 1 :] == walk.path[at - 1]).all()
