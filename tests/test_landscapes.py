"""The contract of a surface, for every file in landscapes/ and for the template: add a surface and it is tested.

The facts come from the files themselves (checks, minima, parameter ranges), so no test names a surface.
"""

import functools
import itertools
import re

import jax
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.types import Landscape, namespace
from landscapes import LANDSCAPES
from landscapes._template import landscape as template

SURFACES = [*LANDSCAPES.values(), template]
SAMPLED = [s for s in SURFACES if s.sample is not None]
every_surface = pytest.mark.parametrize("surface", SURFACES, ids=lambda s: s.key)
every_sampled_surface = pytest.mark.parametrize("surface", SAMPLED, ids=lambda s: s.key)


# One compilation per surface and kind of question; parameters are traced, as in the app.


@functools.cache
def exact(key):
    """(x, vector of parameters) -> value, gradient, Hessian, compiled."""
    surface = by_key(key)

    def fn(x, vector):
        return surface.fn(x, namespace(surface.params, vector))

    return jax.jit(lambda x, v: (fn(x, v), jax.grad(fn)(x, v), jax.hessian(fn)(x, v)))


@functools.cache
def many_values(key):
    surface = by_key(key)
    return jax.jit(jax.vmap(lambda x, v: surface.fn(x, namespace(surface.params, v)), (0, None)))


@functools.cache
def sampled_gradients(key):
    surface = by_key(key)

    def sample(x, vector, rng):
        return surface.sample(x, namespace(surface.params, vector), rng)

    return jax.jit(jax.vmap(jax.grad(sample), (None, None, 0)))


def by_key(key):
    return next(s for s in SURFACES if s.key == key)


def evaluate(surface: Landscape, point, vector):
    return tuple(np.asarray(a) for a in exact(surface.key)(np.asarray(point, float), np.asarray(vector, float)))


def default_vector(surface: Landscape):
    return np.array([p.default for p in surface.params])


def corners(surface: Landscape):
    """Every combination of lowest and highest parameter values."""
    return [np.array(c) for c in itertools.product(*((p.low, p.high) for p in surface.params))]


def vectors(surface: Landscape):
    return [default_vector(surface), *(corners(surface) if surface.params else [])]


def minima(surface: Landscape, vector):
    return [np.array(m) for m in surface.minima(namespace(surface.params, [float(v) for v in vector]))]


def grid(surface: Landscape, n=101):
    x0, x1, y0, y1 = surface.domain
    return np.stack(np.meshgrid(np.linspace(x0, x1, n), np.linspace(y0, y1, n)), axis=-1).reshape(-1, 2)


def inside(surface: Landscape, point):
    x0, x1, y0, y1 = surface.domain
    return x0 <= point[0] <= x1 and y0 <= point[1] <= y1


# The record itself.


@every_surface
def test_domain_holds_the_start_and_the_minima(surface):
    x0, x1, y0, y1 = surface.domain
    assert x0 < x1
    assert y0 < y1
    assert 0.4 <= (y1 - y0) / (x1 - x0) <= 1.25
    assert inside(surface, surface.start)
    assert all(inside(surface, m) for v in vectors(surface) for m in minima(surface, v))


@every_surface
def test_texts_are_complete(surface):
    for text, low, high in ((surface.summary, 1, 1), (surface.look_for, 2, 3)):
        assert low <= len(re.findall(r"[.!?](?= |$)", text)) <= high, text
        assert text.endswith(".")
    assert surface.name
    assert surface.latex
    assert "$" not in surface.latex
    for param in surface.params:
        assert param.help.endswith(".")
        assert param.symbol
        assert "$" not in param.symbol


def test_template_is_not_a_surface():
    assert template.key not in LANDSCAPES


# Values.


@every_surface
def test_published_values(surface):
    assert len({(c.point, *c.values.items()) for c in surface.checks}) >= 2
    for check in surface.checks:
        assert check.source
        assert set(check.values) <= {p.key for p in surface.params}
        vector = [check.values.get(p.key, p.default) for p in surface.params]
        value, _, _ = evaluate(surface, check.point, vector)
        assert value == pytest.approx(check.value, rel=1e-12, abs=1e-12), check


@every_surface
def test_the_point_is_read_by_its_parts(surface):
    """The engine passes x[0] and x[1] as two numbers; a loss over x as a whole would not take them."""
    a, b = map(np.float64, surface.start)
    values = namespace(surface.params, default_vector(surface))
    assert surface.fn((a, b), values) == surface.fn(np.array([a, b]), values)


@every_surface
def test_value_is_one_double(surface):
    value, gradient, hessian = evaluate(surface, surface.start, default_vector(surface))
    assert value.dtype == gradient.dtype == hessian.dtype == np.float64
    assert value.shape == ()


@every_surface
def test_minima_are_minima(surface):
    for vector in vectors(surface):
        for point in minima(surface, vector):
            _, gradient, hessian = evaluate(surface, point, vector)
            curvature = np.linalg.eigvalsh(hessian)
            scale = max(1.0, curvature[-1])
            assert np.linalg.norm(gradient) < 1e-9 * scale, (point, vector)
            assert curvature[0] >= -1e-9 * scale, (point, vector)


@every_surface
def test_first_minimum_is_the_lowest(surface):
    for vector in vectors(surface):
        values = many_values(surface.key)(grid(surface), vector)
        lowest = [evaluate(surface, m, vector)[0] for m in minima(surface, vector)]
        # Minima of equal depth may differ by rounding.
        assert all(a <= b + 1e-12 * max(1, abs(b)) for a, b in itertools.pairwise(lowest))
        assert all(lowest[0] <= v for v in np.asarray(values) if lowest)


@every_surface
def test_without_minima_means_unbounded_below(surface):
    """Far out on ever larger frames the loss falls below any bound, or it never falls below the minimum."""
    x0, x1, y0, y1 = surface.domain
    on_frame = np.array([p for p in grid(surface) if p[0] in (x0, x1) or p[1] in (y0, y1)])
    frames = np.stack([factor * on_frame for factor in (1.0, 10.0, 100.0)]).reshape(-1, 2)
    for vector in vectors(surface):
        lowest = np.asarray(many_values(surface.key)(frames, vector)).reshape(3, -1).min(axis=1)
        points = minima(surface, vector)
        if points:
            assert lowest.min() >= evaluate(surface, points[0], vector)[0]
        else:
            assert lowest[0] < 0
            assert lowest[1] < 10 * lowest[0]
            assert lowest[2] < 10 * lowest[1]


# Derivatives.


@every_surface
def test_gradient_agrees_with_central_differences(surface):
    generator = np.random.default_rng(0)
    x0, x1, y0, y1 = surface.domain
    points = generator.uniform((x0, y0), (x1, y1), (50, 2))
    step = 1e-5 * np.eye(2)
    for vector in vectors(surface):
        around = np.concatenate([points + step[0], points - step[0], points + step[1], points - step[1]])
        right, left, up, down = np.asarray(many_values(surface.key)(around, vector)).reshape(4, -1)
        differences = np.stack([right - left, up - down], axis=1) / 2e-5
        for point, expected in zip(points, differences, strict=True):
            value, gradient, _ = evaluate(surface, point, vector)
            tolerance = 1e-6 * (1 + np.linalg.norm(gradient) + abs(value))
            assert gradient == pytest.approx(expected, abs=tolerance), (point, vector)


def one_value(param):
    kinds = {
        "int": st.integers(int(param.low), int(param.high)).map(float),
        "bool": st.sampled_from((param.low, param.high)),
    }
    return kinds.get(param.scale, st.floats(param.low, param.high))


@every_surface
@settings(max_examples=60, deadline=None, derandomize=True, database=None)
@given(data=st.data())
def test_finite_everywhere(surface, data):
    x0, x1, y0, y1 = surface.domain
    point = data.draw(st.tuples(st.floats(x0, x1), st.floats(y0, y1)), "point")
    vector = [data.draw(one_value(p), p.key) for p in surface.params]
    assert all(np.isfinite(a).all() for a in evaluate(surface, point, vector))


@every_surface
def test_finite_at_and_beside_special_points(surface):
    """A root or a quotient in a formula fails at one point, or so near it that a square underflows."""
    vector = default_vector(surface)
    for point in [np.zeros(2), np.array(surface.start), *minima(surface, vector)]:
        for distance in (0.0, 1e-320, 1e-300, 1e-200, 1e-162, 1e-154, 1e-120, 1e-80, 1e-16, 1e-8):
            for direction in ((1, 0), (0, -1), (1, 1)):
                beside = point + distance * np.array(direction)
                assert all(np.isfinite(a).all() for a in evaluate(surface, beside, vector)), beside


# Sampled losses.

KEYS = jax.random.split(jax.random.key(0), 20_000)  # always all of them, so that each surface compiles once


@every_sampled_surface
def test_sample_is_unbiased(surface):
    x0, x1, y0, y1 = surface.domain
    vector = default_vector(surface)
    for point in (np.array(surface.start), np.array([0.3 * x0 + 0.7 * x1, 0.4 * y0 + 0.6 * y1])):
        gradients = np.asarray(sampled_gradients(surface.key)(point, vector, KEYS))
        spread = gradients.std(axis=0)
        assert (spread > 0).all()
        _, gradient, _ = evaluate(surface, point, vector)
        assert np.all(np.abs(gradients.mean(axis=0) - gradient) < 4 * spread / np.sqrt(len(KEYS)))


@every_sampled_surface
def test_noise_can_be_turned_off(surface):
    """Some extreme of the parameters (no noise, a batch of all the data) gives the exact gradient for every key."""
    point = np.array(surface.start)
    quiet = []
    for vector in corners(surface):
        gradients = np.asarray(sampled_gradients(surface.key)(point, vector, KEYS))
        _, gradient, _ = evaluate(surface, point, vector)
        quiet.append(np.abs(gradients - gradient).max() <= 1e-12 * max(1.0, np.abs(gradient).max()))
    assert any(quiet)
    assert not all(quiet)


@every_sampled_surface
def test_sample_depends_on_the_key_alone(surface):
    point, vector = np.array(surface.start), default_vector(surface)
    forwards = np.asarray(sampled_gradients(surface.key)(point, vector, KEYS))
    backwards = np.asarray(sampled_gradients(surface.key)(point, vector, KEYS[::-1]))
    assert np.array_equal(forwards, backwards[::-1])
    assert len(np.unique(forwards, axis=0)) > len(KEYS) / 2
