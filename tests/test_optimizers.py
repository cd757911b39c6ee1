"""Four layers over the live registry: steps worked by hand, independent references, theory, properties.

The loop here is a plain scan of its own, so that these tests do not lean on the engine.
"""

import functools
import json
import math
import sys
from pathlib import Path
from types import SimpleNamespace

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest
from golden.problems import RATES, STEPS, SURFACES
from hypothesis import given, settings
from hypothesis import strategies as st
from jax.flatten_util import ravel_pytree
from scipy.optimize import rosen_der, rosen_hess

from core.registry import discover
from core.types import Optimizer, Query, defaults, namespace
from optimizers import OPTIMIZERS, _template

ALL = {**OPTIMIZERS, "_template": _template.optimizer}  # what the skeleton promises is tested too
GOLDEN = json.loads((Path(__file__).parent / "golden" / "torch.json").read_text())
every = pytest.mark.parametrize("optimizer", ALL.values(), ids=ALL.keys())


# ---------------------------------------------------------------------------------------------- a plain loop


def value_vector(optimizer, **changes):
    """The hyperparameters as one array: the defaults, with `changes`."""
    return jnp.array([float(changes.get(p.key, p.default)) for p in optimizer.params])


@functools.cache
def compiled(optimizer, fn, steps):
    """(start, rate or rates[steps], hyperparameters, argument of fn) -> (x f64[steps + 1, 2], states after each step)."""

    @jax.jit
    def run(start, rate, vector, argument):
        values = namespace(optimizer.params, vector)

        def loss(x):
            return fn(x, argument)

        def step(carry, inputs):
            x, state = carry
            t, learning_rate = inputs
            value, gradient = jax.value_and_grad(loss)(x)
            query = Query(t, x, value, gradient, learning_rate, jax.random.key(0), loss, jax.grad(loss), None, 0.0)
            change, state = optimizer.update(query, state, values)
            return (x + change, state), (x + change, state)

        inputs = jnp.arange(1.0, steps + 1), jnp.broadcast_to(rate, steps)
        _, (path, states) = jax.lax.scan(step, (start, optimizer.init(start)), inputs)
        return jnp.concatenate([start[None], path]), states

    return run


def descend(optimizer, fn, start, rate, steps, argument=0.0, **changes):
    run = compiled(optimizer, fn, steps)
    start, rate = jnp.asarray(start, float), jnp.asarray(rate, float)
    path, states = run(start, rate, value_vector(optimizer, **changes), jnp.asarray(argument, float))
    return np.asarray(path), states


def quadratic(x, curvatures):
    """½ Σ λ x², with the two curvatures λ."""
    return 0.5 * jnp.sum(curvatures * x**2)


BOWL = (1.0, 4.0)  # the curvatures of the worked steps
TACO = (1.0, 40.0)  # of the default scene


# -------------------------------------------------------------------------------------------------- contract


@every
def test_hyperparameter_rows(optimizer):
    rate = optimizer.learning_rate
    assert (rate.key, rate.symbol, rate.scale) == ("lr", r"\alpha", "log")
    assert all(p.help.endswith(".") for p in optimizer.all_params)
    assert optimizer.latex
    assert str(optimizer.year) in optimizer.reference


@every
def test_constructors_are_python_for_any_values(optimizer):
    for template in filter(None, (optimizer.torch, optimizer.optax)):
        compile(template.format(lr=0.1, **vars(defaults(optimizer.params))), optimizer.key, "eval")
        assert "{lr}" in template
        assert not any(f"{{{p.key}}}" in template for p in optimizer.params if p.scale == "bool")


@every
def test_default_scene_looks_good(optimizer):
    path, _ = descend(optimizer, quadratic, (-8.0, 1.0), optimizer.learning_rate.default, 200, TACO)
    losses = 0.5 * (path**2) @ np.array(TACO)
    assert (np.abs(path) <= (10, 4)).all(), "leaves the window"
    assert losses[-1] < 0.6 * losses[0]


def test_a_copy_of_the_template_is_found(tmp_path, monkeypatch):
    package = tmp_path / "plugins"
    package.mkdir()
    (package / "__init__.py").touch()
    source = Path(_template.__file__).read_text()
    (package / "my_rule.py").write_text(source.replace('key="_template"', 'key="my_rule"'))
    monkeypatch.syspath_prepend(tmp_path)
    assert list(discover("plugins", [str(package)], Optimizer)) == ["my_rule"]
    assert not any(key.startswith("_") for key in OPTIMIZERS)
    for name in ("plugins", "plugins.my_rule"):
        monkeypatch.delitem(sys.modules, name, raising=False)


# ---------------------------------------------------------------------------------------- 1. worked by hand


@every
def test_worked_steps(optimizer):
    path, _ = descend(optimizer, quadratic, (1.0, 1.0), optimizer.worked_rate, len(optimizer.worked), BOWL)
    assert len(optimizer.worked) >= 2
    np.testing.assert_allclose(path[1:], optimizer.worked, rtol=1e-13, atol=1e-15)


# ------------------------------------------------------------------------------------------ 2. references

# What to compare with optax where a file states a difference: (constructor, changed hyperparameters) that make the definitions
# agree. None stands for the file's own constructor: its difference does not show at the defaults and a constant rate.
OPTAX_AGREES = {
    "nesterov": (None, {}),
    "adam": (None, {}),
    "amsgrad": (None, {}),
    "_template": (None, {}),
    # Inside or outside the root, an ε this small is lost in a sum of squares that only grows.
    "adagrad": ("optax.adagrad({lr}, initial_accumulator_value=0.0, eps=0.0)", {"eps": 1e-12}),
    "radam": (None, {}),
    "yogi": ("optax.chain(optax.scale_by_yogi({b1}, {b2}, {eps}, initial_accumulator_value=0.0), optax.scale(-{lr}))", {}),
    "adan": (None, {"b2": 0.5}),  # where β₂ = 1 − β₂
    "schedule_free": (None, {}),
    "polyak": ("optax.chain(optax.scale_by_polyak(max_learning_rate={largest}, variant='sps+'), optax.scale(-{lr}))", {}),
    "sam": (None, {}),
    # Without memories there is nothing to correct; then only the first step has another curvature, and it is clipped anyhow.
    "sophia": (None, {"b1": 0.0, "b2": 0.0, "every": 1}),
    "lbfgs": (None, {"line_search": 0.0}),
}
OPTAX_ASKS = {"polyak": ("value",), "sam": ("grad_fn",), "sophia": ("obj_fn",)}  # what its update is given beside the gradient
CALM = {"polyak": 0.02}  # at its own rate of 1 it is chaotic on a valley: after 24 steps no digit survives
TORCH_DIFFERS = {"amsgrad", "radam", "_template"}  # as their files say
# A new optimizer needs no row in any table: it is compared on the default scene, at its default rate.
CASES = [
    (key, surface)
    for key, optimizer in ALL.items()
    for surface in (SURFACES if key in RATES else ["taco"])
    if optimizer.optax and (optimizer.difference == "" or key in OPTAX_AGREES)
]


def one_of_the_surfaces(x, index):
    """The reference problems under one compilation; the index is traced and picks the branch."""
    branches = [lambda x, loss=loss: loss(x[0], x[1]) for loss, _ in SURFACES.values()]
    return jax.lax.switch(index.astype(int), branches, x)


def case(key, surface):
    index, optimizer = list(SURFACES).index(surface), ALL[key]
    rate = RATES[key][index] if key in RATES else CALM.get(key, optimizer.learning_rate.default)
    return optimizer, index, np.array(SURFACES[surface][1]), rate


def steps_together(key, surface, **changes):
    """Our path, and for how many steps one that starts 1e-13 beside it stays within 1e-9 of it."""
    optimizer, index, start, rate = case(key, surface)
    path, _ = descend(optimizer, one_of_the_surfaces, start, rate, STEPS, index, **changes)
    beside, _ = descend(optimizer, one_of_the_surfaces, start * (1 + 1e-13), rate, STEPS, index, **changes)
    apart = ~np.isclose(beside, path, rtol=1e-9, atol=1e-12).all(axis=1)
    return path, int(apart.argmax()) if apart.any() else STEPS + 1


@functools.cache
def compiled_optax(constructor, asks=()):
    @jax.jit
    def run(start, rate, index):
        rule = eval(constructor, {"optax": optax, "rate": rate})

        def step(carry, _):
            x, state = carry
            value, gradient = jax.value_and_grad(one_of_the_surfaces)(x, index)
            known = {
                "value": value,
                "grad_fn": lambda x, _: jax.grad(one_of_the_surfaces)(x, index),
                "obj_fn": lambda x: one_of_the_surfaces(x, index),
            }
            change, state = rule.update(gradient, state, x, **{name: known[name] for name in asks})
            return (x + change, state), x + change

        _, path = jax.lax.scan(step, (start, rule.init(start)), length=STEPS)
        return jnp.concatenate([start[None], path])

    return run


@pytest.mark.parametrize(("key", "surface"), CASES)
def test_agrees_with_optax(key, surface):
    optimizer, index, start, rate = case(key, surface)
    constructor, changes = OPTAX_AGREES.get(key, (None, {}))
    text = (constructor or optimizer.optax).format(lr="rate", **{**vars(defaults(optimizer.params)), **changes})
    run = compiled_optax(text, OPTAX_ASKS.get(key, ()))
    theirs = np.asarray(run(jnp.asarray(start), jnp.asarray(rate), jnp.asarray(float(index))))
    path, together = steps_together(key, surface, **changes)
    assert together >= 400
    np.testing.assert_allclose(path[:together], theirs[:together], rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("run", GOLDEN["runs"], ids=lambda run: f"{run['optimizer']}-{run['surface']}")
def test_agrees_with_recorded_torch(run):
    optimizer, _, _, rate = case(run["optimizer"], run["surface"])
    assert optimizer.torch.format(lr=rate, **vars(defaults(optimizer.params))) == run["constructor"]
    path, together = steps_together(run["optimizer"], run["surface"])
    steps = [step for step in GOLDEN["steps"] if step < together]
    assert steps[-1] >= 400
    np.testing.assert_allclose(path[steps], run["path"][: len(steps)], rtol=1e-9, atol=1e-12)


def test_every_equivalent_of_the_tables_is_compared():
    recorded = {(run["optimizer"], run["surface"]) for run in GOLDEN["runs"]}
    assert recorded == {(key, s) for key in RATES if ALL[key].torch and key not in TORCH_DIFFERS for s in SURFACES}
    assert {(key, surface) for key in RATES for surface in SURFACES} <= set(CASES)


def test_most_paths_stay_together_to_the_end():
    whole = [steps_together(key, surface)[1] > STEPS for key, surface in CASES]
    assert np.mean(whole) > 0.9


@pytest.mark.parametrize("damping", [0.0, 2.5])
def test_newton_agrees_with_scipy_on_rosenbrock(damping):
    def rosenbrock(x, _):
        return SURFACES["rosenbrock"][0](*x)

    path, _ = descend(ALL["newton"], rosenbrock, (-1.2, 1.0), 1.0, 50, damping=damping)
    expected = [np.array([-1.2, 1.0])]
    for _ in range(50):
        x = expected[-1]
        expected.append(x - np.linalg.solve(rosen_hess(x) + damping * np.eye(2), rosen_der(x)))
    np.testing.assert_allclose(path, expected, rtol=1e-9)


def test_the_stated_difference_of_nesterov_shows_when_the_rate_changes():
    rates = np.linspace(0.01, 0.001, 100)
    path, _ = descend(ALL["nesterov"], quadratic, (-8.0, 1.0), rates, 100, TACO)
    rule = optax.sgd(lambda count: jnp.asarray(rates)[count], momentum=0.9, nesterov=True)
    x = jnp.array([-8.0, 1.0])
    state = rule.init(x)
    for _ in range(2):
        change, state = rule.update(jax.grad(quadratic)(x, jnp.array(TACO)), state)
        x = x + change
    assert not np.allclose(path[2], x, rtol=1e-4)


def test_the_stated_difference_of_amsgrad_shows():
    """As PyTorch writes it, the divisor falls while gradients shrink; here it cannot."""
    _, states = descend(ALL["amsgrad"], quadratic, (1.0, 1.0), 0.1, 5, BOWL)
    t = np.arange(1, 6)[:, None]
    theirs = np.maximum.accumulate(states.second_moment) / (1 - 0.999**t)
    assert (np.diff(theirs, axis=0) < 0).all()


# ---------------------------------------------------------------------------------------------- 3. theory


def jacobian_of_one_step(optimizer, rate, curvature, **changes):
    """The matrix that takes (x, state) to the next; constant in x for a linear rule on a quadratic."""
    values = namespace(optimizer.params, value_vector(optimizer, **changes))

    def loss(x):
        return quadratic(x, jnp.full(2, curvature))

    def step(flat):
        x, state = unflatten(flat)
        query = Query(jnp.array(1.0), x, loss(x), jax.grad(loss)(x), rate, jax.random.key(0), loss)
        change, state = optimizer.update(query, state, values)
        return ravel_pytree((x + change, state))[0]

    flat, unflatten = ravel_pytree((jnp.ones(2), optimizer.init(jnp.ones(2))))
    return np.asarray(jax.jacobian(step)(flat))


def moduli(matrix):
    return np.abs(np.linalg.eigvals(matrix))


@pytest.mark.parametrize("rate", [0.01, 0.3, 0.49])
def test_gradient_descent_is_a_geometric_sequence(rate):
    path, _ = descend(ALL["sgd"], quadratic, (1.0, -3.0), rate, 60, BOWL)
    factors = (1 - rate * np.array(BOWL)) ** np.arange(61)[:, None]
    np.testing.assert_allclose(path, factors * [1.0, -3.0], rtol=1e-12)


@pytest.mark.parametrize("rho", [0.5, 0.9, 0.99])
@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_heavy_ball_contracts_by_the_root_of_rho(rho, share):
    low, high = (1 - math.sqrt(rho)) ** 2, (1 + math.sqrt(rho)) ** 2  # between them the eigenvalues are complex
    matrix = jacobian_of_one_step(ALL["momentum"], low + share * (high - low), 1.0, rho=rho)
    np.testing.assert_allclose(moduli(matrix), math.sqrt(rho), rtol=1e-9)


LIMITED = [(key, share) for key, o in ALL.items() if o.stability for share in (0.0, 0.5, 0.9, 1.0)]


@pytest.mark.parametrize(("key", "share"), LIMITED)
def test_stability_limit_is_sharp(key, share):
    """The spectral radius passes 1 at the stated limit, for hyperparameters across their ranges."""
    optimizer, curvature = ALL[key], 7.0
    changes = {p.key: p.low + share * (p.high - p.low) for p in optimizer.params}
    limit = optimizer.stability(SimpleNamespace(**changes)) / curvature
    assert moduli(jacobian_of_one_step(optimizer, 0.9999 * limit, curvature, **changes)).max() < 1
    assert moduli(jacobian_of_one_step(optimizer, 1.0001 * limit, curvature, **changes)).max() > 1


@pytest.mark.parametrize("key", [key for key, o in ALL.items() if o.stability])
def test_paths_obey_the_stability_limit(key):
    optimizer = ALL[key]
    limit = optimizer.stability(defaults(optimizer.params)) / max(TACO)
    below, _ = descend(optimizer, quadratic, (-8.0, 1.0), 0.99 * limit, 3000, TACO)
    above, _ = descend(optimizer, quadratic, (-8.0, 1.0), 1.01 * limit, 3000, TACO)
    assert np.abs(below[-1]).max() < 1e-9
    assert not np.abs(above[-1]).max() < 1e9


def test_nesterov_equals_its_look_ahead_form():
    loss, start = SURFACES["rosenbrock"]
    rate, rho = 3e-4, 0.9

    def look_ahead(carry, _):
        x, v = carry
        v = rho * v - rate * jax.grad(lambda p: loss(p[0], p[1]))(x + rho * v)
        return (x + v, v), x + v + rho * v  # recorded as x̃ = x + ρv

    carry = (jnp.array(start), jnp.zeros(2))
    _, expected = jax.jit(lambda c: jax.lax.scan(look_ahead, c, length=500))(carry)
    path, _ = descend(ALL["nesterov"], lambda x, _: loss(x[0], x[1]), start, rate, 500, rho=rho)
    np.testing.assert_allclose(path[1:], expected, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("angle", [0.0, 0.4, 1.1])
@pytest.mark.parametrize("curvatures", [(1.0, 40.0), (1.0, 1e6), (-2.0, 3.0), (-1.0, -5.0)])
def test_newton_jumps_to_the_stationary_point_of_a_quadratic(angle, curvatures):
    """Be it a minimum, a saddle or a maximum: the jump does not look at the signs."""
    axes = np.array([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])
    matrix = axes @ np.diag(curvatures) @ axes.T
    path, _ = descend(ALL["newton"], lambda x, a: 0.5 * x @ a @ x + a[0] @ x, (3.0, -2.0), 1.0, 1, matrix)
    np.testing.assert_allclose(path[1], (-1.0, 0.0), atol=1e-9)


def test_newton_with_damping_descends_from_a_saddle_and_survives_a_singular_matrix():
    saddle, _ = descend(ALL["newton"], quadratic, (1.0, 0.1), 1.0, 5, (1.0, -1.0), damping=1.5)
    assert abs(saddle[-1, 1]) > abs(saddle[0, 1])
    trough, _ = descend(ALL["newton"], quadratic, (1.0, 0.1), 1.0, 3, (1.0, 0.0))
    assert not np.isfinite(trough[1]).all()  # a non-finite iterate is data, not an exception
    damped, _ = descend(ALL["newton"], quadratic, (1.0, 0.1), 1.0, 3, (1.0, 0.0), damping=1.0)
    assert np.isfinite(damped).all()


def test_adam_first_step_is_the_rate_in_each_coordinate():
    corrected, _ = descend(ALL["adam"], quadratic, (-8.0, 1.0), 0.3, 1, TACO, eps=1e-12)
    np.testing.assert_allclose(corrected[1] - corrected[0], (0.3, -0.3), rtol=1e-9)
    plain, _ = descend(ALL["adam"], quadratic, (-8.0, 1.0), 0.3, 1, TACO, eps=1e-12, bias_correction=0)
    np.testing.assert_allclose(plain[1] - plain[0], (0.3 * 0.1 / math.sqrt(0.001), -0.3 * 0.1 / math.sqrt(0.001)), rtol=1e-9)


@pytest.mark.parametrize("b2", [0.5, 0.99, 0.999])
def test_bias_correction_changes_adam_by_a_known_factor(b2):
    """Too large or too small a start depends on the betas: the ratio is (1 - β1^t)/√(1 - β2^t)."""
    steps = []
    for switch in (0.0, 1.0):
        path, _ = descend(
            ALL["adam"], lambda x, slope: slope @ x, (0.0, 0.0), 0.1, 40, (3.0, -2.0), b2=b2, bias_correction=switch
        )
        steps.append(np.diff(path, axis=0))
    t = np.arange(1, 41)[:, None]
    np.testing.assert_allclose(steps[0] / steps[1], (1 - 0.9**t) / np.sqrt(1 - b2**t) * np.ones(2), rtol=1e-5)


def test_rmsprop_at_the_ends_of_its_decay():
    sign, _ = descend(ALL["rmsprop"], quadratic, (-8.0, 1.0), 0.01, 50, TACO, decay=0.0, eps=1e-12)
    np.testing.assert_allclose(np.diff(sign, axis=0), -0.01 * np.sign(sign[:-1]), rtol=1e-9)
    frozen, _ = descend(ALL["rmsprop"], quadratic, (-8.0, 1.0), 0.01, 1, TACO, decay=1.0, eps=1.0)
    np.testing.assert_allclose(frozen[1], frozen[0] - 0.01 * frozen[0] * TACO, rtol=1e-12)


def test_adagrad_slows_down_as_one_over_root_t_under_a_constant_slope():
    path, _ = descend(ALL["adagrad"], lambda x, slope: slope @ x, (0.0, 0.0), 0.5, 100, (3.0, -0.01), eps=1e-12)
    expected = np.array([-0.5, 0.5]) / np.sqrt(np.arange(1, 101))[:, None]
    np.testing.assert_allclose(np.diff(path, axis=0), expected, rtol=1e-9)


def test_adadelta_without_epsilon_never_leaves_the_start():
    still, _ = descend(ALL["adadelta"], quadratic, (-8.0, 1.0), 1.0, 200, TACO, eps=0.0)
    assert (still == still[0]).all()
    moved = [
        np.abs(descend(ALL["adadelta"], quadratic, (-8.0, 1.0), 1.0, 1, TACO, eps=e)[0][1] - (-8.0, 1.0)) for e in (1e-8, 1e-10)
    ]
    np.testing.assert_allclose(moved[0] / moved[1], 10.0, rtol=1e-6)  # the first step is in proportion to √ε


def test_adamw_decays_what_adam_leaves_alone():
    arguments = (one_of_the_surfaces, (-1.2, 1.0), 0.05, 300, 0)
    adam, adamw = (descend(ALL[key], *arguments, **c)[0] for key, c in (("adam", {}), ("adamw", {"weight_decay": 0.0})))
    np.testing.assert_allclose(adamw, adam, rtol=1e-12)
    flat, _ = descend(ALL["adamw"], lambda x, _: 0.0 * x[0], (-8.0, 1.0), 0.3, 20, weight_decay=0.5)
    np.testing.assert_allclose(flat, 0.85 ** np.arange(21)[:, None] * [-8.0, 1.0], rtol=1e-12)


def test_amsgrad_never_forgets():
    _, states = descend(ALL["amsgrad"], one_of_the_surfaces, (-1.2, 1.0), 0.3, 1000, 0, b2=0.9)
    assert (np.diff(states.max_second_moment, axis=0) >= 0).all()
    assert (np.diff(states.second_moment, axis=0) < 0).any()


def test_adamax_is_bounded_by_the_rate():
    path, _ = descend(ALL["adamax"], quadratic, (-8.0, 1.0), 0.3, 200, TACO)
    assert np.abs(np.diff(path, axis=0)).max() <= 0.3 * (1 + 1e-12)


def test_lion_steps_are_exactly_the_rate():
    path, _ = descend(ALL["lion"], quadratic, (-8.0, 1.0), 0.07, 300, TACO)
    np.testing.assert_allclose(np.abs(np.diff(path, axis=0)), 0.07, rtol=1e-9)
    decayed, _ = descend(ALL["lion"], quadratic, (-8.0, 1.0), 0.07, 30, TACO, weight_decay=0.5)
    np.testing.assert_allclose(decayed[1], [-8 + 0.07 * (1 + 4), 1 - 0.07 * (1 + 0.5)], rtol=1e-12)


@every
def test_on_the_ridge_of_a_saddle_nobody_escapes(optimizer):
    path, _ = descend(optimizer, quadratic, (1.0, 0.0), optimizer.learning_rate.default, 300, (1.0, -1.0))
    assert (path[:, 1] == 0).all()


# ------------------------------------------------------------------------------------------ 4. properties

LENGTH, BATCH = 20, 4


def draws(param):
    """Values over the whole range of a row, its ends included."""
    if param.scale in ("int", "bool"):
        return st.integers(int(param.low), int(param.high)).map(float)
    if param.scale == "linear":
        return st.floats(param.low, param.high, allow_subnormal=False)
    exponents = st.floats(math.log(param.low), math.log(param.high))
    return exponents.map(lambda e: min(max(math.exp(e), param.low), param.high))


GRADIENTS = st.lists(st.floats(-1e3, 1e3), min_size=2 * LENGTH, max_size=2 * LENGTH)
START = st.tuples(st.floats(-10, 10), st.floats(-10, 10))


def replay(optimizer, vector, start, gradients):
    """The steps under any gradients whatever; `vector` holds the learning rate and the hyperparameters."""
    values = namespace(optimizer.params, vector[1:])

    def bowl(x):
        return quadratic(x, jnp.array(BOWL))

    def step(carry, inputs):
        x, state = carry
        t, gradient = inputs
        query = Query(t, x, bowl(x), gradient, vector[0], jax.random.key(0), bowl, jax.grad(bowl), None, 0.0)
        change, after = optimizer.update(query, state, values)
        return (x + change, after), (change, after)

    inputs = jnp.arange(1.0, LENGTH + 1), gradients
    return jax.lax.scan(step, (start, optimizer.init(start)), inputs)[1]


@functools.cache
def compiled_replay(optimizer):
    one = functools.partial(replay, optimizer)
    return jax.jit(one), jax.jit(jax.vmap(one, in_axes=(0, None, None)))


@every
@settings(max_examples=25, deadline=None, derandomize=True)
@given(data=st.data())
def test_finite_steps_of_constant_shape_and_vmap_equals_loop(optimizer, data):
    rows = data.draw(st.lists(st.tuples(*map(draws, optimizer.all_params)), min_size=BATCH, max_size=BATCH))
    start = jnp.array(data.draw(START))
    gradients = jnp.array(data.draw(GRADIENTS)).reshape(LENGTH, 2)
    assert all(p.accepts(v) for row in rows for p, v in zip(optimizer.all_params, row, strict=True))
    single, batched = compiled_replay(optimizer)
    alone = [single(jnp.array(row), start, gradients) for row in rows]
    together = batched(jnp.array(rows), start, gradients)
    for changes, states in alone:
        assert np.isfinite(changes).all()
        kept = [field for field in states if field.ndim < 3]  # the others are not recorded
        assert all(field.dtype == float and field.shape in ((LENGTH,), (LENGTH, 2)) for field in kept)
        assert all(np.isfinite(field).all() for field in states)
    stacked = jax.tree.map(lambda *leaves: jnp.stack(leaves), *alone)
    same = jnp.ones((BATCH, LENGTH), bool)
    if optimizer.gradients == 0:  # a line search decides by comparing: where a last digit turns one, the two part for good
        same = jnp.cumprod(stacked[1].gradients == together[1].gradients, axis=1) > 0
    for a, b in zip(jax.tree.leaves(stacked), jax.tree.leaves(together), strict=True):
        alike = same.reshape(same.shape + (1,) * (a.ndim - 2))
        one, other = jnp.where(alike, a, 0.0), jnp.where(alike, b, 0.0)
        np.testing.assert_allclose(one, other, rtol=1e-9, atol=1e-12 * float(jnp.abs(a).max()))
