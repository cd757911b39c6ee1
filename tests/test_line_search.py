"""Rules that ask for more than a gradient: against SciPy, and what a line search promises."""

from collections.abc import Callable
from urllib.parse import parse_qsl

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy import optimize

from core.types import Query, defaults
from engines.descent import codec, engine
from engines.descent.results import Descent
from landscapes import LANDSCAPES
from optimizers import OPTIMIZERS

SEARCHING = {"lbfgs": "L-BFGS-B", "cg": "CG"}  # and what SciPy calls it
SQUARES = [key for key, landscape in LANDSCAPES.items() if landscape.residuals]
FLAT = 1e-5  # a gradient this short is where SciPy's CG stops


def path(surface: str, rule: str, steps: int = 100, noise: float = 0.0, **changes: float) -> engine.Trajectory:
    landscape, optimizer = LANDSCAPES[surface], OPTIMIZERS[rule]
    on, knobs = vars(defaults(landscape.params)), vars(defaults(optimizer.params)) | changes
    on = on | ({"batch": 50.0} if "batch" in on else {})  # all of them
    rates, disturbance = np.ones(steps), engine.noise("gaussian", noise, 1)
    return engine.descend(landscape, on, optimizer, knobs, rates, landscape.start, disturbance)


def loss_of(surface: str) -> tuple[Callable, Callable]:
    landscape = LANDSCAPES[surface]
    loss = jax.jit(lambda x: landscape.fn(x, defaults(landscape.params)))
    slope = jax.jit(jax.grad(loss))
    return (lambda x: float(loss(x))), (lambda x: np.asarray(slope(x)))


@pytest.mark.parametrize("surface", SQUARES)
def test_residuals_are_the_square_root_of_the_loss(surface):
    landscape, rng = LANDSCAPES[surface], np.random.default_rng(0)
    x0, x1, y0, y1 = landscape.domain
    residuals = landscape.residuals
    assert residuals
    points = jnp.asarray(np.stack([rng.uniform(x0, x1, 40), rng.uniform(y0, y1, 40)], 1))
    for share in (0.2, 0.9):
        on = defaults(landscape.params)
        for row in landscape.params:
            setattr(on, row.key, row.low + share * (row.high - row.low))
        squares = jax.vmap(lambda x, on=on: jnp.sum(residuals(x, on) ** 2))(points)
        np.testing.assert_allclose(squares, jax.vmap(lambda x, on=on: landscape.fn(x, on))(points), rtol=1e-12)


@pytest.mark.parametrize("rule", SEARCHING)
@pytest.mark.parametrize("surface", ["rosenbrock", "beale"])
def test_agrees_with_scipy_where_and_about_when(surface, rule):
    """The same minimum, in no more than twice SciPy's iterations: line searches differ, so paths do."""
    t, (loss, slope) = path(surface, rule), loss_of(surface)
    theirs = optimize.minimize(loss, LANDSCAPES[surface].start, jac=slope, method=SEARCHING[rule], options={"gtol": FLAT})
    np.testing.assert_allclose(t.x[-1], theirs.x, atol=1e-4)
    np.testing.assert_allclose(t.x[-1], LANDSCAPES[surface].minima(None)[0], atol=1e-9)
    arrived = int(np.argmax(np.abs(t.gradient).max(1) <= FLAT))
    assert 0 < arrived <= 2 * theirs.nit


@pytest.mark.parametrize("surface", ["rosenbrock", "beale", "himmelblau", "least_squares"])
def test_levenberg_marquardt_ends_where_scipys_does(surface):
    landscape = LANDSCAPES[surface]
    squares = landscape.residuals
    assert squares
    residuals = jax.jit(lambda x: squares(x, defaults(landscape.params)))
    theirs = optimize.least_squares(lambda x: np.asarray(residuals(x)), landscape.start, method="lm", xtol=1e-12, ftol=1e-12)
    t = path(surface, "levenberg_marquardt")
    np.testing.assert_allclose(t.x[-1], theirs.x, atol=1e-6)
    assert (np.diff(t.loss) <= 0).all()


def test_gauss_newton_needs_one_step_where_the_residuals_are_straight():
    t = path("least_squares", "levenberg_marquardt", 2, damping=1e-6, factor=1.0)
    np.testing.assert_allclose(t.x[1], LANDSCAPES["least_squares"].minima(None)[0], rtol=1e-4)


@pytest.mark.parametrize("dimensions", [2, 6])
def test_conjugate_gradient_ends_after_as_many_steps_as_dimensions(dimensions):
    """On a quadratic, with an exact line search; the step before it has not arrived."""
    rule, rng = OPTIMIZERS["cg"], np.random.default_rng(1)
    turn = np.linalg.qr(rng.standard_normal((dimensions, dimensions)))[0]
    matrix = jnp.asarray(turn @ np.diag(np.geomspace(1, 100, dimensions)) @ turn.T)

    def loss(x):
        return 0.5 * x @ matrix @ x

    values = defaults(rule.params)
    values.flatness = 1e-9  # beyond what the slider allows: a secant is exact here

    @jax.jit
    def step(t, x, state):
        query = Query(t, x, loss(x), matrix @ x, jnp.array(1.0), jax.random.key(0), loss)
        move, state = rule.update(query, state, values)
        return x + move, state

    x = jnp.asarray(rng.standard_normal(dimensions))
    state, sizes = rule.init(x), []
    for t in range(1, dimensions + 1):
        x, state = step(jnp.array(float(t)), x, state)
        sizes.append(float(jnp.linalg.norm(matrix @ x)))
    assert sizes[-1] < 1e-6 < 1e-2 < sizes[-2]


@pytest.mark.parametrize("rule", SEARCHING)
def test_a_line_search_never_climbs_whatever_the_noise(rule):
    """It asks for the exact loss: noise spoils directions, and where one leads up there is no step."""
    quiet, noisy = (path("rosenbrock", rule, noise=scale) for scale in (0.0, 20.0))
    for t in (quiet, noisy):
        assert (np.diff(t.loss) <= 1e-12 * t.loss[:-1]).all()
    assert quiet.loss[-1] < 1e-9 < noisy.loss[-1]
    assert (np.diff(noisy.x, axis=0) == 0).all(1).any()


@pytest.mark.parametrize("rule", SEARCHING)
def test_steps_satisfy_the_strong_wolfe_conditions(rule):
    t, values = path("rosenbrock", rule, 15), defaults(OPTIMIZERS[rule].params)
    for k in range(15):
        move = t.x[k + 1] - t.x[k]
        before, after = t.gradient[k] @ move, t.gradient[k + 1] @ move
        assert before < 0
        assert t.loss[k + 1] <= t.loss[k] + 1e-4 * before * (1 - 1e-9)
        assert abs(after) <= values.flatness * abs(before) * (1 + 1e-9)
    assert (t.state["gradients"][1:] >= 1).all()


def test_a_memory_of_one_forgets_what_a_memory_of_ten_knows():
    short, long = (path("rosenbrock", "lbfgs", memory=m) for m in (1.0, 10.0))
    assert np.allclose(short.x[:3], long.x[:3])  # until the second pair
    assert not np.allclose(short.x[5], long.x[5])


def test_polyaks_step_knows_the_lowest_loss():
    """Goldstein and Price's function bottoms at 3: with 0 in its place the rate never becomes small."""
    t = path("goldstein_price", "polyak", 300)
    gap = t.loss[:-1] - 3.0
    wanted = np.minimum(gap / (t.gradient[:-1] ** 2).sum(1), 1.0)
    clear = gap > 1e-6  # beyond rounding
    assert clear.sum() > 10
    np.testing.assert_allclose(t.state["rate"][1:][clear], wanted[clear], rtol=1e-5)


def test_a_run_says_how_many_gradients_it_took():
    value, _ = codec.parse(parse_qsl("steps=9&run=sgd&run=sam&run=cg&run=sophia"))
    raced = Descent(value)
    plain, twice, searched, looked = (s.gradients for s in raced.summaries())
    assert (plain, twice, looked) == (9, 18, 11)  # Sophia looks at the curvature once in ten steps
    assert searched == raced.trajectories[2].state["gradients"].sum() > 9
