"""Schedules: the same as PyTorch's and optax's, right where the lectures print a number, and what they do to a descent."""

import json
import math
from pathlib import Path
from urllib.parse import parse_qsl

import jax.monitoring
import jax.numpy as jnp
import numpy as np
import optax
import pytest
from experiments import numbers, unpack
from hypothesis import given, settings
from hypothesis import strategies as st

from core.types import Spec
from engines.descent import codec, engine, ensemble, schedule
from engines.descent import experiment as ex
from engines.descent.results import Descent
from optimizers import OPTIMIZERS
from pages.schedules import seeds
from pages.schedules.page import beginnings
from pages.schedules.presets import PRESETS as COURSES
from pages.schedules.seeds import SeededRuns
from schedules import SCHEDULES

GOLDEN = json.loads((Path(__file__).parent / "golden" / "torch_schedules.json").read_text())
every_schedule = pytest.mark.parametrize("key", SCHEDULES)


def spec(text: str) -> Spec:
    course, problems = codec.schedule_alone([("schedule", text)])
    assert not problems
    return course.schedule


def rates(text: str, rate: float = 0.1, steps: int = 200) -> np.ndarray:
    return schedule.rates(spec(text), rate, steps)


def read(query: str) -> ex.Experiment:
    experiment, problems = codec.parse(parse_qsl(query), ex.HORIZON)
    assert not problems
    return experiment


# ------------------------------------------------------------------------------------------------- against others


@pytest.mark.parametrize("row", GOLDEN["schedules"], ids=lambda row: row["schedule"])
def test_the_rates_are_pytorchs(row):
    course = spec(row["schedule"])
    assert row["constructor"] in schedule.code(course, GOLDEN["rate"], GOLDEN["steps"])
    np.testing.assert_allclose(schedule.rates(course, GOLDEN["rate"], GOLDEN["steps"]), row["rates"], rtol=1e-12, atol=1e-17)


def test_every_schedule_that_names_a_pytorch_scheduler_is_recorded():
    assert {row["schedule"].split(":")[0] for row in GOLDEN["schedules"]} == {k for k, s in SCHEDULES.items() if s.torch}


OPTAX = [(key, f"{key}{more}") for key in SCHEDULES for more in ("", ":warmup=25")]


@pytest.mark.parametrize(("key", "text"), OPTAX)
def test_the_rates_are_optaxs(key, text):
    code = [line for line in schedule.code(spec(text), 0.1, 300) if not line.startswith("torch")]
    assert len(code) == 1
    theirs = eval(code[0], {"optax": optax, "jnp": jnp, "math": math})
    result = np.array([float(theirs(jnp.asarray(t))) for t in range(300)])
    ours = rates(text, 0.1, 300)
    if key == "one_cycle":  # as its file says: optax peaks one update later
        assert np.argmax(result) == np.argmax(ours) + 1
        assert result[:60] == pytest.approx(ours[:60], rel=0.06)
    else:
        np.testing.assert_allclose(ours, result, rtol=1e-12, atol=1e-17)


# ------------------------------------------------------------------------------------------------- numbers known


def test_decays_begin_at_the_rate_that_is_set():
    own_start = {"transformer", "triangular", "one_cycle", "wsd"}
    for key in SCHEDULES.keys() - own_start:
        assert rates(key)[0] == 0.1


def test_closed_forms():
    assert rates("cosine", 0.1, 200)[100] == pytest.approx(0.05, rel=1e-15)
    assert rates("linear", 0.1, 200)[150] == pytest.approx(0.025, rel=1e-15)
    assert rates("exponential:k=0.1")[10] == pytest.approx(0.1 / math.e, rel=1e-14)
    assert rates("inverse_time:k=0.1")[10] == pytest.approx(0.05, rel=1e-15)
    assert rates("inverse_sqrt")[3] == 0.05  # update 4
    assert rates("polynomial:power=3", 0.1, 200)[100] == pytest.approx(0.0125, rel=1e-14)


def test_resnet_divides_by_ten_at_its_milestones():
    course = rates("multistep:first=32000,second=48000", 0.1, 64_000)
    assert course[[0, 31_999, 32_000, 47_999, 48_000, 63_999]] == pytest.approx([0.1, 0.1, 0.01, 0.01, 0.001, 0.001])


def test_the_transformer_peaks_at_its_warmup_step():
    course = rates("transformer:d_model=512,warmup=4000", 1.0, 20_000)
    assert np.argmax(course) == 3999
    assert course[3999] == pytest.approx(6.988e-4, rel=1e-4)
    assert course[0] == pytest.approx(1.75e-7, rel=2e-3)


def test_restarts_come_where_they_should():
    course = rates("sgdr:t0=10,t_mult=2", 1.0, 150)
    assert [t for t in range(150) if course[t] == 1.0] == [0, 10, 30, 70]


def test_one_cycle_rises_to_the_peak_once():
    course = rates("one_cycle", 1.0, 200)
    assert course[0] == pytest.approx(1 / 25)
    assert np.argmax(course) == 59
    assert (np.diff(course[:60]) > 0).all()
    assert (np.diff(course[59:]) < 0).all()
    assert course[-1] == pytest.approx(1 / 25e4)


# --------------------------------------------------------------------------- erratum 18: where a schedule begins


@every_schedule
@pytest.mark.parametrize("n", [1, 7, 50])
def test_warmup_begins_at_one_nth_and_not_at_zero(key, n):
    if any(p.key == "warmup" for p in SCHEDULES[key].params):
        course = rates(f"{key}:warmup={n}")
        assert course[:n] == pytest.approx(course[n - 1] * np.arange(1, n + 1) / n, rel=1e-12)
    else:
        bare, course = rates(key), rates(f"{key}:warmup={n}")
        assert course == pytest.approx(bare * np.minimum(1, np.arange(1, 201) / n), rel=1e-15)
    assert course[0] > 0


@pytest.mark.parametrize("key", [key for key in SCHEDULES if "late" in {p.key for p in ex.schedule_params(key)}])
def test_a_late_schedule_begins_after_the_warm_up(key):
    """A straight rise to the rate that is set, then the schedule on what is left of the horizon; optax says the same."""
    course, alone = rates(f"{key}:warmup=40,late=true", 0.1, 200), rates(key, 0.1, 160)
    full = alone[0]
    np.testing.assert_allclose(course[:40], full * np.arange(1, 41) / 40, rtol=1e-12)
    np.testing.assert_allclose(course[40:], alone, rtol=1e-12)
    if key == "one_cycle":
        return  # optax peaks one update later than PyTorch, whose courses are recorded
    for text in schedule.code(spec(f"{key}:warmup=40,late=true"), 0.1, 200):
        assert text.startswith("optax.join_schedules")
        fn = eval(text, {"optax": optax, "jnp": jnp, "math": math})
        np.testing.assert_allclose([fn(jnp.asarray(k)) for k in range(200)], course, rtol=1e-5, atol=1e-9)


def test_a_schedule_that_falls_during_warm_up_does_not_reach_its_rate_and_says_so():
    e = read("steps=200&run=sgd:lr=0.04~linear:warmup=40&run=sgd:lr=0.04~linear:warmup=40,late=true&run=sgd:lr=1~transformer")
    multiplied, late, own = beginnings(e, str)
    assert max(rates("linear:warmup=40", 0.04)) == pytest.approx(0.04 * (1 - 39 / 200))
    assert "the highest rate is 0.0322, 80.5 %" in multiplied
    assert "begins after the warm-up; the highest rate is 0.04" in late
    assert "1/4000 of the rate" in own


def test_the_inverse_root_is_finite_because_it_is_counted_from_one():
    assert rates("inverse_sqrt")[0] == 0.1
    with np.errstate(divide="ignore"):
        assert np.isinf(np.float64(0.1) / np.sqrt(0.0))


# ------------------------------------------------------------------------------------------------- over the registry


@every_schedule
@settings(max_examples=25)
@given(data=st.data(), rate=st.floats(1e-9, 1e3), steps=st.integers(1, 3000))
def test_rates_are_finite_and_never_negative(key, data, rate, steps):
    values = {p.key: data.draw(numbers(p)) for p in ex.schedule_params(key)}
    course = schedule.rates(Spec(key, values), rate, steps)
    assert course.shape == (steps,)
    assert np.isfinite(course).all()
    assert (course >= 0).all()
    assert course.max() <= 10 * rate * (1 + 1e-12)  # tiers may rise tenfold; nothing else goes above the rate that is set


JUMPS = {"step", "multistep", "sgdr", "tiered"}


@every_schedule
def test_continuous_schedules_do_not_jump(key):
    course = rates(f"{key}:warmup=100", 1.0, 20_000)
    largest = np.abs(np.diff(course)).max() / course.max()
    if key in JUMPS:
        assert largest > 0.2
    else:
        assert largest < 0.06  # 1/t decay begins by losing a twentieth


@every_schedule
def test_a_horizon_of_100_000_is_computed_in_full(key):
    course = rates(key, 0.1, 100_000)
    assert course.shape == (100_000,)
    assert np.isfinite(course).all()


# ------------------------------------------------------------------------------------------------- many seeds at once


@pytest.mark.parametrize("query", ["surface=noisy_taco&run=momentum:lr=0.01", "noise=uniform:scale=2&run=adam~cosine"])
def test_each_seed_of_an_ensemble_is_a_race_of_its_own(query):
    e = read(f"steps=60&seed=5&{query}")
    run = e.runs[0]
    course = schedule.rates(run.schedule, run.optimizer.values["lr"], 60)
    what = (e.landscape, e.surface.values, OPTIMIZERS[run.optimizer.key], run.optimizer.values, course, e.start)
    many = ensemble.descend(*what, e.noise.key, e.noise.values.get("scale", 0.0), e.seed)
    assert many.losses.shape == (61, ensemble.SEEDS)
    for i in (0, 1, 63):
        (alone,) = Descent(read(f"steps=60&seed={5 + i}&{query}")).trajectories
        np.testing.assert_allclose(many.losses[:, i], alone.loss, rtol=1e-9)
    np.testing.assert_allclose(many.x, Descent(e).trajectories[0].x, rtol=1e-9)


@pytest.mark.parametrize("query", ["surface=noisy_taco&run=adam:lr=0.3", "noise=gaussian:scale=2&run=momentum:lr=0.01~cosine"])
def test_stretches_join_into_one_descent(query, monkeypatch):
    """In stretches of 16 and blocks of noise of 32, a descent is what it is in one piece, as far as the noise is the same."""
    whole = SeededRuns(read(f"steps=5000&seed=3&{query}")).runs[0]
    (alone,) = Descent(read(f"steps=5000&seed=3&{query}")).trajectories
    at = ensemble.kept(5000)
    np.testing.assert_allclose(whole.loss, alone.loss[at], rtol=1e-6)
    np.testing.assert_allclose(whole.x, alone.x[at], rtol=1e-6, atol=1e-9)


def test_noise_never_comes_twice():
    """Stretch by stretch other numbers; the first two are those of the race."""
    parts = [np.asarray(ensemble._noise("gaussian", 7, number)) for number in range(4)]
    race = np.asarray(engine.noise("gaussian", 1.0, 7))
    np.testing.assert_array_equal(np.concatenate(parts[:2])[:, 0], race)
    flat = [part[:, 0].ravel() for part in parts]
    for i, j in ((0, 1), (0, 2), (1, 3), (2, 3)):
        assert abs(np.corrcoef(flat[i], flat[j])[0, 1]) < 0.06
    assert all(abs(part.std() - 1) < 0.02 for part in parts)


@pytest.mark.parametrize(
    ("query", "steps", "seen"),
    [
        ("surface=taco&run=sgd:lr=0.04~inverse_sqrt", 20_000, (5000, 20_000)),
        ("surface=taco&run=adam:lr=1~transformer", 20_000, (4000, 5000, 20_000)),
        ("surface=taco&run=adamw:lr=0.02~linear:warmup=10000", 100_000, (500, 5000)),
    ],
)
def test_every_update_of_a_long_schedule_is_computed(query, steps, seen):
    """Without noise, a plain loop over all updates, in NumPy, comes to the same places."""
    e = read(f"steps={steps}&{query}")
    (run,), (result,) = e.runs, SeededRuns(e).runs
    rule, values, x = run.optimizer.key, run.optimizer.values, np.array(e.start)
    m = v = np.zeros(2)
    at, reached = ensemble.kept(steps), {}
    for k, rate in enumerate(result.rates.tolist(), 1):
        gradient = x * np.array([1.0, 40.0])
        if rule == "sgd":
            move = -rate * gradient
        else:
            m, v = values["b1"] * m + (1 - values["b1"]) * gradient, values["b2"] * v + (1 - values["b2"]) * gradient**2
            corrected = m / (1 - values["b1"] ** k), v / (1 - values["b2"] ** k)
            move = -rate * (corrected[0] / (np.sqrt(corrected[1]) + values["eps"]) + values.get("weight_decay", 0.0) * x)
        x = x + move
        reached[k] = x
    for k in seen:
        j = int(np.flatnonzero(at == k)[0])
        np.testing.assert_allclose(result.x[j], reached[k], rtol=1e-6, atol=1e-7)


def test_the_end_of_a_long_schedule_is_the_floor_of_theory():
    """ResNet's last rate on the noisy taco: Σ α σ²/(2 (2 − αλ)) over the axes, where 2000 updates would not have arrived."""
    dropped, constant = preset("resnet").runs
    variance = read("surface=noisy_taco").surface.values["scale"] ** 2 / 3  # of uniform noise
    for run, rate in ((dropped, 0.001), (constant, 0.1)):
        theory = sum(rate * variance / (2 * (2 - rate * curvature)) for curvature in (1.0, 10.0))
        assert run.floor == pytest.approx(theory, rel=0.1)


def test_the_last_seed_wraps_around():
    e = read(f"steps=5&seed={2**32 - 1}&surface=noisy_taco&run=sgd")
    (course,) = SeededRuns(e).runs
    assert np.isfinite(course.mean).all()


def test_a_constant_rate_stalls_at_the_floor_that_theory_gives():
    """SGD on ½λx² with noise of variance σ²: the loss settles at Σ α σ² / (2 (2 − αλ)) over the axes."""
    rate, scale, kappa = 0.02, 2.0, 10.0
    e = read(f"surface=taco:kappa={kappa}&start=0,0&steps=2000&noise=gaussian:scale={scale}&run=sgd:lr={rate}")
    (course,) = SeededRuns(e).runs
    theory = sum(rate * scale**2 / (2 * (2 - rate * curvature)) for curvature in (1.0, kappa))
    assert course.floor == pytest.approx(theory, rel=0.1)


def preset(key: str) -> SeededRuns:
    return SeededRuns(read(next(p.query for p in COURSES if p.key == key)))


def test_the_floor_grows_with_the_rate_and_faster_towards_the_limit():
    """What the page says to look for: in proportion while the rate is small."""
    tried = (0.005, 0.01, 0.08)
    runs = SeededRuns(read("surface=noisy_taco&steps=3000" + "".join(f"&run=sgd:lr={rate}" for rate in tried))).runs
    least, small, large = (run.floor / rate for run, rate in zip(runs, tried, strict=True))
    assert small == pytest.approx(least, rel=0.05)
    assert large > 1.3 * small


def test_every_drop_lowers_the_floor_and_a_constant_rate_stalls():
    constant, step, cosine, linear = preset("floor").runs
    assert constant.floor > 3 * step.floor > 3 * cosine.floor
    assert linear.floor < 0.3 * constant.floor
    before, after = constant.mean[150:200].mean(), constant.mean[250:].mean()
    assert after == pytest.approx(before, rel=0.1)  # stalled long ago
    assert step.mean[:60] == pytest.approx(constant.mean[:60])
    assert step.mean[90] < 0.8 * constant.mean[90]


def test_the_four_rates_do_what_their_names_say():
    very_high, high, good, low = preset("four_rates").runs
    assert [c.rising for c in (very_high, high, good, low)] == [True, False, False, False]
    assert good.floor < high.floor < low.floor
    assert high.mean[30] < low.mean[30]


def test_restarts_leave_the_well_more_often_than_a_falling_rate():
    """Of 64 in the upper well: fewest are left by the rate that is high for longest, the constant one."""
    restarts, falling, constant = ((run.ends > 1).sum() for run in preset("restarts").runs)
    assert constant < restarts < falling
    assert all(run.diverged == 0 for run in preset("restarts").runs)


def test_resnets_drops_show_in_the_loss():
    dropped, constant = preset("resnet").runs
    assert dropped.floor < 0.05 * constant.floor
    at = {step: dropped.mean[step * 2000 // 64_000] for step in (31_000, 40_000, 63_000)}
    assert at[31_000] > 5 * at[40_000] > 10 * at[63_000]


@pytest.mark.parametrize("key", [p.key for p in COURSES])
def test_a_preset_is_valid_and_finite(key):
    result = preset(key)
    for course in result.runs:
        assert np.isfinite(course.mean).all() or course.diverged
        assert len(course.mean) == result.updates + 1


def test_a_long_schedule_is_drawn_by_its_extremes():
    result = SeededRuns(read("surface=noisy_taco&steps=100000&run=sgd:lr=0.04~triangular"))
    (course,) = result.runs
    assert (len(course.rates), result.updates, len(course.rate_low)) == (100_000, 2000, 2000)
    assert course.rate_low == pytest.approx(0.004)  # a cycle is 50 updates, as many as one that is drawn stands for
    assert course.rate_high == pytest.approx(0.04)
    np.testing.assert_array_equal(result.at, np.arange(2001) * 50)


def test_seeds_that_diverge_are_counted_and_left_out():
    result = SeededRuns(read("surface=double_well&start=2,1&steps=1000&noise=gaussian:scale=5&run=sgd:lr=0.1~cosine"))
    (course,) = result.runs
    assert 0 < course.diverged < ensemble.SEEDS
    assert np.isfinite(course.mean).all()
    lost = SeededRuns(read("surface=rosenbrock&steps=60&run=sgd:lr=1")).runs[0]
    assert (lost.diverged, lost.floor) == (ensemble.SEEDS, None)
    assert np.isnan(lost.mean[-1])


def test_the_spread_is_that_of_the_finite_seeds():
    gap = np.array([[4.0, 1.0, np.nan, 3.0, 2.0], [np.nan] * 5])
    mean, low, high = seeds._spread(gap)
    np.testing.assert_array_equal(mean, [2.5, np.nan])
    np.testing.assert_array_equal(low, [1.0, np.nan])
    np.testing.assert_array_equal(high, [4.0, np.nan])


# ------------------------------------------------------------------------------------------------- over HTTP


@every_schedule
def test_the_api_gives_the_array_that_is_used(client, key):
    answer = client.get(f"/api/schedule?schedule={key}&lr=0.2&steps=50").json()
    np.testing.assert_array_equal(answer["lr"], rates(key, 0.2, 50))
    run = client.get(f"/api/descent?steps=50&run=sgd:lr=0.2~{key}").json()["runs"][0]
    assert run["lr"] == answer["lr"]
    assert run["schedule"]["key"] == key


def test_a_rate_left_out_is_the_schedules_own(client):
    assert client.get("/api/schedule?schedule=constant&steps=1").json()["lr"] == [0.1]
    assert client.get("/api/schedule?schedule=transformer&steps=4000").json()["lr"][-1] == pytest.approx(6.988e-4, rel=1e-4)
    assert client.get("/api/schedule").json()["steps"] == 200


BAD = {
    "schedule=cosin": ("schedule", "cosine"),
    "schedule=step:evry=3": ("schedule", "step:every"),
    "schedule=cosine&lr=-1": ("lr", "1e-9"),
    "schedule=cosine&lr=nan": ("lr", "nan"),
    "schedule=cosine&steps=0": ("steps", "100000"),
    "schedule=cosine&steps=100001": ("steps", "100000"),
    "schedule=cosine&schedule=step": ("schedule", "2"),
    "shedule=cosine": ("shedule", "schedule"),
    "schedule=wsd:decay=2": ("schedule", "0.01"),
}


@pytest.mark.parametrize("query", BAD)
def test_a_bad_request_is_told_what_is_allowed(client, query):
    reply = client.get(f"/api/schedule?{query}")
    field, word = BAD[query]
    assert reply.status == 400
    body = reply.json()
    assert body["field"] == field
    assert word in body["error"] + json.dumps(body["allowed"])


def test_courses_by_json_and_binary_agree(client):
    query = "surface=noisy_taco&steps=90&run=sgd:lr=0.04~step&run=rmsprop"
    answer = client.get(f"/api/schedules?{query}").json()
    header, arrays = unpack(client.get(f"/api/schedules?format=bin&{query}").body)
    assert answer["updates"] == header["updates"] == 90
    for i, run in enumerate(answer["runs"]):
        assert len(run["lr"]) == 90
        for name in ("x", "f", "gap", "lr_low", "lr_high", "mean", "low", "high"):
            np.testing.assert_allclose(arrays[f"run{i}.{name}"], np.asarray(run[name], np.float32), rtol=1e-6)


@pytest.mark.parametrize("query", ["steps=100001", "format=xml", "fields=lr", "run=sgd~cosin", "aspect=x"])
def test_bad_courses_are_400(client, query):
    assert client.get(f"/api/schedules?{query}").status == 400


def test_moving_a_slider_compiles_nothing():
    compiled: list[str] = []
    preset("floor")
    jax.monitoring.register_event_duration_secs_listener(
        lambda event, seconds, **_: compiled.append(event) if event == "/jax/core/compile/backend_compile_duration" else None
    )
    for lr, steps, every in ((0.01, 300, 5), (0.03, 77, 60), (0.02, 100_000, 4000)):
        SeededRuns(read(f"surface=noisy_taco&steps={steps}&run=sgd:lr={lr}~step:every={every}&run=sgd:lr={lr}~cosine:warmup=9"))
    engine.noise("none", 0.0, 0)
    assert compiled == []
    jax.jit(lambda x: x * 3 + id(compiled))(np.float64(1.0))
    assert len(compiled) == 1, "or nothing was being counted"


def test_a_seed_that_diverges_late_stays_where_it_was():
    """Far beyond one stretch: the update is named, and the path repeats its last finite point."""
    e = read("surface=taco&steps=60000&run=sgd:lr=0.0503")
    result = SeededRuns(e).runs[0]
    factor = abs(1 - 40 * 0.0503)
    expected = math.log(1.79e308 / 20) / math.log(factor) / 2  # of the loss 20 y²
    assert result.diverged_at == pytest.approx(expected, rel=0.01)
    assert result.diverged_at > 10 * ensemble.STRETCH
    after = ensemble.kept(60_000) >= result.diverged_at
    assert np.isfinite(result.x).all()
    assert (result.loss[after] == result.loss[after][0]).all()
    assert result.loss[after][0] > 1e300
    assert np.isnan(result.mean[after]).all()
    assert result.diverged == ensemble.SEEDS


def test_the_words_for_an_end_follow_the_mean():
    """Level, falling or rising, by the last tenth against the tenth before; never "settles" at a loss that still falls."""
    k = np.arange(101.0)
    assert [seeds.trend(mean) for mean in (1 + 0 * k, np.exp(-k / 20), np.exp(k / 20))] == ["level", "falling", "rising"]
    constant, *_, linear = preset("floor").runs
    assert (constant.trend, linear.trend) == ("level", "falling")
    low = SeededRuns(read("surface=taco&steps=100&run=sgd:lr=0.005")).runs[0]
    assert (low.trend, low.floor > 10) == ("falling", True)
