"""The engine: right numbers, nothing compiled twice, divergence as data, the same noise for everyone."""

import functools
import math
import re
from dataclasses import replace
from itertools import islice
from types import SimpleNamespace
from urllib.parse import parse_qsl

import jax
import jax.monitoring
import numpy as np
import pytest
from experiments import PAIRS, experiments, unpack
from hypothesis import given, settings
from hypothesis import strategies as st

from core.page import Wish
from core.types import Param, Schedule, Spec, defaults
from engines.descent import codec, engine, schedule, window
from engines.descent import experiment as ex
from engines.descent.rates import WARMUP
from engines.descent.results import Descent
from landscapes import LANDSCAPES
from optimizers import OPTIMIZERS
from pages import PAGES
from pages.race import answer
from pages.race import warm as race_warm
from schedules import SCHEDULES
from web import warm, wire

every_surface = pytest.mark.parametrize("key", LANDSCAPES)
every_pair = pytest.mark.parametrize(("surface", "optimizer"), PAIRS)


def read(query: str) -> ex.Experiment:
    experiment, problems = codec.parse(parse_qsl(query))
    assert not problems
    return experiment


def run(query: str) -> list[engine.Trajectory]:
    return Descent(read(query)).trajectories


def plain(surface: str, optimizer: str, rates, noise=None, seed=0, start=None, **changes) -> engine.Trajectory:
    """One descent at default values, with `changes` of hyperparameters."""
    landscape, rule = LANDSCAPES[surface], OPTIMIZERS[optimizer]
    hyper = vars(defaults(rule.params)) | changes
    noise = engine.noise("none", 0, 0) if noise is None else noise
    start = landscape.start if start is None else start
    return engine.descend(landscape, vars(defaults(landscape.params)), rule, hyper, rates, start, noise, seed)


def arrays(t: engine.Trajectory) -> dict[str, np.ndarray]:
    return {"x": t.x, "loss": t.loss, "gradient": t.gradient, **t.state}


@functools.cache
def exact(key: str):
    """x, values -> loss, gradient, Hessian of a surface, compiled apart from the engine."""
    landscape = LANDSCAPES[key]

    def all_three(x, values):
        def fn(x):
            return landscape.fn(x, SimpleNamespace(**values))

        return fn(x), jax.grad(fn)(x), jax.hessian(fn)(x)

    return jax.jit(all_three)


# ------------------------------------------------------------------- right numbers (every pair: test_every_pair.py)


@every_pair
def test_lengths_and_types(surface, optimizer):
    for steps in (1, 2, 137):
        t = plain(surface, optimizer, np.full(steps, 1e-3))
        assert (t.x.shape, t.gradient.shape, t.loss.shape) == ((steps + 1, 2), (steps + 1, 2), (steps + 1,))
        assert all(len(a) == steps + 1 and a.dtype == np.float64 for a in arrays(t).values())
        assert t.learning_rate.shape == (steps,)
        np.testing.assert_array_equal(t.x[0], LANDSCAPES[surface].start)


def test_zigzag_of_the_lectures():
    """Gradient descent across a valley of curvature 40: y is multiplied by 1 − 40·rate at every step."""
    stable, unstable = run("start=-8,1&run=sgd:lr=0.045&run=sgd:lr=0.051")
    assert (np.diff(np.sign(stable.x[:, 1])) != 0).all()
    assert (np.diff(np.abs(stable.x[:, 1])) < 0).all()
    assert (np.diff(np.abs(unstable.x[:, 1])) > 0).all()
    np.testing.assert_allclose(stable.x[:, 1], (1 - 40 * 0.045) ** np.arange(201), rtol=1e-12)
    np.testing.assert_allclose(stable.x[:, 0], -8 * (1 - 0.045) ** np.arange(201), rtol=1e-12)


# ----------------------------------------------------------------------------------------- nothing compiled twice

compiled: list[str] = []
jax.monitoring.register_event_duration_secs_listener(
    lambda event, seconds, **_: compiled.append(event) if event == "/jax/core/compile/backend_compile_duration" else None
)


@pytest.fixture(scope="module")
def warmed():
    """What web.warm compiles before anyone asks, for the pairs of these tests."""
    for kind in ("uniform", "gaussian"):
        engine.noise(kind, 1.0, 0)
    for landscape in LANDSCAPES.values():
        race_warm.surface(landscape)
    for surface, optimizer in PAIRS:
        race_warm.pair(LANDSCAPES[surface], optimizer)


def test_the_counter_counts():
    before = len(compiled)
    jax.jit(lambda x: x * 3 + before)(np.float64(1.0))
    assert len(compiled) == before + 1


def test_these_pairs_meet_every_surface_and_optimizer():
    assert min(sum(s == key for s, _ in PAIRS) for key in LANDSCAPES) >= 2
    assert min(sum(o == key for _, o in PAIRS) for key in OPTIMIZERS) >= 2


@settings(max_examples=500)
@given(experiments(most=2), st.floats(0.2, 5.0))
def test_no_slider_compiles_anything_and_nothing_is_ever_infinite(warmed, experiment, aspect):
    """Any value of anything, over all parameters: read-outs, table and picture included."""
    before = len(compiled)
    descent = Descent(experiment)
    blob = wire.pack(*answer.arrays(descent, Wish(answer.FIELDS, "overlay", aspect)))
    assert compiled[before:] == []
    for t in descent.trajectories:
        assert all(np.isfinite(a).all() for a in (*arrays(t).values(), t.learning_rate))
    unknown = {"grid", *(f"run{i}.distance" for i in range(len(experiment.runs)) if not len(descent.minima))}
    assert all(np.isfinite(a).all() for name, a in unpack(blob)[1].items() if name not in unknown)


def test_the_warm_up_knows_every_pair(monkeypatch):
    """The jobs of the race are the list behind the promise that any pair is warm."""
    seen = set()
    monkeypatch.setattr(race_warm, "pair", lambda landscape, optimizer: seen.add((landscape.key, optimizer)))
    monkeypatch.setattr(race_warm, "surface", lambda landscape: seen.add(landscape.key))
    jobs = list(PAGES["race"].warm())
    for job in jobs:
        job()
    assert len(jobs) < len(list(warm.jobs())), "other pages have theirs"
    assert seen == {*LANDSCAPES, *((s, o) for s in (*LANDSCAPES, "formula") for o in OPTIMIZERS)}


@pytest.mark.parametrize("page", PAGES.values(), ids=PAGES)
def test_the_first_job_of_a_page_runs(page):
    """It is what the page opens with, which the tests compile anyway; a server does them all."""
    for job in islice(page.warm(), 1):
        job()


# -------------------------------------------------------------------------- the number of steps changes nothing


@every_pair
def test_a_short_run_is_the_beginning_of_a_long_one(surface, optimizer):
    """With noise, and with minibatches where the surface has them."""
    rates = np.full(engine.MAX_STEPS, OPTIMIZERS[optimizer].learning_rate.default)
    noise = engine.noise("uniform", 0.5, 3)
    long = plain(surface, optimizer, rates, noise, seed=3)
    for steps in (1, 300):
        short = plain(surface, optimizer, rates[:steps], noise, seed=3)
        for name, array in arrays(short).items():
            np.testing.assert_array_equal(array, arrays(long)[name][: steps + 1], err_msg=name)
        early = long.diverged_at is not None and long.diverged_at <= steps
        assert short.diverged_at == (long.diverged_at if early else None)


# -------------------------------------------------------------------------------------------------- divergence


@pytest.mark.parametrize("rate", [0.06, 0.5, 10.0])
def test_divergence_is_told_at_the_first_step_that_is_not_finite(rate):
    (t,) = run(f"steps=5000&start=-8,1&run=sgd:lr={rate}")
    x, y, last = -8.0, 1.0, 0
    while math.isfinite(0.5 * (x * x + 40 * y * y)):
        last, before = last + 1, (x, y)
        x, y = x - rate * x, y - rate * 40 * y
    assert t.diverged_at == last
    np.testing.assert_allclose(t.x[last - 1], before, rtol=1e-9)
    for array in arrays(t).values():
        assert (array[last - 1 :] == array[last - 1]).all()


FAST = [(s, o, 1.0) for s, o in PAIRS] + [(s, o, 0.1) for s, o in PAIRS]


@pytest.mark.parametrize(("surface", "optimizer", "share"), FAST)
def test_a_run_that_leaves_the_floats_stays_at_its_last_finite_point(surface, optimizer, share):
    rate = OPTIMIZERS[optimizer].learning_rate.high * share
    t = plain(surface, optimizer, np.full(2000, rate))
    assert all(np.isfinite(array).all() for array in arrays(t).values())
    if t.diverged_at is not None:
        assert 1 <= t.diverged_at <= 2000
        for array in arrays(t).values():
            assert (array[t.diverged_at - 1 :] == array[t.diverged_at - 1]).all()


def test_large_rates_do_diverge_and_their_state_is_frozen_too():
    """The test above is not empty: on a quartic the momentum, too, has left the floats."""
    (t,) = run("surface=rosenbrock&run=momentum:lr=0.1&steps=500")
    assert t.diverged_at is not None
    assert np.abs(t.x[-1]).max() > 1e20
    at = t.diverged_at
    assert (t.state["velocity"][at - 1 :] == t.state["velocity"][at - 1]).all()
    assert len({*map(tuple, t.state["velocity"][:at])}) == at


def test_there_is_no_wall_at_the_border_of_the_window():
    (t,) = run("surface=saddle&run=sgd:lr=0.1&steps=400")
    assert np.abs(t.x[-1, 1]) > 1e20


# --------------------------------------------------------------------------------------- common random numbers


@pytest.mark.parametrize("key", [s.key for s in LANDSCAPES.values() if s.sample])
@pytest.mark.parametrize("noise", ["none", "gaussian:scale=2", "uniform:scale=2"])
def test_runs_of_one_experiment_meet_the_same_noise(key, noise):
    one, two, momentum = run(
        f"surface={key}&noise={noise}&seed=5&steps=50&run=sgd:lr=0.01&run=sgd:lr=0.01&run=momentum:lr=0.01"
    )
    np.testing.assert_array_equal(one.x, two.x)
    np.testing.assert_allclose(momentum.x[1], one.x[1], rtol=1e-12)  # the first step of both is −rate·(g + noise)
    (other,) = run(f"surface={key}&noise={noise}&seed=6&steps=50&run=sgd:lr=0.01")
    assert not np.allclose(other.x[1:], one.x[1:])


@pytest.mark.parametrize("key", [s.key for s in LANDSCAPES.values() if s.sample])
def test_every_step_has_a_batch_of_its_own(key):
    """What the optimizer saw, less the exact gradient: never the same twice, and without a preferred direction."""
    (t,) = run(f"surface={key}&seed=5&steps=2000&run=sgd:lr=0.001")
    seen = np.diff(t.x, axis=0) / -0.001
    error = seen - t.gradient[:-1]
    assert len(np.unique(seen.round(9), axis=0)) > 1990
    assert (np.abs(error.mean(0)) < 5 * error.std(0) / math.sqrt(len(error))).all()


@pytest.mark.parametrize("kind", ["gaussian", "uniform"])
def test_noise_is_scaled_and_seeded(kind):
    unit, wide = np.asarray(engine.noise(kind, 1.0, 4)), np.asarray(engine.noise(kind, 3.0, 4))
    np.testing.assert_allclose(wide, 3 * unit, rtol=1e-15)
    np.testing.assert_array_equal(engine.noise(kind, 1.0, 4), unit)
    assert unit.shape == (engine.MAX_STEPS, 2)
    draws = [np.asarray(engine.noise(kind, 1.0, seed)) for seed in (0, 1, 4, 2**32 - 1)]
    assert len({tuple(d[0]) for d in draws}) == 4
    assert np.abs(np.corrcoef(np.concatenate(draws, 1).T) - np.eye(8)).max() < 0.07  # five standard errors
    assert (engine.noise(kind, 0.0, 4) == 0).all()


def test_noise_has_the_stated_size():
    uniform, gaussian = (np.asarray(engine.noise(kind, 2.0, 0)) for kind in ("uniform", "gaussian"))
    assert np.abs(uniform).max() <= 2.0
    assert uniform.std() == pytest.approx(2 / math.sqrt(3), rel=0.03)
    assert gaussian.std() == pytest.approx(2.0, rel=0.03)
    assert np.abs([uniform.mean(), gaussian.mean()]).max() < 0.1


def test_noise_is_added_to_the_gradient_and_not_to_what_is_recorded():
    (t,) = run("noise=gaussian:scale=3&seed=2&steps=30&run=sgd:lr=0.01")
    noise = engine.noise("gaussian", 3.0, 2)
    exact_gradient = t.x * [1.0, 40.0]
    np.testing.assert_allclose(t.gradient, exact_gradient, rtol=1e-12)
    np.testing.assert_allclose(np.diff(t.x, axis=0), -0.01 * (exact_gradient[:-1] + noise[:30]), rtol=1e-9)


@pytest.mark.parametrize("seed", [0, 1])
def test_a_full_batch_has_no_noise(seed):
    """On the surface of minibatches, the batch of all points gives the exact gradient whatever the seed."""
    (t,) = run(f"surface=least_squares:batch=50&seed={seed}&steps=20&run=sgd:lr=0.1")
    np.testing.assert_allclose(np.diff(t.x, axis=0), -0.1 * t.gradient[:-1], rtol=1e-9, atol=1e-12)


# -------------------------------------------------------------------------------------------- curvature and grid


@every_surface
def test_curvature_is_the_spectrum_of_the_hessian(key):
    landscape, random = LANDSCAPES[key], np.random.default_rng(0)
    x0, x1, y0, y1 = landscape.domain
    for share in (0.2, 0.8):
        values = {p.key: float(round(p.low + share * (p.high - p.low))) for p in landscape.params}
        x = random.uniform([x0, y0], [x1, y1], (300, 2))
        ours = engine.curvature(landscape, values, x)
        expected = np.array([np.linalg.eigvalsh(exact(key)(point, values)[2]) for point in x[::10]])
        assert ours.shape == (300, 2)
        assert (ours[:, 0] <= ours[:, 1]).all()
        np.testing.assert_allclose(ours[::10], expected, rtol=1e-9, atol=1e-9 * np.abs(expected).max())
        few = engine.curvature(landscape, values, x[:5])  # another size, padded to another compiled one
        np.testing.assert_allclose(few, ours[:5], rtol=1e-12, atol=1e-12 * np.abs(expected).max())


@every_surface
def test_rows_of_the_grid_are_y(key):
    landscape, (columns, rows) = LANDSCAPES[key], window.GRID
    values = vars(defaults(landscape.params))
    x0, x1, y0, y1 = domain = (-1.0, 3.0, -0.5, 1.5)
    grid = engine.grid(landscape, values, domain, columns, rows)
    assert grid.shape == (rows, columns)
    for row, column in ((0, 0), (0, columns - 1), (rows - 1, 0), (rows - 1, columns - 1), (30, 70)):
        x, y = x0 + (x1 - x0) * column / (columns - 1), y0 + (y1 - y0) * row / (rows - 1)
        loss = exact(key)(np.array([x, y]), values)[0]
        assert grid[row, column] == pytest.approx(float(loss), rel=1e-9, abs=1e-12)
        assert engine.loss_at(landscape, values, (x, y)) == pytest.approx(float(loss), rel=1e-9, abs=1e-12)


# --------------------------------------------------------------------------------------------------- schedules


@pytest.fixture
def probe(monkeypatch):
    """A schedule that shows what it is given: rate · t + horizon."""
    row = Param("offset", "o", 0.0, 0.0, 9.0)
    rule = Schedule("probe", "P", "", "", lambda rate, t, horizon, values: rate * t + horizon + values.offset, params=(row,))
    monkeypatch.setitem(SCHEDULES, "probe", rule)
    return lambda **values: ex.spec("probe", ex.schedule_params("probe"), **values)


def test_decays_are_evaluated_from_zero(probe):
    """lr[k − 1] is the rate of update k; a decay that starts at α₀ is evaluated at t = k − 1."""
    np.testing.assert_array_equal(schedule.rates(probe(), 0.5, 4), [4.0, 4.5, 5.0, 5.5])
    np.testing.assert_array_equal(schedule.rates(probe(offset=2.0), 0.5, 1), [3.0])


def test_warm_up_starts_at_one_nth(probe):
    """Warm-up is evaluated at t = k: the first of n steps runs at 1/n of the rate and not at 0."""
    ours = schedule.rates(probe(warmup=4), 0.5, 6)
    np.testing.assert_allclose(ours, schedule.rates(probe(), 0.5, 6) * [0.25, 0.5, 0.75, 1, 1, 1], rtol=1e-15)


@pytest.mark.parametrize("key", SCHEDULES)
@settings(max_examples=40)
@given(data=st.data())
def test_every_schedule_gives_one_rate_per_update(key, data):
    values = ex.spec(key, ex.schedule_params(key)).values
    steps, warmup = data.draw(st.sampled_from([1, 2, 200, ex.MAX_STEPS])), data.draw(st.integers(0, ex.MAX_STEPS))
    base = schedule.rates(Spec(key, {**values, "warmup": 0.0}), 0.3, steps)
    warm = schedule.rates(Spec(key, {**values, "warmup": float(warmup)}), 0.3, steps)
    assert base.shape == warm.shape == (steps,)
    assert base.dtype == np.float64
    assert np.isfinite(base).all()
    assert (base >= 0).all()
    if WARMUP in ex.schedule_params(key):  # the others warm up in a way of their own
        np.testing.assert_allclose(warm, base * [min(1.0, k / max(warmup, 1)) for k in range(1, steps + 1)], rtol=1e-12)


def test_the_descent_uses_the_array_of_the_schedule():
    experiment = read("steps=20&run=sgd:lr=0.02~constant:warmup=8")
    (t,) = Descent(experiment).trajectories
    rates = schedule.rates(experiment.runs[0].schedule, 0.02, 20)
    np.testing.assert_array_equal(t.learning_rate, rates)
    np.testing.assert_allclose(np.diff(t.x, axis=0), -rates[:, None] * t.gradient[:-1], rtol=1e-9)
    assert rates[0] == 0.02 / 8


def test_the_same_experiment_gives_the_same_numbers():
    experiment = read("surface=noisy_taco&noise=gaussian&seed=1&run=sgd&run=adam")
    one, two = Descent(experiment), Descent(replace(experiment))
    for a, b in zip(one.trajectories, two.trajectories, strict=True):
        np.testing.assert_array_equal(a.x, b.x)


@pytest.mark.parametrize("rule", ["sgd", "momentum", "rmsprop", "adam", "adamw"])
def test_a_run_is_few_kernels_so_that_it_stays_in_one_thread(rule):
    """XLA hands a program of many to its threads, which takes as long as a thousand steps. A dozen it keeps."""
    landscape, optimizer = LANDSCAPES["rosenbrock"], OPTIMIZERS[rule]
    surface, hyper = vars(defaults(landscape.params)), vars(defaults(optimizer.params))
    numbers = engine.pack(landscape, surface, optimizer, hyper, landscape.start, seed=0, steps=200)
    program = jax.jit(functools.partial(engine.loop, landscape, optimizer))
    text = program.lower(numbers, np.zeros(engine.MAX_STEPS), np.zeros((engine.MAX_STEPS, 2))).compile().as_text()
    entry = text[text.index("ENTRY") :]
    kernels = re.findall(r" (?:fusion|copy|call|while)\(", entry)
    assert len(re.findall(r" (?:call|while)\(", entry)) == 1
    assert len(kernels) <= 12, entry
